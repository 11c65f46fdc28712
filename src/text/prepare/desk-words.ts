/**
 * Beginnings of words that tickets are about: problems, requests, and the things concerned. A sentence that has them is more
 * informative. They are only counted; they do not classify a ticket.
 */
const ENGLISH =
  'error fail broke dead down outage slow drop disconnect offline crash freez frozen stuck hang refus reject timeout unreach unavail vanish disappear stop blink red stutter echo lag ' +
  'refund return invoic bill charg pay paid debit bank amount price cost fee tariff plan package cancel terminat end confirm deliver ' +
  'order book connect install configur setup set add chang move port transfer upgrad updat renew activat enabl disabl reset restart reboot ' +
  'password login log access block lock lost missing wrong invalid expir certificat token code licen seat permission ' +
  'urgent problem issue complain want need request deadline internet fibre fiber cable wifi wlan router modem box socket plug light lamp port vlan bridge dhcp dns ' +
  'phone mobile sim esim signal roam call dial tone extension voicemail caller number line lift emergency tv channel picture sound screen remote volume subscription ' +
  'mail mailbox inbox sender attach spam vpn tunnel firewall subnet client server shop site website domain host database query disk backup kernel panel ssh http ' +
  'crm account portal contract customer card deal history export report audit app page browser speed megabit mbit ping packet loss test office'
const RUSSIAN =
  'ошиб сбо авари слома упал тормоз медлен обры отключ пропа завис виснет мига гас заика рассып рвёт рвет недоступ отказ просроч потер ' +
  'верн возврат счёт счет списа оплат плат деньг сумм рубл тариф пакет цен стоим договор расторг штраф банк карт подтвер ' +
  'заказ подключ установ настро добав помен смен перенес перевод обнов продл актив включ сброс перезагр перезапус ' +
  'парол логин войти вход доступ заблок код сертифик лиценз прав срочн проблем жалоб хочу нуж прошу прос надо интернет оптик кабел вайфай роутер модем короб розетк порт vlan ' +
  'телефон мобил сим симк сет сигнал роуминг звон звук гудок гудк номер лини лифт экстрен телевид телевиз приставк канал картинк громк пульт подписк ' +
  'почт письм ящик отправ ответ впн туннел подсет клиент сервер магазин сайт домен хостинг баз диск копи консол панел запрос ' +
  'crm кабинет абонент карточк сделк истори выгруз отчёт отчет приложен страниц браузер скорост мегабит пинг узел офис адрес работ эхо'

const WORD = new RegExp(
  `(?<![\\p{L}])(?:${[...new Set(`${ENGLISH} ${RUSSIAN}`.split(' '))].join('|')})\\p{L}{0,14}(?![\\p{L}])|[错误故障断网慢退款发票取消密码登录账]`,
  'giu',
)

/** How many different words of a support desk the text has. */
export function deskWords(sentence: string): number {
  const found = sentence.match(WORD)
  return found ? new Set(found.map((word) => word.toLowerCase())).size : 0
}
