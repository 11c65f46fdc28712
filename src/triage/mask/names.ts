import type { Detector, Span } from './span.ts'
import { escaped, spansOf } from './span.ts'

/** One capitalised word; two to three of them make a name. All-capital words are products (VPN), save in forms. */
const WORD = "\\p{Lu}(?:['’]\\p{Lu})?\\p{Ll}{1,24}(?:['’-]\\p{Lu}?\\p{Ll}{1,24})?"
const INITIAL = '\\p{Lu}\\.'
const NAME = `(?:${WORD}|${INITIAL})(?:[ \\u00a0](?:${WORD}|${INITIAL}|de|van|von|der|bin|el|al)){0,3}`
/** Space, but not the end of a line: a name does not run over it. */
const GAP = '[ \\t\\u00a0]{1,3}'

const GREETING = new RegExp(
  `(?<![\\p{L}])(?:[Hh]i|[Hh]ello|[Hh]ey|[Dd]ear|HI|Hallo|Liebe[rs]?|Sehr geehrte[rs]?|Guten (?:Tag|Morgen|Abend)|[Gg]ood (?:morning|afternoon|evening|day)|[Зз]дравствуйте|[Дд]обр(?:ый|ое|ого) (?:день|утро|вечер|дня|времени суток)|[Пп]ривет(?:ствую)?|[Уу]важаем(?:ый|ая|ые)|[Дд]орог(?:ой|ая)|[Hh]ola|[Bb]onjour|[Tt]hanks|[Tt]hank you|[Сс]пасибо),?${GAP}(?:(?:Mr|Mrs|Ms|Miss|Dr|Herr|Frau|господин|госпожа|[Гг]-н|[Гг]-жа)\\.?${GAP})?(?<name>${NAME})(?=[ \\t]*(?:[,!.:;\\n—–-]|$))`,
  'dgu',
)
/** A title before a name names a person wherever it stands. */
const TITLED = new RegExp(
  `(?<![\\p{L}])(?:Mr|Mrs|Ms|Dr|Herrn?|Frau|[Гг]осподин\\p{Ll}?|[Гг]оспож\\p{Ll}{1,2}|[Гг]-н\\p{Ll}?|[Гг]-ж\\p{Ll})\\.?${GAP}(?<name>${NAME})`,
  'dgu',
)
const INTRODUCED = new RegExp(
  `(?:[Mm]y name is|[Tt]his is|[Ii] am|[Ii]['’]m|[Mm]eine? Name ist|[Ii]ch bin|[Ii]ch hei(?:ß|ss)e|[Мм]еня зовут|[Мм]о[её] имя|(?<=^|[\\n.!] ?)Я|[Вв]ас беспокоит|[Пп]ишет вам|[Ээ]то)${GAP}(?<name>${NAME})(?=[ \\t]*(?:[,.!;:()\\n—–-]|$|from|of|at|and|here|из|и|с|aus|von))`,
  'dgu',
)
const FORM = new RegExp(
  `(?:^|[\\n|;])[ \\t*_-]{0,4}(?:(?:[Ff]ull |[Ff]irst |[Ll]ast |[Cc]ontact |[Cc]ustomer |[Cc]lient |[Uu]ser |[Cc]aller )?[Nn]ame|NAME|[Cc]ontact person|ФИО|Фио|ИМЯ|Ф\\.И\\.О\\.?|[Ии]мя|[Фф]амилия|[Оо]тчество|[Кк]онтактное лицо|Ansprechpartner|Vorname|Nachname|姓名|联系人)[*_]{0,2}[ \\t]{0,3}[:：=|][ \\t*_]{0,3}(?<name>(?:\\p{Lu}[\\p{L}'’-]{1,24}|${INITIAL})(?:[ \\u00a0](?:\\p{Lu}[\\p{L}'’-]{1,24}|${INITIAL})){0,3}|\\p{Script=Han}{2,4})`,
  'dgu',
)
/** In a transcript "Caller: Right." is an answer: these labels need two words and nothing behind them. */
const PARTY = new RegExp(
  `(?:^|[\\n|;])[ \\t*_-]{0,4}(?:[Cc]ustomer|[Cc]aller|[Cc]ontact|[Rr]equester|[Rr]eporter|[Аа]бонент|[Кк]лиент|[Зз]аявитель|Kunde)[*_]{0,2}[ \\t]{0,3}[:：=|][ \\t*_]{0,3}(?<name>(?:${WORD}|${INITIAL})(?:[ \\u00a0]?(?:${WORD}|${INITIAL})){1,3})(?=[ \\t]*(?:[,\\n|;]|$))`,
  'dgu',
)
const SIGNED = new RegExp(
  `(?:^|\\n)[ \\t>]{0,4}(?:(?:[Ww]ith )?(?:[Bb]est|[Kk]ind(?:est)?|[Ww]arm(?:est)?|[Mm]any)?[ ]?(?:[Rr]egards|[Ww]ishes)|[Bb]est|[Rr]gds|BR|[Cc]heers|[Ss]incerely(?: yours)?|[Yy]ours(?: (?:sincerely|faithfully|truly))?|[Tt]hanks(?: (?:in advance|again|a lot|and regards|so much))?|[Tt]hank you(?: very much)?|[Rr]espectfully|(?:[Cc] )?[Уу]важением|[Сс] ув|[Сс] (?:наилучшими пожеланиями|уважением)|[Вв]сего доброго|[Сс]пасибо(?: большое| заранее)?|[Зз]аранее спасибо|[Мм]it freundlichen Grüßen|[Mm]it (?:freundlichen|besten|herzlichen) Gr(?:ü|ue)(?:ß|ss)en|(?:[Vv]iele|[Bb]este|[Ll]iebe|[Ff]reundliche) Gr(?:ü|ue)(?:ß|ss)e|MfG|LG|VG|[Cc]ordialement|[Ss]aludos|此致(?:敬礼)?|敬上|祝好|谢谢|--)[ \\t]*[,.!;:，。！]{0,2}[ \\t]*(?:\\n[ \\t]*){0,3}(?:\\p{Ll}{3,20}[ ]){0,2}(?<name>${NAME}|\\p{Script=Han}{2,4})(?=[ \\t]*(?:[,.\\n|/]|$))`,
  'dgu',
)
/** A Russian patronymic gives a person away anywhere in a text: Иван Петрович, Петрова Анна Сергеевна. */
const PATRONYMIC =
  /(?<![\p{L}])(?<name>(?:[А-ЯЁ][а-яё-]{1,24}[ \u00a0]){1,2}[А-ЯЁ][а-яё]{2,20}(?:(?:ович|евич|ьич|мич|кич)(?:а|у|ем|ом|е)?|(?:овн|евн|ичн|иничн)(?:а|ы|е|у|ой))(?:[ \u00a0][А-ЯЁ][а-яё-]{2,24}(?:ов|ев|ин|ова|ева|ина|ский|ская|ко|ук|юк|ян|их|ых|ой|ей|у|ым))?)(?![\p{L}])/dgu
