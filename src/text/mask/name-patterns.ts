/** The places where people put names, as patterns; the group `name` is the name. */
import { HAN_SURNAME } from './given-names.ts'
import { escaped } from './span.ts'

/** One capitalised word; one to four of them make a name. Words in capitals are products (VPN), except in forms and signatures. */
const WORD = "\\p{Lu}(?:['’ʻʼ`]\\p{L})?\\p{Ll}{1,24}(?:['’ʻʼ`-]\\p{L}?\\p{Ll}{1,24}){0,2}"
const INITIAL = '\\p{Lu}\\.'
const PARTICLE = '(?:de|da|do|dos|du|del|della|di|la|van|von|der|den|ter|zu|bin|ibn|el|al|le)'
const NAME = `(?:${WORD}|${INITIAL}(?=[ \\u00a0]?\\p{Lu}))(?:[ \\u00a0]?${INITIAL}|(?:[ \\u00a0]${PARTICLE}){0,2}[ \\u00a0]${WORD}){0,3}(?!\\p{L})`
const CAPITALS = '\\p{Lu}{3,24}(?:-\\p{Lu}{3,24})?(?:[ \\u00a0]\\p{Lu}{3,24}(?:-\\p{Lu}{3,24})?){1,2}'
/** Space, but not the end of a line: a name does not continue on the next line. */
const GAP = '[ \\t\\u00a0]{1,3}'
const NOT_IN_WORD = '(?<![\\p{Script=Latin}\\p{Script=Cyrillic}\\p{N}_])'
const END = '(?=[ \\t]*(?:[,!.:;)\\n|/—–]|$)|[ \\t]+-)'

