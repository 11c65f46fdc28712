import { GIVEN_NAMES, HAN_SURNAME } from './given-names.ts'
import type { Detector, Span } from './span.ts'
import { escaped, spansOf } from './span.ts'

/** One capitalised word; two to four of them make a name. All-capital words are products (VPN), save in forms and signatures. */
const WORD = "\\p{Lu}(?:['’ʻʼ`]\\p{L})?\\p{Ll}{1,24}(?:['’ʻʼ`-]\\p{L}?\\p{Ll}{1,24}){0,2}"
const INITIAL = '\\p{Lu}\\.'
const PARTICLE = '(?:de|da|do|dos|du|del|della|di|la|van|von|der|den|ter|zu|bin|ibn|el|al|le)'
const NAME = `(?:${WORD}|${INITIAL}(?=[ \\u00a0]?\\p{Lu}))(?:[ \\u00a0]?${INITIAL}|(?:[ \\u00a0]${PARTICLE}){0,2}[ \\u00a0]${WORD}){0,3}(?!\\p{L})`
const CAPITALS = '\\p{Lu}{3,24}(?:-\\p{Lu}{3,24})?(?:[ \\u00a0]\\p{Lu}{3,24}(?:-\\p{Lu}{3,24})?){1,2}'
/** Space, but not the end of a line: a name does not run over it. */
const GAP = '[ \\t\\u00a0]{1,3}'
const NOT_IN_WORD = '(?<![\\p{Script=Latin}\\p{Script=Cyrillic}\\p{N}_])'
const END = '(?=[ \\t]*(?:[,!.:;)\\n|/—–]|$)|[ \\t]+-)'

const GREETINGS = oneOf(`
  hi there|hi|hello there|hello|hey|dear|greetings|good morning|good afternoon|good evening|good day|thanks a lot|many thanks|thanks|thank you
  hallo|hi|hey|moin|servus|grüezi|liebe|lieber|sehr geehrte|sehr geehrter|guten tag|guten morgen|guten abend|danke|vielen dank
  bonjour|bonsoir|salut|cher|chère|merci|hola|buenos días|buenas tardes|buenas|estimado|estimada|querido|querida|gracias|muchas gracias
  olá|oi|bom dia|boa tarde|prezado|prezada|caro|cara|obrigado|obrigada|ciao|salve|buongiorno|buonasera|gentile|egregio|grazie
  dzień dobry|cześć|witam|szanowny|szanowna|dziękuję|beste|geachte|goedemorgen|goedemiddag|dag|hoi|bedankt|hej|hei|kära|kære|tack|merhaba|selam|sayın|teşekkürler|dobrý den|ahoj
  здравствуйте|здравствуй|добрый день|доброе утро|добрый вечер|доброго дня|доброго времени суток|приветствую|привет|уважаемый|уважаемая|уважаемые|дорогой|дорогая|спасибо|благодарю
  добрий день|доброго ранку|добрий ранок|добрий вечір|вітаю|привіт|шановний|шановна|шановні|дякую
  сәлеметсіз бе|сәлем|құрметті|рахмет|ассалому алайкум|ассалаумағалейкум|салом|ҳурматли|рахмат
  assalomu alaykum|salom|hurmatli|rahmat`)
const TITLES = oneOf(`
  mr|mrs|ms|miss|mx|dr|prof|eng|ing|dipl.-ing|mag|sir|madam|herr|herrn|frau|m|mme|mlle|monsieur|madame|mademoiselle|señor|señora|señorita|sr|sra|srta|don|doña
  senhor|senhora|signor|signora|sig|sig.ra|dott|dott.ssa|dott.re|dr.ssa|avv|dra|pan|pani|panie|meneer|mevrouw|de heer|dhr|mevr|bay|bayan
  господин|госпожа|г-н|г-жа|пан|пані|пане|мырза|ханым|janob|xonim`)
/** Titles that name a person wherever they stand; the shorter and the ambiguous ones need a greeting before them. */
const SURE_TITLES =
  '(?:Mr|Mrs|Ms|Dr|Herrn?|Frau|Mme|Mlle|Monsieur|[Mm]adame|[Ss]eñora?|[Ss]eñorita|Sra|Srta|[Ss]enhora?|[Ss]ignora?|[Mm]eneer|[Mm]evrouw|[Dd]hr|[Mm]evr|[Гг]осподин(?:а|у|ом)?|[Гг]оспож(?:а|и|е|у|ой)|[Гг]-(?:н|на|ну|ном|жа|жи|же|жу))'
