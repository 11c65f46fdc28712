/** The words of this page in every language, fetched with it. */
import { addWords, type Translated } from '../../i18n/index.ts'

const en = {
  start: {
    title: 'Start',
    progress: '{{done}} of {{of}} steps',
    hint: 'From an empty installation to the first routed ticket. Each step ticks itself when it is done.',
    allDone: 'Everything is set up. Today shows how it goes.',
    step: {
      service: 'Database and key',
      connect: 'Connect a helpdesk and map its fields',
      map: 'Say where tickets go',
      teach: 'Teach it',
      observe: 'Observe the first routed ticket',
      suggest: 'Let it suggest',
      automate: 'Let it write',
    },
    needs: {
      service: '',
      connect: 'It needs the address of Jira or Zendesk and the credentials of an account that only Pointsman uses.',
      map: 'It needs a published routing map: which service and category goes to which group.',
      teach:
        'It needs solved tickets to learn from. Until then, rules decide, and what they leave open waits for a person.',
      observe: 'It needs a ticket: create one in the helpdesk, or wait for the next. Nothing is written.',
      suggest: 'It needs your yes. An internal note then says what it would do; fields are left to people.',
      automate: 'It needs your yes. It then writes the fields that it is sure of, and never over a person’s change.',
    },
    is: {
      connect: 'Every connection is mapped and has been heard.',
      observe: 'A ticket was decided and routed.',
      suggest: 'At least one connection suggests.',
      automate: 'At least one connection writes.',
    },
    postgres: 'PostgreSQL answers, and the key for stored credentials is there.',
    embedded:
      'The embedded database answers, and the key for stored credentials is there. It is for evaluation: use PostgreSQL for real tickets.',
    noPublicUrl:
      'PUBLIC_URL is not set: links in notes and the address of webhooks are guessed from where you see this page.',
    published: 'Version {{version}} is published.',
    trained: 'The embedded classifier is trained on labels of your people.',
    endpoint: 'A model server is set.',
    lacks: {
      mapping: 'map its fields',
      webhook: 'make its webhook, and send a test ticket',
      group: 'ready, but its mapping has no group',
      nothing: 'ready',
    },
    connect: 'Connect a helpdesk',
    connectAnother: 'Connect another',
    draft: 'Draft it from solved tickets',
    toDraft: 'Look at the draft and publish it',
    byHand: 'Make it by hand',
    fromTickets: 'drafted from {{tickets}} solved tickets',
    mapGroupFirst: 'Map the group of a connection first',
    mapFirst: 'Map the fields of a connection first',
    labels_one: '{{count}} of {{enough}} tickets that it takes has labels of people.',
    labels_other: '{{count}} of {{enough}} tickets that it takes have labels of people.',
    rules_one: '{{count}} rule decides already.',
    rules_other: '{{count}} rules decide already.',
    backfill: 'Learn from past tickets',
    reading: 'Past tickets are being read. It is trained when that ends.',
    first: 'The first one:',
    raise: { suggest: 'Let {{name}} suggest', automate: 'Let {{name}} write' },
    raised: { suggest: '{{name}} suggests from now on.', automate: '{{name}} writes from now on.' },
  },
}

const ru: Translated<typeof en> = {
  start: {
    title: 'Запуск',
    progress: 'шаги: {{done}} из {{of}}',
    hint: 'От пустой установки до первой распределённой заявки. Каждый шаг отмечается сам, когда он сделан.',
    allDone: 'Всё настроено. Как идут дела, видно на странице «Сегодня».',
    step: {
      service: 'База данных и ключ',
      connect: 'Подключить систему заявок и сопоставить поля',
      map: 'Указать, куда идут заявки',
      teach: 'Обучить',
      observe: 'Увидеть первую распределённую заявку',
      suggest: 'Разрешить предлагать',
      automate: 'Разрешить писать',
    },
    needs: {
      service: '',
      connect: 'Нужны адрес Jira или Zendesk и данные учётной записи, которой пользуется только Pointsman.',
      map: 'Нужна опубликованная карта маршрутов: какой сервис и категория идут в какую группу.',
      teach: 'Нужны решённые заявки, чтобы учиться. До тех пор решают правила, а остальное ждёт человека.',
      observe: 'Нужна заявка: создайте её в системе заявок или дождитесь следующей. Ничего не пишется.',
      suggest: 'Нужно ваше согласие. Тогда внутренняя заметка скажет, что бы он сделал; поля остаются людям.',
      automate: 'Нужно ваше согласие. Тогда он заполняет поля, в которых уверен, и не трогает то, что изменил человек.',
    },
    is: {
      connect: 'Все подключения сопоставлены, и от каждого уже приходили события.',
      observe: 'Заявка получила решение и маршрут.',
      suggest: 'Хотя бы одно подключение предлагает.',
      automate: 'Хотя бы одно подключение пишет само.',
    },
    postgres: 'PostgreSQL отвечает, ключ для сохранённых данных на месте.',
    embedded:
      'Встроенная база отвечает, ключ для сохранённых данных на месте. Она для пробы: для настоящих заявок возьмите PostgreSQL.',
    noPublicUrl:
      'PUBLIC_URL не задан: ссылки в заметках и адрес вебхуков берутся по адресу, где вы открыли эту страницу.',
    published: 'Опубликована версия {{version}}.',
    trained: 'Встроенный классификатор обучен на метках ваших людей.',
    endpoint: 'Сервер модели задан.',
    lacks: {
      mapping: 'сопоставьте поля',
      webhook: 'создайте вебхук и отправьте пробную заявку',
      group: 'готово, но группа не сопоставлена',
      nothing: 'готово',
    },
    connect: 'Подключить систему заявок',
    connectAnother: 'Подключить ещё один',
    draft: 'Составить по решённым заявкам',
    toDraft: 'Посмотреть черновик и опубликовать',
    byHand: 'Составить вручную',
    fromTickets: 'составлено по решённым заявкам: {{tickets}}',
    mapGroupFirst: 'Сначала сопоставьте группу какого-нибудь подключения',
    mapFirst: 'Сначала сопоставьте поля какого-нибудь подключения',
    labels_one: 'С метками людей: {{count}} заявка из нужных {{enough}}.',
    labels_few: 'С метками людей: {{count}} заявки из нужных {{enough}}.',
    labels_many: 'С метками людей: {{count}} заявок из нужных {{enough}}.',
    labels_other: 'С метками людей: {{count}} заявки из нужных {{enough}}.',
    rules_one: 'Уже решает {{count}} правило.',
    rules_few: 'Уже решают {{count}} правила.',
    rules_many: 'Уже решают {{count}} правил.',
    rules_other: 'Уже решают {{count}} правила.',
    backfill: 'Учиться на прошлых заявках',
    reading: 'Прошлые заявки читаются. Обучение начнётся, когда чтение закончится.',
    first: 'Первая:',
    raise: { suggest: 'Пусть {{name}} предлагает', automate: 'Пусть {{name}} пишет сам' },
    raised: { suggest: '{{name}} теперь предлагает.', automate: '{{name}} теперь пишет сам.' },
  },
}

type Added = typeof en
declare global {
  interface PageWords extends Added {}
}
addWords({ en, ru })