/** Words that open a letter. */
export const GREETINGS = oneOf(`
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
/** Titles that are followed by a name anywhere; the shorter and ambiguous ones only count after a greeting. */
const SURE_TITLES =
  '(?:Mr|Mrs|Ms|Dr|Herrn?|Frau|Mme|Mlle|Monsieur|[Mm]adame|[Ss]eñora?|[Ss]eñorita|Sra|Srta|[Ss]enhora?|[Ss]ignora?|[Mm]eneer|[Mm]evrouw|[Dd]hr|[Mm]evr|[Гг]осподин(?:а|у|ом)?|[Гг]оспож(?:а|и|е|у|ой)|[Гг]-(?:н|на|ну|ном|жа|жи|же|жу))'
/** Words that close a letter. */
export const CLOSINGS = oneOf(`
  with best regards|with kind regards|best regards|kind regards|kindest regards|warm regards|warmest regards|many regards|regards|best wishes|kind wishes|warm wishes|all the best|best|rgds|br|cheers
  sincerely|sincerely yours|yours|yours sincerely|yours faithfully|yours truly|respectfully|thanks in advance|thanks again|thanks a lot|thanks and regards|thanks & regards|thanks so much|many thanks|thanks|thx|thank you very much|thank you in advance|thank you|cordially
  mit freundlichen grüßen|mit freundlichem gruß|mit besten grüßen|mit herzlichen grüßen|freundliche grüße|viele grüße|beste grüße|liebe grüße|schöne grüße|herzliche grüße|grüße|gruß|danke und gruß|vielen dank|danke|mit freundlichen gruessen|viele gruesse|beste gruesse|mfg|lg|vg|hochachtungsvoll
  bien cordialement|cordialement|salutations|bien à vous|sincères salutations|meilleures salutations|bonne journée|merci d'avance|merci|cdlt|avec mes remerciements
  saludos cordiales|un cordial saludo|un saludo|saludos|atentamente|muchas gracias|gracias de antemano|gracias|atenciosamente|cumprimentos|com os melhores cumprimentos|abraços|att|obrigado|obrigada
  cordiali saluti|distinti saluti|saluti|un saluto|grazie|grazie mille|z poważaniem|pozdrawiam|z wyrazami szacunku|dziękuję|met vriendelijke groet|met vriendelijke groeten|vriendelijke groet|groet|groeten|mvg|alvast bedankt
  med vänliga hälsningar|vänliga hälsningar|mvh|med venlig hilsen|venlig hilsen|hilsen|saygılarımla|saygılarla|iyi çalışmalar|teşekkürler|s pozdravem
  с уважением|c уважением|с ув|с наилучшими пожеланиями|с благодарностью|всего доброго|всего хорошего|хорошего дня|спасибо большое|большое спасибо|спасибо заранее|заранее спасибо|спасибо|заранее благодарю|благодарю|искренне ваш|искренне ваша|ваш|ваша|подпись
  з повагою|з найкращими побажаннями|дякую|наперед дякую|щиро|құрметпен|ізгі ниетпен|рахмет|ҳурмат билан|хурмат билан|рахмат|hurmat bilan|rahmat`)
/** After these phrases there is always a name. */
const NAMED_BY = oneOf(`
  my name is|my name's|my full name is|ich heiße|ich heisse|mein name ist|mein name lautet|je m'appelle|mon nom est|me llamo|mi nombre es|mi chiamo|il mio nome è|me chamo|meu nome é|nazywam się|mam na imię|mijn naam is|ik heet|jag heter|benim adım|adım
  меня зовут|зовут меня|моё имя|мое имя|моя фамилия|мене звати|мене звуть|моє ім'я|менің атым|менің есімім|атым|есімім|менинг исмим|исмим|mening ismim|mening ism-familiyam|ismim`)
/** After these phrases a name counts only if what follows it fits, such as a comma. */
const MAYBE_NAMED_BY = oneOf(`
  this is|i am|i'm|it's|speaking is|ich bin|hier ist|hier spricht|je suis|c'est|soy|habla|sono|sou|sou o|sou a|jestem|z tej strony|ik ben|met
  вас беспокоит|пишет вам|вам пишет|на связи|это|це`)
const RELATIONS = oneOf(`
  wife|husband|spouse|mother|father|son|daughter|brother|sister|colleague|coworker|manager|boss|supervisor|assistant|accountant|neighbour|neighbor|landlord|tenant
  kollegin|kollege|collègue|compañero|compañera|collega
  жена|жене|жену|муж|мужа|мужу|мама|маме|папа|сын|сына|дочь|дочери|брат|сестра|коллега|коллеге|коллегу|коллеги|начальник|директор|бухгалтер|сосед|соседка|мастер|менеджер|оператор|специалист|сотрудник|сотрудница|сотруднику|сотрудника|пользователь|пользователя|пользователю|клиент|клиента|абонент|абонента
  колега|колеги|майстер|співробітник`)
const GREETING = patternOf(
  `${GREETINGS},?${GAP}(?:${TITLES}\\.?${GAP}){0,2}(?<name>(?:${PARTICLE}[ ]){0,2}${NAME}(?:[ ](?:and|und|et|y|e|i|и|та|&)[ ]${NAME})?)${END}`,
)
/** "Hi john, ...", "its kevin from sales": a word in small letters; `names` checks that it is a known given name. */
export const GREETED = patternOf(
  `(?:${GREETINGS}|${NAMED_BY}|${MAYBE_NAMED_BY}|im|its),?${GAP}(?=(?<name>\\p{L}[\\p{L}'’ʻ-]{1,24})(?![\\p{L}\\p{N}]))`,
)
const TITLED = patternOf(`${SURE_TITLES}\\.?${GAP}(?:${TITLES}\\.?${GAP}){0,2}(?<name>(?:${PARTICLE}[ ]){0,2}${NAME})`)
const INTRODUCED = patternOf(`${NAMED_BY}[:]?${GAP}(?<name>${NAME})`)
const PERHAPS_INTRODUCED = patternOf(
  `${MAYBE_NAMED_BY}${GAP}(?<name>${NAME})(?=[ \\t]*(?:[,.!;:()\\n—–-]|$|(?:from|of|at|and|here|calling|writing|speaking|из|и|с|со|от|з|зі|від|aus|von|vom|by|in|und|de|del|da|du|et|y|e|i|z|van)(?!\\p{L})))`,
)
/** "Torben hier, ...", "Dana speaking." */
const HERE = new RegExp(
  `(?<=^|[\\n.,!] ?)(?<name>${NAME})[ ](?:hier|speaking|am Apparat|на связи)(?=[ ]*(?:[,.!:;\\n—–-]|$))`,
  'gu',
)
/** The Russian "Я Анна, ..." is an introduction only at the start of a sentence. */
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
/** In a transcript "Caller: Right." is an answer: after these labels a name needs two words and nothing after it. */
const PARTY = new RegExp(
  `(?:^|[\\n|;])[ \\t*_-]{0,4}(?:[Cc]ustomer|[Cc]aller|[Cc]ontact|[Rr]equester|[Rr]eporter|[Rr]eported by|[Uu]ser|[Аа]бонент|[Кк]лиент|[Зз]аявитель|[Пп]ользователь|Kunde|Melder|[Cc]lient|[Cc]liente)[*_]{0,2}[ \\t]{0,3}[:：=|][ \\t*_]{0,3}(?<name>(?:${WORD}|${INITIAL})(?:[ \\u00a0]?(?:${WORD}|${INITIAL})){1,3})(?=[ \\t]*(?:[,\\n|;(]|$))`,
  'gu',
)
/** A closing formula at the start of a line or after a sentence, then a name on the same line or below. */
const SIGNED = new RegExp(
  `(?<=(?:^|\\n)[ \\t>]{0,4}|[.!?…)] |--|, )(?:${CLOSINGS}(?!\\p{L})|--)(?:[ ](?:aus|from|von|vom|depuis|desde|da|de|из|з|z|dan)(?:[ ]\\p{L}{2,4})?[ ]\\p{Lu}[\\p{L}-]{1,24}(?=[,.]?[ ]*\\n))?[ \\t]*[,.!;:，。！-]{0,2}[ \\t]*(?:\\n[ \\t>]*){0,3}(?:\\p{Ll}{3,20}[ ]){0,2}(?<name>${NAME}|${CAPITALS}|\\p{Script=Han}{2,4})(?=[ \\t]*(?:[,.(\\n|/]|$))`,
  'gu',
)
/** "... Statement attached. - Ann Lee": a signature after a dash. */
const DASHED = new RegExp(
  `(?<=[.!?…)]\\s{1,2}[-–—][ ]?)(?<name>${WORD}[ \\u00a0](?:${INITIAL}|${WORD}))(?=[ .]*(?:\\n|$))`,
  'gu',
)
/** A last line of two or three capitalised words under a finished sentence. */
const LAST_PAIR = new RegExp(
  `(?<=[.!?…)]\\s*\\n\\s*)(?<name>${WORD}(?:[ \\u00a0](?:${INITIAL}|${WORD})){1,2})\\s*$`,
  'gu',
)
/** A last line that can be a name; `names` checks that it has a known given name. */
export const LAST_LINE = new RegExp(`\\n[ \\t]*[—–-]{0,2}[ \\t]*(?<name>${NAME}|\\p{Ll}{3,20})[.]?\\s*$`, 'du')
/** A Russian or Ukrainian patronymic shows a name anywhere in a text: Иван Петрович, Петрова Анна Сергеевна. */
const PATRONYMIC =
  /(?<![\p{L}])(?<name>(?:[А-ЯЁІЇЄҐӘӨҮҰҚҒҢҺ][\p{Script=Cyrillic}'’-]{1,24}[ \u00a0]){1,2}[А-ЯЁІЇЄӘӨҮҰҚҒҢҺ]\p{Script=Cyrillic}{2,20}(?:(?:ович|евич|йович|ьич|мич|кич)(?:а|у|ем|ом|е|у)?|(?:овн|евн|івн|ївн|ичн|иничн)(?:а|ы|и|е|і|у|ой|ою|о))(?:[ \u00a0][А-ЯЁІЇЄ][\p{Script=Cyrillic}-]{2,24})?)(?![\p{L}])/gu
/** Surname with two initials: Иванов И.И., И. И. Иванов. */
const INITIALS =
  /(?<![\p{L}.])(?<name>[А-ЯЁІЇЄҚҒӘ][\p{Script=Cyrillic}-]{2,24}[ \u00a0][А-ЯЁІЇЄ]\.[ \u00a0]?[А-ЯЁІЇЄ]\.|[А-ЯЁІЇЄ]\.[ \u00a0]?[А-ЯЁІЇЄ]\.[ \u00a0]?[А-ЯЁІЇЄҚҒӘ][\p{Script=Cyrillic}-]{2,24})(?![\p{L}])/gu
/** A name before its mail address: Ann Lee <a@b.c>. */
const ADDRESSED = new RegExp(
  `(?<![\\p{L}])(?<name>${WORD}(?:[ \\u00a0](?:${WORD}|${INITIAL})){1,2})["']?[ ]?[<(\\[](?=[^\\s<>()]{1,64}@|mailto:)`,
  'gu',
)
/** A name after a relation: "my wife, Ann Lee", "коллега Пётр Сидоров". */
const RELATED = patternOf(`${RELATIONS},?${GAP}(?:${TITLES}\\.?${GAP})?(?<name>${WORD}[ \\u00a0]${WORD})`)
/**
 * "employee Ann Lee", "account name Ann Lee": a role in small letters, because with a capital it can be part of a product's name
 * (Hadoop Client Packaging). German roles are nouns, so they have a capital.
 */
const IN_ROLE = patternOf(
  `(?:(?:employee|staff member|user|client|customer|technician|engineer|agent|driver|courier|trainee|intern|contractor|student|teacher|patient|guest|visitor|tenant|owner|holder|beneficiary|payee|deputy|director|account name|in the name of|on behalf of|formerly|ask for|spoke to|spoke with|talked to|[Cc]ontactez|[Aa]ppelez|[Ll]lam[ae]n? a|[Aa]visar a|employé|employée|salarié|salariée|stagiaire|client|cliente|technicien|utilisateur|utilisatrice|titulaire|au nom de|empleado|empleada|usuario|usuaria|titular|técnico|a nombre de|dipendente|utente|intestatario|intestato a|tecnico|em nome de|funcionário|funcionária|pracownik|pracownica|klient|klientka|na nazwisko|medewerker|klant|op naam van|kund|anställd|çalışan|müşteri|xodim|mijoz)|[Mm]itarbeiter(?:in)?|Kund(?:e|in|en)|Azubi|Praktikant(?:in)?|[Kk]ontoinhaber(?:in)?|Inhaber(?:in)?|[Bb]enutzer(?:in)?|auf den Namen|im Namen von|Empfänger(?:in)?),?${GAP}(?:${TITLES}\\.?${GAP})?(?<name>${WORD}(?:[ \\u00a0]${PARTICLE}){0,2}(?:[ \\u00a0](?:${INITIAL}|${WORD})){1,2})`,
)
/** A mention with surname: @Ann Lee. A single word can be any handle. */
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

export const PLACES = [
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

export const CAPITALISED = new RegExp(`${NOT_IN_WORD}${WORD}(?![\\p{L}\\p{N}_])`, 'gu')
export const SURNAME_AFTER = new RegExp(
  `(?:[ \\u00a0]${INITIAL}|(?:[ \\u00a0]${PARTICLE}){0,2}[ \\u00a0]${WORD}(?![\\p{L}\\p{N}_])){1,2}`,
  'uy',
)
export const SURNAME_BEFORE = new RegExp(
  `${NOT_IN_WORD}\\p{Script=Cyrillic}{2,24}(?:(?:ов|ев|ёв|ин)(?:а|у|ой|ым)?|ск(?:ий|ая|ого|ому|ой)|ко|ук|юк|ян|ич)[ \\u00a0]$`,
  'u',
)

/** Words before a given name that make it the name of a town or street, as in San Antonio. */
export const PLACE_BEFORE =
  /(?:^|[^\p{L}])(?:San|Santa|Sankt|St\.?|Saint|São|ул\.?|улица|проспект|пр-т|им\.?|имени)[ ]$/u

export const FULL_NAME = `${WORD}(?:[ \\u00a0]${PARTICLE}){0,2}[ \\u00a0]${WORD}`
const AND = '(?:,[ ]|[ ](?:and|und|et|y|e|и|і|та|i|en|ve|va|&)[ ])'
/** The names after and before a full name in a list. */
export const NEXT_NAMES = new RegExp(`^(?:${AND}${FULL_NAME}(?![\\p{L}])){1,5}`, 'u')
export const PREVIOUS_NAMES = new RegExp(`(?:(?<![\\p{L}])${FULL_NAME}${AND}){1,5}$`, 'u')

/** A pattern that starts outside a word. */
function patternOf(source: string): RegExp {
  return new RegExp(`${NOT_IN_WORD}${source}`, 'gu')
}

/** Alternatives, longest first. Each word may start with a capital; phrases up to four letters, or all, may be in capitals. */
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