const CLOSINGS = oneOf(`
  with best regards|with kind regards|best regards|kind regards|kindest regards|warm regards|warmest regards|many regards|regards|best wishes|kind wishes|warm wishes|all the best|best|rgds|br|cheers
  sincerely|sincerely yours|yours|yours sincerely|yours faithfully|yours truly|respectfully|thanks in advance|thanks again|thanks a lot|thanks and regards|thanks & regards|thanks so much|many thanks|thanks|thx|thank you very much|thank you in advance|thank you|cordially
  mit freundlichen grüßen|mit freundlichem gruß|mit besten grüßen|mit herzlichen grüßen|freundliche grüße|viele grüße|beste grüße|liebe grüße|schöne grüße|herzliche grüße|grüße|gruß|danke und gruß|vielen dank|danke|mit freundlichen gruessen|viele gruesse|beste gruesse|mfg|lg|vg|hochachtungsvoll
  bien cordialement|cordialement|salutations|bien à vous|sincères salutations|meilleures salutations|bonne journée|merci d'avance|merci|cdlt|avec mes remerciements
  saludos cordiales|un cordial saludo|un saludo|saludos|atentamente|muchas gracias|gracias de antemano|gracias|atenciosamente|cumprimentos|com os melhores cumprimentos|abraços|att|obrigado|obrigada
  cordiali saluti|distinti saluti|saluti|un saluto|grazie|grazie mille|z poważaniem|pozdrawiam|z wyrazami szacunku|dziękuję|met vriendelijke groet|met vriendelijke groeten|vriendelijke groet|groet|groeten|mvg|alvast bedankt
  med vänliga hälsningar|vänliga hälsningar|mvh|med venlig hilsen|venlig hilsen|hilsen|saygılarımla|saygılarla|iyi çalışmalar|teşekkürler|s pozdravem
  с уважением|c уважением|с ув|с наилучшими пожеланиями|с благодарностью|всего доброго|всего хорошего|хорошего дня|спасибо большое|большое спасибо|спасибо заранее|заранее спасибо|спасибо|заранее благодарю|благодарю|искренне ваш|искренне ваша|ваш|ваша|подпись
  з повагою|з найкращими побажаннями|дякую|наперед дякую|щиро|құрметпен|ізгі ниетпен|рахмет|ҳурмат билан|хурмат билан|рахмат|hurmat bilan|rahmat`)
/** After these a name comes, whatever follows it. */
const NAMED_BY = oneOf(`
  my name is|my name's|my full name is|ich heiße|ich heisse|mein name ist|mein name lautet|je m'appelle|mon nom est|me llamo|mi nombre es|mi chiamo|il mio nome è|me chamo|meu nome é|nazywam się|mam na imię|mijn naam is|ik heet|jag heter|benim adım|adım
  меня зовут|зовут меня|моё имя|мое имя|моя фамилия|мене звати|мене звуть|моє ім'я|менің атым|менің есімім|атым|есімім|менинг исмим|исмим|mening ismim|mening ism-familiyam|ismim`)
/** After these may come a name or anything: it must end like one. */
const MAYBE_NAMED_BY = oneOf(`
  this is|i am|i'm|it's|speaking is|ich bin|hier ist|hier spricht|je suis|c'est|soy|habla|sono|sou|sou o|sou a|jestem|z tej strony|ik ben|met
  вас беспокоит|пишет вам|вам пишет|на связи|это|це`)
const RELATIONS = oneOf(`
  wife|husband|spouse|mother|father|son|daughter|brother|sister|colleague|coworker|manager|boss|supervisor|assistant|accountant|neighbour|neighbor|landlord|tenant
  kollegin|kollege|collègue|compañero|compañera|collega
  жена|жене|жену|муж|мужа|мужу|мама|маме|папа|сын|сына|дочь|дочери|брат|сестра|коллега|коллеге|коллегу|коллеги|начальник|директор|бухгалтер|сосед|соседка|мастер|менеджер|оператор|специалист|сотрудник|сотрудница|сотруднику|сотрудника|пользователь|пользователя|пользователю|клиент|клиента|абонент|абонента
  колега|колеги|майстер|співробітник`)
