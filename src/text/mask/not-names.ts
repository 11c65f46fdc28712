/** Is the word, in lower case, no part of a person's name? */
export function isNotName(word: string): boolean {
  return NOT_NAMES.has(word.replace(/\.$/, '')) || OFFICE.test(word)
}

/** Words in the places of names that are no names: teams, things, adjectives. Lower case. */
const NOT_NAMES = new Set(
  (
    'mr mrs ms dr prof herr herrn frau all team everyone everybody support there sir madam sirs customer customers client user users colleague colleagues friend friends guys folks service helpdesk desk admin ' +
    'administrator operator manager partner partners it hr internet wifi wi-fi router modem phone mobile tv email mail vpn hosting server billing account accounts television reception crm problem issue question urgent help please ' +
    'thanks thank hello hi you me again outlook windows android iphone google microsoft apple slack teams zoom excel word jira zendesk chrome firefox salesforce linux facebook monday tuesday wednesday ' +
    'thursday friday saturday sunday january february march april may june july august september october november december not just still very unable writing trying getting having sorry glad happy ' +
    'new the a an my our your no yes any to for and in on at by of from with is was it in this that what when where why how who advance so much lot kindly looking best kind regards sent mit herren damen kolleginnen kollegen kundenservice kunde zusammen liebes ' +
    'anyway well okay ok so but then also today yesterday tomorrow since after before could can would should unfortunately however actually first last next ' +
    'world office operations sales marketing finance accounting security network engineering development logistics procurement warehouse it-team it-support it-service confluence teamviewer sharepoint onedrive android kubernetes docker gitlab github ubuntu debian python java ' +
    'ihr ihre euer eure das der die ein eine es wir ich leider bitte gerne montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz mai juni juli oktober dezember ' +
    'votre notre le la les un une des vous je nous bonjour merci madame monsieur tous toutes équipe mesdames messieurs lundi mardi mercredi jeudi vendredi samedi dimanche ' +
    'el los las una su nuestro usted buenos buenas todos todas equipo señores lunes martes miércoles jueves viernes sábado domingo si por para que ' +
    'państwo zespół wszyscy team allen iedereen equipe tutti todos prezados senhores ' +
    'команда коллеги друзья всем поддержка техподдержка оператор менеджер служба администрация абонент клиент клиенты партнёры партнеры пользователь пользователи сотрудники господа дамы ' +
    'интернет телефон телевидение роутер модем почта впн сервер хостинг проблема вопрос срочно помогите пожалуйста прошу подскажите скажите спасибо заранее за вам большое очень не у мы я он она это ' +
    'уже всё все ваш ваша наш наша вчера сегодня завтра понедельник вторник среда четверг пятница суббота воскресенье ошибка заявка жалоба обращение директор бухгалтерия отдел компания ооо ' +
    'просто безобразие только какой какая когда почему как что где есть нет да добрый здравствуйте уважением доброго дня россия москва ' +
    'колеги команда підтримка служба вітаю дякую будь ласка інтернет клієнт клієнти відділ панове всіх ' +
    'әріптестер қызмет қолдау құрметті ҳамкасблар hamkasblar mijoz operator xizmat jamoa bolalar'
  ).split(' '),
)

/** Words of departments and companies, which sign letters too. */
const OFFICE =
  /(?:team|support|abteilung|vertrieb|service|zentrale|verwaltung|buchhaltung|personal|leitung|desk|office|gmbh|group|corporation|company|show|bank|islands?|street)$|^(?:dep(?:artmen)?t|отдел|служб|департамент|управлени|бухгалтери|секретариат|дирекци|администраци|техподдержк|команд|відділ|бөлім|bo['’ʻ]lim|équipe|service|direction|equipo|departamento|dirección|dział|biuro|ufficio|зао|пао|оао|тоо|llc|ltd|inc|gmbh)/u