/** Surname with two initials: Иванов И.И., И. И. Иванов. */
const INITIALS =
  /(?<![\p{L}.])(?<name>[А-ЯЁ][а-яё-]{2,24}[ \u00a0][А-ЯЁ]\.[ \u00a0]?[А-ЯЁ]\.|[А-ЯЁ]\.[ \u00a0]?[А-ЯЁ]\.[ \u00a0]?[А-ЯЁ][а-яё-]{2,24})(?![\p{L}])/dgu
/** A name beside the address it belongs to: Ann Lee <a@b.c>. */
const ADDRESSED = new RegExp(
  `(?<![\\p{L}])(?<name>${WORD}(?:[ \\u00a0](?:${WORD}|${INITIAL})){1,2})["']?[ ]?[<(\\[](?=[^\\s<>()]{1,64}@)`,
  'dgu',
)
/** My wife, Ann Lee; коллега Пётр Сидоров. */
const RELATED = new RegExp(
  `(?<![\\p{L}])(?:wife|husband|spouse|mother|father|son|daughter|brother|sister|colleague|manager|boss|assistant|accountant|neighbou?r|landlord|tenant|жен[аеуы]|муж|мужа|мам[аеуы]|пап[аеуы]|сын|доч[ьк]\\p{Ll}?|брат|сестр[аеуы]|коллег[аеуи]|начальник|директор|бухгалтер|сосед|соседка|мастер|менеджер|Kollegin|Kollege|Frau|Mann),?${GAP}(?<name>${WORD}[ \\u00a0]${WORD})`,
  'dgu',
)
/** A mention with surname: @Ann Lee. One word alone may be anybody's handle. */
const MENTIONED = new RegExp(`(?<![\\p{L}\\p{N}.])@(?<name>${WORD}(?:[ \\u00a0]${WORD}){1,2})`, 'dgu')
const HAN = /(?:我叫|我的名字是|本人姓名[是为]?|此致[敬礼，,\s]{0,6})(?<name>\p{Script=Han}{2,3})(?=[，,。.！!\s]|$)/dgu