const GREETING = place(
  `${GREETINGS},?${GAP}(?:${TITLES}\\.?${GAP}){0,2}(?<name>(?:${PARTICLE}[ ]){0,2}${NAME}(?:[ ](?:and|und|et|y|e|i|и|та|&)[ ]${NAME})?)${END}`,
)
/** "Hi john, ..." and "its kevin from sales": in small letters only names that are known as names. */
const GREETED = place(
  `(?:${GREETINGS}|${NAMED_BY}|${MAYBE_NAMED_BY}|im|its),?${GAP}(?=(?<name>\\p{L}[\\p{L}'’ʻ-]{1,24})(?![\\p{L}\\p{N}]))`,
)
const TITLED = place(`${SURE_TITLES}\\.?${GAP}(?:${TITLES}\\.?${GAP}){0,2}(?<name>(?:${PARTICLE}[ ]){0,2}${NAME})`)
const INTRODUCED = place(`${NAMED_BY}[:]?${GAP}(?<name>${NAME})`)
const PERHAPS_INTRODUCED = place(
  `${MAYBE_NAMED_BY}${GAP}(?<name>${NAME})(?=[ \\t]*(?:[,.!;:()\\n—–-]|$|(?:from|of|at|and|here|calling|writing|speaking|из|и|с|со|от|з|зі|від|aus|von|vom|by|in|und|de|del|da|du|et|y|e|i|z|van)(?!\\p{L})))`,
)
/** "Torben hier, ...", "Dana speaking." */
const HERE = new RegExp(
  `(?<=^|[\\n.,!] ?)(?<name>${NAME})[ ](?:hier|speaking|am Apparat|на связи)(?=[ ]*(?:[,.!:;\\n—–-]|$))`,
  'gu',
)
/** The Russian "Я Анна, ..." is short enough to be anything but at the start of a sentence. */
const I_AM = new RegExp(`(?<=^|[\\n.!] ?)Я,?${GAP}(?<name>${NAME})${END}`, 'gu')
const FORM_LABELS = oneOf(
  `
  contact on site|site contact|on-site contact|local contact|name|names|full name|first name|last name|family name|given name|contact name|customer name|client name|user's name|caller name|employee name|patient name|cardholder|cardholder name|account holder|recipient|sender|contact person|contact|employee|requested by|reported by|approved by|from|signed by|my name
  name des kunden|mein name|ihr name|vorname|nachname|familienname|ansprechpartner|ansprechpartnerin|kontoinhaber|kontoinhaberin|von|bearbeiter|mitarbeiter|mitarbeiterin
  nom|prénom|nom complet|nom et prénom|titulaire|nombre|nombre completo|apellido|apellidos|nombre y apellidos|titular|nome|nome completo|cognome|sobrenome|imię|imię i nazwisko|nazwisko|naam|voornaam|achternaam|ad soyad|adı soyadı|isim
  фио|ф.и.о|ф.и.о.|имя|имя клиента|фамилия|отчество|контактное лицо|получатель|отправитель|владелец|сотрудник|пайщик|заказчик|піб|ім'я|прізвище|контактна особа|аты-жөні|есімі|тегі|исм|фамилияси
  ism|ism-familiya|familiya|f.i.sh|f.i.sh.|f.i.o|f.i.o.`,
  true,
)
const FORM = new RegExp(
  `(?:^|[\\n|;])[ \\t*_-]{0,4}(?:${FORM_LABELS}|\\p{Script=Han}{0,4}(?:姓名|联系人|名字))[*_]{0,2}[ \\t]{0,3}[:：=|][ \\t*_]{0,3}(?<name>(?:\\p{Lu}[\\p{L}'’ʻ-]{1,24}|${INITIAL})(?:[ \\u00a0](?:\\p{Lu}[\\p{L}'’ʻ-]{1,24}|${INITIAL})){0,3}|\\p{Script=Han}{2,4})(?=[ \\t]*(?:[\\n,;|(<]|$)|[ ]+(?!\\p{Lu}))`,
  'gu',
)
/** In a transcript "Caller: Right." is an answer: these labels need two words and nothing behind them. */
const PARTY = new RegExp(
  `(?:^|[\\n|;])[ \\t*_-]{0,4}(?:[Cc]ustomer|[Cc]aller|[Cc]ontact|[Rr]equester|[Rr]eporter|[Rr]eported by|[Uu]ser|[Аа]бонент|[Кк]лиент|[Зз]аявитель|[Пп]ользователь|Kunde|Melder|[Cc]lient|[Cc]liente)[*_]{0,2}[ \\t]{0,3}[:：=|][ \\t*_]{0,3}(?<name>(?:${WORD}|${INITIAL})(?:[ \\u00a0]?(?:${WORD}|${INITIAL})){1,3})(?=[ \\t]*(?:[,\\n|;(]|$))`,
  'gu',
)
/** A closing formula on its line or after a sentence, then a name on the same line or below, perhaps after a job in small letters. */
const SIGNED = new RegExp(
  `(?<=(?:^|\\n)[ \\t>]{0,4}|[.!?…)] |--|, )(?:${CLOSINGS}(?!\\p{L})|--)(?:[ ](?:aus|from|von|vom|depuis|desde|da|de|из|з|z|dan)(?:[ ]\\p{L}{2,4})?[ ]\\p{Lu}[\\p{L}-]{1,24}(?=[,.]?[ ]*\\n))?[ \\t]*[,.!;:，。！-]{0,2}[ \\t]*(?:\\n[ \\t>]*){0,3}(?:\\p{Ll}{3,20}[ ]){0,2}(?<name>${NAME}|${CAPITALS}|\\p{Script=Han}{2,4})(?=[ \\t]*(?:[,.(\\n|/]|$))`,
  'gu',
)
/** "... Statement attached. - Ann Lee": signed behind a dash. */
const DASHED = new RegExp(
  `(?<=[.!?…)]\\s{1,2}[-–—][ ]?)(?<name>${WORD}[ \\u00a0](?:${INITIAL}|${WORD}))(?=[ .]*(?:\\n|$))`,
  'gu',
)
/** A last line of two or three capitalised words under a finished sentence. */
const LAST_PAIR = new RegExp(
  `(?<=[.!?…)]\\s*\\n\\s*)(?<name>${WORD}(?:[ \\u00a0](?:${INITIAL}|${WORD})){1,2})\\s*$`,
  'gu',
)
/** A last line that is nothing but a known given name, with or without a surname: signed without a formula. */
const LAST_LINE = new RegExp(`\\n[ \\t]*[—–-]{0,2}[ \\t]*(?<name>${NAME}|\\p{Ll}{3,20})[.]?\\s*$`, 'du')
/** A Russian patronymic gives a person away anywhere in a text: Иван Петрович, Петрова Анна Сергеевна; Ukrainian ones too. */
const PATRONYMIC =
  /(?<![\p{L}])(?<name>(?:[А-ЯЁІЇЄҐӘӨҮҰҚҒҢҺ][\p{Script=Cyrillic}'’-]{1,24}[ \u00a0]){1,2}[А-ЯЁІЇЄӘӨҮҰҚҒҢҺ]\p{Script=Cyrillic}{2,20}(?:(?:ович|евич|йович|ьич|мич|кич)(?:а|у|ем|ом|е|у)?|(?:овн|евн|івн|ївн|ичн|иничн)(?:а|ы|и|е|і|у|ой|ою|о))(?:[ \u00a0][А-ЯЁІЇЄ][\p{Script=Cyrillic}-]{2,24})?)(?![\p{L}])/gu
/** Surname with two initials: Иванов И.И., И. И. Иванов. */
const INITIALS =
  /(?<![\p{L}.])(?<name>[А-ЯЁІЇЄҚҒӘ][\p{Script=Cyrillic}-]{2,24}[ \u00a0][А-ЯЁІЇЄ]\.[ \u00a0]?[А-ЯЁІЇЄ]\.|[А-ЯЁІЇЄ]\.[ \u00a0]?[А-ЯЁІЇЄ]\.[ \u00a0]?[А-ЯЁІЇЄҚҒӘ][\p{Script=Cyrillic}-]{2,24})(?![\p{L}])/gu
/** A name beside the address it belongs to: Ann Lee <a@b.c>. */
const ADDRESSED = new RegExp(
  `(?<![\\p{L}])(?<name>${WORD}(?:[ \\u00a0](?:${WORD}|${INITIAL})){1,2})["']?[ ]?[<(\\[](?=[^\\s<>()]{1,64}@|mailto:)`,
  'gu',
)
/** My wife, Ann Lee; коллега Пётр Сидоров. */
const RELATED = place(`${RELATIONS},?${GAP}(?:${TITLES}\\.?${GAP})?(?<name>${WORD}[ \\u00a0]${WORD})`)
/**
 * "employee Ann Lee", "account name Ann Lee": a role in small letters, so that the middle of a product's name (Hadoop Client
 * Packaging) is none. German writes it with a capital all the same.
 */
const IN_ROLE = place(
  `(?:(?:employee|staff member|user|client|customer|technician|engineer|agent|driver|courier|trainee|intern|contractor|student|teacher|patient|guest|visitor|tenant|owner|holder|beneficiary|payee|deputy|director|account name|in the name of|on behalf of|formerly|ask for|spoke to|spoke with|talked to|[Cc]ontactez|[Aa]ppelez|[Ll]lam[ae]n? a|[Aa]visar a|employé|employée|salarié|salariée|stagiaire|client|cliente|technicien|utilisateur|utilisatrice|titulaire|au nom de|empleado|empleada|usuario|usuaria|titular|técnico|a nombre de|dipendente|utente|intestatario|intestato a|tecnico|em nome de|funcionário|funcionária|pracownik|pracownica|klient|klientka|na nazwisko|medewerker|klant|op naam van|kund|anställd|çalışan|müşteri|xodim|mijoz)|[Mm]itarbeiter(?:in)?|Kund(?:e|in|en)|Azubi|Praktikant(?:in)?|[Kk]ontoinhaber(?:in)?|Inhaber(?:in)?|[Bb]enutzer(?:in)?|auf den Namen|im Namen von|Empfänger(?:in)?),?${GAP}(?:${TITLES}\\.?${GAP})?(?<name>${WORD}(?:[ \\u00a0]${PARTICLE}){0,2}(?:[ \\u00a0](?:${INITIAL}|${WORD})){1,2})`,
)
/** A mention with surname: @Ann Lee. One word alone may be anybody's handle. */
const MENTIONED = new RegExp(`(?<![\\p{L}\\p{N}.])@(?<name>${WORD}(?:[ \\u00a0]${WORD}){1,2})`, 'gu')
const HAN = [
  /(?:我叫|我的名字是|本人姓名[是为]?|名叫|此致[敬礼，,\s]{0,6})(?<name>(?!敬礼)\p{Script=Han}{2,3})(?=[，,。.！!；;\s]|$)/gu,
  new RegExp(
    `(?:(?:此致)?\\s{0,3}敬礼|敬上|祝好|谢谢|多谢|顺祝商祺|签名|落款)[！!。.，,]?\\s{0,4}(?<name>${HAN_SURNAME}\\p{Script=Han}{1,2})(?=[\\s（(]|$)`,
    'gu',
  ),
  new RegExp(`(?<=^|[\\n。！!？?] ?)(?<name>${HAN_SURNAME}\\p{Script=Han}{1,2})(?=敬上|谨上)`, 'gu'),
  new RegExp(
    `(?:我是|这是|联系人|用户|客户|同事|经办人|户名|开户名|收款人|持卡人|姓名|员工)[:：是为]?[ ]?(?<name>${HAN_SURNAME}\\p{Script=Han}{1,2})(?=[，,。.！!；;\\s（(的]|$)`,
    'gu',
  ),
  new RegExp(`(?<name>${HAN_SURNAME}\\p{Script=Han}{0,2}?)(?=先生|女士|小姐)`, 'gu'),
  new RegExp(`(?:尊敬的|亲爱的)(?<name>${HAN_SURNAME}\\p{Script=Han}{0,2}?)(?=经理|老师|主任|总|[，,：:])`, 'gu'),
]

/** What greetings address and introductions name that is nobody: teams, things, adjectives. Lower case. */
const NOBODY = new Set(
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
/** Words with which offices sign: the department is no person. */
const OFFICE =
  /(?:team|support|abteilung|vertrieb|service|zentrale|verwaltung|buchhaltung|personal|leitung|desk|office|gmbh|group|corporation|company|show|bank|islands?|street)$|^(?:dep(?:artmen)?t|отдел|служб|департамент|управлени|бухгалтери|секретариат|дирекци|администраци|техподдержк|команд|відділ|бөлім|bo['’ʻ]lim|équipe|service|direction|equipo|departamento|dirección|dział|biuro|ufficio|зао|пао|оао|тоо|llc|ltd|inc|gmbh)/u

/** Names, where people put names: greetings, introductions, signatures, forms. Elsewhere only names that are known as such. */
export const names: Detector = (text) => {
  const spans = PLACES.flatMap((pattern) =>
    spansOf(text, pattern, 'NAME', 'name').filter((span) => isSomebody(text, span)),
  )
  spans.push(...spansOf(text, GREETED, 'NAME', 'name').filter(({ start, end }) => isGiven(text.slice(start, end))))
  spans.push(...signedLast(text), ...fullNames(text))
  spans.push(...besides(text, spans))
  // Where two readings overlap the longer one is the name.
  return [...spans, ...again(text, spans)].sort((a, b) => b.end - b.start - (a.end - a.start))
}

const PLACES = [
  FORM,
  PARTY,
  PATRONYMIC,
  INITIALS,
  SIGNED,
  GREETING,
  TITLED,
  INTRODUCED,
  PERHAPS_INTRODUCED,
  I_AM,
  HERE,
  ADDRESSED,
  RELATED,
  IN_ROLE,
  DASHED,
  LAST_PAIR,
  MENTIONED,
  ...HAN,
]

/** Can what a helpdesk shows as somebody's name be looked for in a text? "Support" would take every such word away. */
export function isName(shown: string): boolean {
  const words = shown.split(/[ \u00a0]+/)
  return (
    shown.length >= 3 && (words.length > 1 || isGiven(shown)) && words.every((word) => !isNobody(word.toLowerCase()))
  )
}

function isSomebody(text: string, { start, end }: Span): boolean {
  return text
    .slice(start, end)
    .toLowerCase()
    .split(/[ \u00a0]+/)
    .every((word) => !isNobody(word))
}

function isNobody(word: string): boolean {
  return NOBODY.has(word.replace(/\.$/, '')) || OFFICE.test(word)
}

function isGiven(word: string): boolean {
  const plain = word.toLowerCase().replace(/[’ʻʼ`]/g, "'")
  if (GIVEN_NAMES.has(plain) || GIVEN_NAMES.has(plain.split('-', 1)[0]!)) return true
  const [, stem, ending] = /^(\p{Script=Cyrillic}{2,}?)(ой|ою|ей|ею|ом|ем|ём|[аяуюыиеіїо])$/u.exec(plain) ?? []
  return stem !== undefined && CASES[ending!]!.some((nominative) => GIVEN_NAMES.has(stem + nominative))
}

/** Олегу, Ольгой, Андрея: what stood in the nominative where a Russian or Ukrainian name has this ending. */
const CASES: Record<string, string[]> = {
  а: [''],
  я: ['й', 'ь'],
  у: ['', 'а'],
  ю: ['й', 'я', 'ь'],
  ы: ['а'],
  и: ['а', 'я', 'ь'],
  і: ['а', 'я'],
  ї: ['я'],
  е: ['', 'а', 'я', 'й', 'ь'],
  о: ['а', ''],
  ой: ['а'],
  ою: ['а'],
  ей: ['я', 'а'],
  ею: ['я'],
  ом: [''],
  ем: ['й', 'ь', ''],
  ём: ['й', 'ь'],
}

function signedLast(text: string): Span[] {
  const tail = text.slice(-120)
  const match = LAST_LINE.exec(tail)
  const [start, end] = match?.indices?.groups?.name ?? [0, 0]
  if (end === 0) return []
  const span = { start: text.length - tail.length + start, end: text.length - tail.length + end, kind: 'NAME' }
  const words = tail.slice(start, end).split(/[ \u00a0]/)
  return words.some(isGiven) && isSomebody(text, span) ? [span] : []
}

const CAPITALISED = new RegExp(`${NOT_IN_WORD}${WORD}(?![\\p{L}\\p{N}_])`, 'gu')
const SURNAME_AFTER = new RegExp(
  `(?:[ \\u00a0]${INITIAL}|(?:[ \\u00a0]${PARTICLE}){0,2}[ \\u00a0]${WORD}(?![\\p{L}\\p{N}_])){1,2}`,
  'uy',
)
const SURNAME_BEFORE = new RegExp(
  `${NOT_IN_WORD}\\p{Script=Cyrillic}{2,24}(?:(?:ов|ев|ёв|ин)(?:а|у|ой|ым)?|ск(?:ий|ая|ого|ому|ой)|ко|ук|юк|ян|ич)[ \\u00a0]$`,
  'u',
)

/** "Kevin Brown cannot log in", "ask Olga": a known given name, with the capitalised words beside it. */
function fullNames(text: string): Span[] {
  const spans: Span[] = []
  for (const { 0: word, index } of text.matchAll(CAPITALISED)) {
    if (word.length < 3 || !isGiven(word)) continue
    const end = index + word.length
    SURNAME_AFTER.lastIndex = end
    const after = SURNAME_AFTER.exec(text)?.[0] ?? ''
    const lead = text.slice(Math.max(0, index - 26), index)
    const before = SURNAME_BEFORE.exec(lead)?.[0] ?? ''
    const whole = {
      start: index - (/^\p{Lu}/u.test(before) ? before.length : 0),
      end: end + after.length,
      kind: 'NAME',
    }
    const alone = { start: index, end, kind: 'NAME' }
    const accompanied = whole.end - whole.start > word.length
    if (accompanied && isSomebody(text, whole)) spans.push(whole)
    else if (!PLACE_BEFORE.test(lead) && !/^\s{1,3}\d/.test(text.slice(end, end + 4))) spans.push(alone)
  }
  return spans
}

/** Saints stand in the names of towns and streets. */
const PLACE_BEFORE = /(?:^|[^\p{L}])(?:San|Santa|Sankt|St\.?|Saint|São|ул\.?|улица|проспект|пр-т|им\.?|имени)[ ]$/u

const PAIR = `${WORD}(?:[ \\u00a0]${PARTICLE}){0,2}[ \\u00a0]${WORD}`
const AND = '(?:,[ ]|[ ](?:and|und|et|y|e|и|і|та|i|en|ve|va|&)[ ])'
const NEXT = new RegExp(`^(?:${AND}${PAIR}(?![\\p{L}])){1,5}`, 'u')
const PREVIOUS = new RegExp(`(?:(?<![\\p{L}])${PAIR}${AND}){1,5}$`, 'u')

/** "Anna Vogt, Ricardo Salgado and Wei Zhang": beside one full name stand others. */
function besides(text: string, spans: Span[]): Span[] {
  const more: Span[] = []
  for (const { start, end } of spans) {
    if (!/[ \u00a0]/.test(text.slice(start, end))) continue
    const next = NEXT.exec(text.slice(end, end + 160))?.[0] ?? ''
    const lead = text.slice(Math.max(0, start - 160), start)
    const previous = PREVIOUS.exec(lead)?.[0] ?? ''
    for (const [list, at] of [
      [next, end],
      [previous, start - previous.length],
    ] as const)
      for (const name of list.matchAll(new RegExp(PAIR, 'gu'))) {
        const span = { start: at + name.index, end: at + name.index + name[0].length, kind: 'NAME' }
        if (isSomebody(text, span)) more.push(span)
      }
  }
  return more
}

/** A name once known is masked wherever else the text has it; whole words only. */
function again(text: string, spans: Span[]): Span[] {
  const known = new Set<string>()
  for (const { start, end } of spans) {
    const name = text.slice(start, end)
    if (name.length >= 3) known.add(name)
    for (const word of name.split(/[ \u00a0]/))
      if (word.length >= 4 && !word.includes('.') && !isNobody(word.toLowerCase())) known.add(word)
    if (known.size > MAX_KNOWN) break
  }
  if (known.size === 0) return []
  const longestFirst = [...known].sort((a, b) => b.length - a.length)
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${longestFirst.map(escaped).join('|')})(?![\\p{L}\\p{N}_])`, 'gu')
  return spansOf(text, pattern, 'NAME')
}

const MAX_KNOWN = 40

/** A pattern for what stands before a name; `<name>` is the name. */
function place(source: string): RegExp {
  return new RegExp(`${NOT_IN_WORD}${source}`, 'gu')
}

/** Phrases, longest first; each word also with a capital letter in front, the shortest (or all) also in capitals. */
function oneOf(phrases: string, capitals = false): string {
  const each = new Set(phrases.split(/[|\n]/).map((phrase) => phrase.trim()))
  each.delete('')
  for (const phrase of [...each]) if (capitals || phrase.length <= 4) each.add(phrase.toUpperCase())
  const sorted = [...each].sort((a, b) => b.length - a.length)
  return `(?:${sorted
    .map((phrase) =>
      escaped(phrase)
        .replace(/(?<=^|[ -])\p{L}/gu, eitherCase)
        .replaceAll("'", "['’ʼ]")
        .replaceAll(' ', '[ \\u00a0]'),
    )
    .join('|')})`
}

function eitherCase(letter: string): string {
  return letter === letter.toUpperCase() ? letter : `[${letter}${letter.toUpperCase()}]`
}
