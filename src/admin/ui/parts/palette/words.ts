/** The words of the command palette in every language, fetched with it. */
import { addWords, type Translated } from '../../i18n/index.ts'

const en = {
  palette: {
    title: 'Search and commands',
    placeholder: 'A page, a ticket by its key or text, or an action',
    pages: 'Pages',
    tickets: 'Tickets',
    actions: 'Actions',
    reviewNext: 'Review the next ticket',
    held: 'Tickets in doubt',
    overridden: 'What people changed today',
    language: 'Language: {{name}}',
    scheme: 'Colours: {{name}}',
    nothing: 'Nothing found',
  },
}

const ru: Translated<typeof en> = {
  palette: {
    title: 'Поиск и команды',
    placeholder: 'Страница, заявка по ключу или тексту, действие',
    pages: 'Страницы',
    tickets: 'Заявки',
    actions: 'Действия',
    reviewNext: 'Проверить следующую заявку',
    held: 'Заявки под вопросом',
    overridden: 'Что люди изменили сегодня',
    language: 'Язык: {{name}}',
    scheme: 'Цвета: {{name}}',
    nothing: 'Ничего не найдено',
  },
}

type Added = typeof en
declare global {
  interface PageWords extends Added {}
}
addWords({ en, ru })