/** What greetings address and introductions name that is nobody: teams, things, adjectives. Lower case. */
const NOBODY = new Set(
  (
    'all team everyone everybody support there sir madam sirs customer customers client user users colleague colleagues friend friends guys folks service helpdesk desk admin ' +
    'administrator operator manager partner partners it hr internet wifi wi-fi router modem phone mobile tv email mail vpn hosting server billing account accounts television reception crm problem issue question urgent help please ' +
    'thanks thank hello hi you me again outlook windows android iphone google microsoft apple slack teams zoom excel word jira zendesk chrome firefox salesforce linux facebook monday tuesday wednesday ' +
    'thursday friday saturday sunday january february march april may june july august september october november december not just still very unable writing trying getting having sorry glad happy ' +
    'new the a an my our your no yes any to for and in advance so much lot kindly looking best kind regards sent from mit herren damen kolleginnen kollegen kundenservice kunde zusammen liebes ' +
    'команда коллеги друзья всем поддержка техподдержка оператор менеджер служба администрация абонент клиент клиенты партнёры партнеры пользователь пользователи сотрудники господа дамы ' +
    'интернет телефон телевидение роутер модем почта впн сервер хостинг проблема вопрос срочно помогите пожалуйста прошу подскажите скажите спасибо заранее за вам большое очень не у мы я он она это ' +
    'уже всё все ваш ваша наш наша вчера сегодня завтра понедельник вторник среда четверг пятница суббота воскресенье ошибка заявка жалоба обращение директор бухгалтерия отдел компания ооо ' +
    'просто безобразие только какой какая когда почему как что где есть нет да добрый здравствуйте уважением доброго дня россия москва'
  ).split(' '),
)

/** Names, where people put names: greetings, introductions, signatures, forms. Not any capitalised word. */
export const names: Detector = (text) => {
  const spans: Span[] = []
  for (const pattern of [
    FORM,
    PARTY,
    PATRONYMIC,
    INITIALS,
    SIGNED,
    GREETING,
    TITLED,
    INTRODUCED,
    ADDRESSED,
    RELATED,
    MENTIONED,
    HAN,
  ])
    for (const span of spansOf(text, pattern, 'NAME', 'name')) {
      const words = text
        .slice(span.start, span.end)
        .toLowerCase()
        .split(/[ \u00a0]+/)
      const first = words.findIndex((word) => !NOBODY.has(word.replace(/\.$/, '')))
      if (first !== 0 || words.some((word) => NOBODY.has(word))) continue
      spans.push(span)
    }
  return [...spans, ...again(text, spans)]
}

/** A name once known is masked wherever else the text has it; whole words only. */
function again(text: string, spans: Span[]): Span[] {
  const known = new Set<string>()
  for (const { start, end } of spans) {
    const name = text.slice(start, end)
    if (name.length >= 3) known.add(name)
    for (const word of name.split(/[ \u00a0]/)) if (word.length >= 4 && !word.includes('.')) known.add(word)
    if (known.size > MAX_KNOWN) break
  }
  if (known.size === 0) return []
  const longestFirst = [...known].sort((a, b) => b.length - a.length)
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${longestFirst.map(escaped).join('|')})(?![\\p{L}\\p{N}_])`, 'gu')
  return spansOf(text, pattern, 'NAME')
}

const MAX_KNOWN = 40
