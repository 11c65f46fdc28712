/**
 * Finds where an earlier mail begins, by what mail programs cannot leave out: who wrote, and when. Words prove little, since a
 * person can type them, and no list has all languages; they only settle what the structure leaves open.
 */
import { cleanSubject } from './subject.ts'

/** Where an earlier mail begins. */
export type Mark = {
  line: number
  /** Where it begins on its first line: programs append it to the last sentence. */
  column: number
  /** The first line of the earlier text. */
  end: number
  /** Passed on, so that its text is the matter. Unset: the subject of the ticket tells. */
  forward?: boolean
  /** It may be the customer's own citation. */
  doubtful?: boolean
  /** The subject of the earlier mail. */
  title?: string
}

const DIGIT = '[0-9٠-٩۰-۹०-९]'
/** A year of the common or the Thai calendar, or a date in figures. Arabic and Indian figures count too. */
const DATE = new RegExp(
  `(?<!${DIGIT})(?:(?:19|20|25)[0-9]{2}(?!${DIGIT})|[٠-٩۰-۹०-९]{4}|${DIGIT}{1,4}[./-] ?${DIGIT}{1,2}[./-] ?${DIGIT}{2,4}(?!${DIGIT}))`,
  'gu',
)
const CLOCK = new RegExp(`(?<![${DIGIT.slice(1, -1)}.:])${DIGIT}{1,2}[:.]${DIGIT}{2}(?!${DIGIT}|[./-]${DIGIT})`, 'u')
const ADDRESS = /@|<EMAIL_\d+>/
/** A name and its address in brackets: `Ann Lee <ann@example.com>`, with the address masked or not. */
const SENDER =
  /(?:^|[\p{L}\p{M}"'”»).,>]) ?[\u2068\u202a]?\(?(?:<|\[mailto:)(?:<EMAIL_\d+>|[^\s<>()@]{1,80}@[^\s<>()@]{1,80})[>\]]/u
/** The beginning of a log line. */
const LOGGED = /^\W{0,3}\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d/

const WROTE =
  /wrote|writes|schrieb|schreef|geschreven|écrit|escribió|escreveu|scritto|skrev|kirjoitti|pisze|napisał|napsal|írta|scris|έγραψε|пишет|писал|пише|написав|написа|жазды|yozdi|yazdı|كتب|كتابة|כתב|نوشت|लिखा|เขียน|viết|menulis|写道|寫道|작성|쓴 글/iu
const FORWARDED =
  /forward|weitergeleitet|transf[eé]r|reenviad|encaminhad|inoltrat|doorgestuurd|videresend|vidarebeford|välitet|przekazan|přeposlan|továbbít|redirec|προωθ|пересыла|пересла|перенаправ|переадрес|препрат|iletilen|معاد|הועבר|転送|转发|轉寄|전달/iu
const ORIGINAL =
  "original|orijinal|ursprüngliche|oorspronkelijk|oprindelig|opprinnelig|ursprungligt|alkuperäinen|oryginalna|původní|eredeti|d['’]origine|originale|αρχικό|исходное|оригинальное|бастапқы|الأصلية|اصلی|מקורית|元の|原始|原|원본|antwort|reply|previous|предыдущее"
const MESSAGE =
  'message|appointment|nachricht|mail|bericht|mensaje|mensagem|messaggio|besked|meddelelse|meddelande|melding|viesti|wiadomość|zpráva|üzenet|mesaj|μήνυμα|сообщение|письмо|повідомлення|съобщение|хабарлама|الرسالة|پیام|הודעה|メッセージ|邮件|郵件|메시지'
/** `Original Message` and the like, and nothing more: `Original error message` is a title by the customer. */
const EARLIER = new RegExp(`^(?:(?:${ORIGINAL}) ?(?:${MESSAGE})|(?:${MESSAGE}) ?(?:${ORIGINAL}))$`, 'iu')
/** A title between dashes: `-----Original Message-----`. */
const DASHES = '(?:-{2,}|_{2,}|={2,}|—{2,})'
const TITLE = new RegExp(`^[ >]{0,6}${DASHES} ?([^\\n]{2,150}?) ?${DASHES}:?$`, 'u')
/** `##- Please type your reply above this line -##` and similar: everything below is by the helpdesk. */
const REPLY_ABOVE =
  /^##-[^\n]{4,120}-##$|^[^\n]{0,30}(?:reply above this line|ответьте выше этой линии|antworten sie oberhalb dieser zeile|répondre au-dessus de cette ligne)[^\n]{0,30}$/iu
/** The names of headers, for those without a time of day or an address. */
const FROM = /^(?:from|от|від|von|van|de|da|od|fra|från|发件人|寄件者|差出人|보낸 사람)$/iu
const HEADER =
  /^(?:sent|date|to|subject|отправлено|дата|кому|тема|надіслано|gesendet|datum|an|betreff|verzonden|aan|onderwerp|envoyé|à|objet|enviado|fecha|para|asunto|inviato|a|oggetto|data|wysłano|do|temat|sendt|til|emne|skickat|till|ämne|发送时间|收件人|主题|寄件日期|收件者|主旨|送信日時|宛先|件名|보낸 날짜|받는 사람|제목)$/iu
const LABEL = /^[ >*_]{0,6}(\p{L}[\p{L}\p{M}.'’ -]{0,24}?)[*_]{0,3} ?[:：][*_]{0,3} ?(.*)$/u

/** What is below in a ticket is shortened anyway. */
const MAX_LINES = 3000

/** The first mark of an earlier mail in the lines of a text, or null. */
export function firstMark(lines: string[], subject: string): Mark | null {
  for (const [i, line] of lines.slice(0, MAX_LINES).entries()) {
    if (line.trim() === '') continue
    const mark = titleAt(lines, i) ?? headersAt(lines, i, subject) ?? attributionAt(lines, i)
    if (mark) return mark
    if (REPLY_ABOVE.test(line))
      return { line: /^[—–_=-]{3,}$/.test(lines[i - 1] ?? '') ? i - 1 : i, column: 0, end: i + 1 }
  }
  return null
}

/** Is the line a title that a mail program puts around a forwarded mail? */
export const isForwardTitle = (line: string): boolean => FORWARDED.test(TITLE.exec(line.slice(0, 200))?.[1] ?? '')

/** A title between dashes, or a line such as `Begin forwarded message:`, with the headers of the mail below it. */
function titleAt(lines: string[], at: number): Mark | null {
  const line = lines[at]!
  const title = TITLE.exec(line.slice(0, 200))?.[1]
  if (title === undefined && !(line.length <= 80 && /^\S+(?: \S+){0,4}[:：]$/.test(line) && FORWARDED.test(line)))
    return null
  if (title !== undefined && attribution(`${title}:`, true)) return { line: at, column: 0, end: at + 1 }
  const below = headersBelow(lines, at + 1)
  if (!below && !EARLIER.test(title ?? '')) return null
  const forward = FORWARDED.test(title ?? line)
  return { line: at, column: 0, end: at + 1, ...below, ...(forward ? { forward } : {}) }
}

type Row = { label: string; value: string }

/** Lines of the form `Label: value` from here on, with the lines that a long list of recipients wraps into. */
function rowsAt(lines: string[], from: number): { rows: Row[]; end: number } {
  const rows: Row[] = []
  let i = from
  for (; i < lines.length && i < from + 14; i++) {
    const line = lines[i]!.slice(0, 500)
    const [, label, value] = LABEL.exec(line) ?? []
    const last = rows.at(-1)
    if (label !== undefined && value !== undefined && !value.startsWith('//')) {
      if (rows.length >= 5 && !ADDRESS.test(value)) break
      rows.push({ label, value })
    } else if (last && ADDRESS.test(line) && !isDated(line)) last.value += ` ${line}`
    else break
  }
  return { rows, end: i }
}

/** The headers below a title: there, any two such lines are headers. */
function headersBelow(lines: string[], from: number): { end: number; title?: string } | null {
  let start = from
  while (start < from + 2 && lines[start]?.trim() === '') start++
  const sender = attributionAt(lines, start)
  if (sender?.line === start && sender.column === 0) return { end: sender.end }
  const { rows, end } = rowsAt(lines, start)
  const told = rows.some(({ value }) => ADDRESS.test(value) || isDated(value))
  if (rows.length < 2 || !(told || FROM.test(rows[0]!.label))) return null
  return { end, title: titleOf(rows) }
}

/** The headers of a mail without a mark above them. A form has such lines too, so sender, date and subject have to fit. */
function headersAt(lines: string[], at: number, subject: string): Mark | null {
  if (!LABEL.test(lines[at]!.slice(0, 500))) return null
  const { rows, end } = rowsAt(lines, at)
  if (rows.length < 3) return null
  const isRuled = /^[_-]{10,}$/.test(lines[at - 1] ?? '')
  const dated = rows.slice(1, 4).some(({ value }) => value.length <= 80 && isDated(value))
  const named =
    rows.length >= 3 && FROM.test(rows[0]!.label) && rows.filter(({ label }) => HEADER.test(label)).length >= 2
  const answered = rows.slice(1).some(({ value }) => REPLY.test(value) || isSame(value, subject))
  const sent = SENDER.test(rows[0]!.value)
  const addressed = rows.some(({ value }) => ADDRESS.test(value))
  if (!(dated && (sent || answered)) && !(isRuled && sent) && !(named && (addressed || dated))) return null
  // Pasted: `The mail with this header is refused:`
  const above = lines.slice(Math.max(0, at - 2), at).findLast((line) => line.trim() !== '') ?? ''
  const follows = (lines[end] ?? '') !== ''
  const isPasted =
    /[:：]$/.test(above.trim()) || TRANSPORT.test(lines[at - 1] ?? '') || rows.some((row) => TRANSPORT.test(row.label))
  if (isPasted && follows) return null
  // The mail that a ticket answers has its subject. Another mail was pasted, and the customer's own words may follow it.
  const isThis = rows.some(({ value }) => isSame(value, subject))
  const isReply = rows.some(({ value }) => REPLY.test(value))
  const fits = rows.length < 4 || (isReply ? isThis || subject.trim() === '' : isThis && !follows)
  const isSure = isRuled || (fits && !isPasted && (addressed || isReply))
  return { line: isRuled ? at - 1 : at, column: 0, end, title: titleOf(rows), ...(isSure ? {} : { doubtful: true }) }
}

/** Headers that no mail program quotes: a person has pasted the source of a mail. */
const TRANSPORT =
  /^(?:received|return-path|message-id|mime-version|content-type|dkim-signature|authentication-results|x-[a-z-]+)/i

const REPLY = /^(?:re|aw|sv|vs|antw|odp|rif|ynt|fwd?|wg|tr|rv|отв|ответ|回复|答复|回覆) ?[:：]/iu

/** Is a header's value the subject of the ticket, but for prefixes, ticket numbers and cuts? */
function isSame(value: string, subject: string): boolean {
  const [a, b] = [value, subject].map((each) =>
    cleanSubject(each)
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}]+/gu, ''),
  ) as [string, string]
  return a !== '' && b !== '' && (a === b || (Math.min(a.length, b.length) >= 5 && (a.includes(b) || b.includes(a))))
}

/** The header that is no address, date or name of a known header; the subject is the last of them in Outlook. */
function titleOf(rows: Row[]): string | undefined {
  const known = rows.find(({ label }) =>
    /^(?:subject|тема|betreff|onderwerp|objet|asunto|oggetto|assunto|temat|emne|ämne|主题|件名)$/iu.test(label),
  )
  return (known ?? rows.slice(1).findLast(({ value }) => !ADDRESS.test(value) && !isDated(value)))?.value
}

/** `On ... X wrote:`, in one line or broken into up to three, perhaps behind the last sentence of the customer. */
function attributionAt(lines: string[], at: number): Mark | null {
  const line = lines[at]!
  for (const more of [0, 1, 2]) {
    const last = lines[at + more]
    if (last === undefined || last.trim() === '') return null
    if (more > 0 && (!(isDated(line) || ADDRESS.test(line)) || /[.!?。]$/.test(lines[at + more - 1]!))) return null
    const text = lines
      .slice(at, at + more + 1)
      .map((each, i) => (i === 0 ? each : each.replace(/^[> ]+/, '')))
      .join(' ')
    const next = lines.slice(at + more + 1, at + more + 4).find((each) => each.trim() !== '')
    const found = attribution(text, next?.startsWith('>') ?? false)
    if (!found || found.column > line.length) continue
    // The line below may be an attribution by itself.
    if (more > 0 && attribution(last, false)) return null
    return { line: at, end: at + more + 1, ...found }
  }
  return null
}

/** The longest line above a quote. */
const LONGEST = 400

/** Where in the line the words about author and time begin; null: it has none. `quoted`: lines with > follow. */
function attribution(given: string, quoted: boolean): Pick<Mark, 'column' | 'doubtful'> | null {
  if (!/[:：][\s>*_]*$|-{2,}$/.test(given.slice(-8))) return null
  const line = given.slice(-LONGEST)
  const date = [...line.matchAll(DATE)].at(-1)
  const dateAt = date ? dayBefore(line, date) : line.length
  const starts = [...line.matchAll(SENTENCE)].map(({ index, 0: end }) => index + end.length)
  const verdict = (start: number) => (LOGGED.test(line.slice(start)) ? null : weigh(line.slice(start), quoted))
  const before = [0, ...starts.filter((start) => start <= dateAt)]
  let s = before.findLastIndex((start) => verdict(start) !== null)
  if (s < 0) return null
  const found = verdict(before[s]!)!
  // The point of `Le ven. 14 nov.` ends no sentence.
  if (s > 0 && WEEKDAY.test(line.slice(before[s - 1]!, before[s]!))) s--
  const start = before[s]!
  const sender = line.slice(start).search(/[<([] ?<?[^\s<>]{1,80}[>)\]]/u)
  const anchor = Math.min(dateAt, sender < 0 ? line.length : start + sender)
  const lead = line.slice(start, anchor).replace(/^[\s>]+/, '')
  const isName = sender >= 0 && start + sender === anchor
  const isLead = lead.length <= (isName ? 60 : 30) && lead.trim().split(/\s+/).length <= (isName ? 8 : 5)
  // Without a full stop, the end of the customer's sentence is not known: it keeps all up to the date.
  const column = given.length - line.length + (isLead ? start : anchor)
  return found === 'sure' ? { column } : { column, doubtful: true }
}

const WEEKDAY = /^(?:\p{L}[\p{L}\p{M}]{0,8} )?\p{L}[\p{L}\p{M}]{0,2}\. $/u
const SENTENCE = /[.!?…؟।]["')»”]?\s+|[。！？]["')»”]?\s*|\s*-{2,} ?/gu

/** How much a line says that somebody wrote what follows. A sentence can have a sender and a time too, but more words. */
function weigh(line: string, quoted: boolean): 'sure' | 'doubtful' | null {
  const dated = isDated(line)
  const timed = dated && CLOCK.test(line)
  const wrote = WROTE.test(line)
  const sender = SENDER.exec(line)
  if (sender && quoted && (dated || wrote)) return 'sure'
  if (sender && dated && wrote) return 'sure'
  const after = sender && line.slice(sender.index + sender[0].length).match(/[\p{L}\p{M}]+/gu)
  if (sender && timed) return (after?.length ?? 0) <= 2 ? 'sure' : 'doubtful'
  if (ADDRESS.test(line) && timed && (quoted || WROTE.test(line.slice(-20)))) return 'sure'
  if (dated && wrote && quoted) return 'sure'
  return timed && wrote ? 'doubtful' : null
}

const isDated = (text: string): boolean => text.search(DATE) >= 0

/** Where a date begins; the day may stand before the year: `14 nov. 2025`. */
function dayBefore(line: string, { index: year, 0: date }: RegExpExecArray): number {
  if (date.length > 4) return year
  const before = line.slice(Math.max(0, year - 25), year)
  const day = new RegExp(`(?<!${DIGIT})${DIGIT}{1,2}[^${DIGIT.slice(1, -1)}!?<>]{0,22}$`, 'u').exec(before)
  return day ? year - before.length + day.index : year
}
