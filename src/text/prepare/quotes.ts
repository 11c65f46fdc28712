import type { Dropped } from './dropped.ts'

/** "... wrote:", in the words of many mail programs. */
const WROTE =
  /^>{0,5} ?(?:(?:On|Op|El|Le|Il|Em|Am|Dne|W dniu|Den|在|於|于|Le|Il giorno) ?[^\n]{4,240}(?:wrote|schreef[^\n]{0,120}|escribió|a écrit|ha scritto|escreveu|schrieb[^\n]{0,160}|napsal(?:\(a\))?|napisał(?:\(a\))?|skrev[^\n]{0,120}|写道|寫道) ?[:：]?|[^\n]{4,240}(?:пишет|написал(?:\(а\)|а)?|писал(?:\(а\)|а)?|пише|schrieb|wrote|写道|寫道) ?[:：]|(?:(?:пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|mon|tue|wed|thu|fri|sat|sun)[,. ]{1,2})?\d{1,2}(?:[./-]\d{1,2}[./-]\d{2,4}| \p{L}{3,9}\.? \d{4})[^\n]{0,160}<[^<>\n]{3,120}>{1,2} ?:)$/iu
const REPLY_RULE =
  /^[ >]{0,6}(?:-{2,}|_{2,}|={2,}) ?(?:Original (?:Message|Appointment)|Исходное (?:сообщение|письмо)|Оригинальное сообщение|Ursprüngliche (?:Nachricht|Mail)|Originalnachricht|Message d'origine|Mensaje original|Messaggio originale|Mensagem original|Oorspronkelijk bericht|原始邮件|原始郵件|原邮件|Reply (?:message|above this line)|Previous message|Предыдущее сообщение) ?(?:-{2,}|_{2,}|={2,})?:?$/iu
const FORWARD_RULE =
  /^[ >]{0,6}(?:(?:-{2,}|_{2,}|={2,}) ?(?:Forwarded (?:message|by[^\n]{0,120})|Пересылаемое (?:сообщение|письмо)|Пересланное (?:сообщение|письмо)|Перенаправленное сообщение|Завершенное пересылаемое[^\n]{0,30}|Weitergeleitete Nachricht|Message transféré|Mensaje reenviado|转发(?:的)?邮件(?:信息)?|轉寄郵件) ?(?:-{2,}|_{2,}|={2,})?|Begin forwarded message|Начало (?:переадресованного|пересылаемого) (?:сообщения|письма)|Anfang der weitergeleiteten (?:Nachricht|E-Mail)|开始转发的邮件):?$/iu
/** `##- Please type your reply above this line -##` and similar: everything below is by the helpdesk. */
const REPLY_ABOVE =
  /^[^\n]{0,30}(?:reply above this line|ответьте выше этой линии|antworten sie oberhalb dieser zeile|répondre au-dessus de cette ligne)[^\n]{0,30}$/iu
const FORWARD_END =
  /^[ >]{0,6}-{2,} ?(?:Конец пересылаемого сообщения|End of forwarded message|Ende der weitergeleiteten Nachricht|Fin du message transféré) ?-{2,}$/iu
/** Names of mail headers as Outlook and similar programs translate them. Forms use the word `date` too, so it proves little. */
const HEADERS = {
  from: 'from|от(?: кого)?|отправитель|від|von|van|de|da|od|fra|från|kimden|发件人|寄件者|差出人|보낸 사람',
  sent: 'sent|отправлено|надіслано|gesendet|verzonden|envoyé|enviad[oa](?: el|\\(a\\))?|inviato|wysłano|odesláno|skickat|gönderilme|发送时间|发送日期|寄件日期|送信日時|보낸 날짜',
  date: 'date|дата|datum|data|fecha|日期|日付|날짜',
  to: 'to|кому|получатель|an|aan|à|a|para|do|komu|till|kime|收件人|收件者|宛先|받는 사람',
  subject: 'subject|тема|betreff|onderwerp|objet|asunto|oggetto|assunto|temat|předmět|ämne|konu|主题|主旨|件名|제목',
  other: 'cc|копия|копія|kopie|kopia|抄送|副本|참조|bcc|importance|важность|priorität|reply-to|attachments|вложения',
}
const header = (names: string) => new RegExp(`^[ >*_]{0,6}(${names})[*_]{0,3} ?[:：]`, 'iu')
const HEADER_NAME = header(Object.values(HEADERS).join('|'))
const FROM_NAME = header(HEADERS.from)
const SENT_NAME = header(HEADERS.sent)
const SUBJECT_LINE = new RegExp(`^[ >*_]{0,6}(?:${HEADERS.subject})[*_]{0,3} ?[:：][*_]{0,3} ?(.{1,300})$`, 'iu')
const ADDRESS = /@|<EMAIL_\d+>/
const CLOCK = /(?<![\d.])\d{1,2}[:.]\d\d(?!\d|[./]\d)/
const YEAR = /(?<!\d)(?:19|20)\d\d(?!\d)/
const FORWARD_SUBJECT = /^(?:\[[^\]\n]{1,40}\] ?)?(?:fwd?|wg|tr|пересл|пер|转发|轉寄|i) ?[:：]/iu

/** Where an earlier text begins. `reply`: quoted for reference. `forward`: passed on, so it is the content. `header`: either. */
type Mark = { line: number; end: number; kind: 'reply' | 'forward' | 'header' }

/**
 * Removes the earlier mails of a thread. A ticket that is only a forward keeps the forwarded text, but loses its headers and the
 * quotes inside it. Answers written between quoted lines stay.
 */
export function withoutQuotes(text: string, subject: string, dropped: Dropped): string {
  let rest = text
    .split('\n')
    .filter((line) => !FORWARD_END.test(line))
    .join('\n')
  let kept = ''
  let marked = false
  // Each round removes one layer of a forward of a forward.
  for (let round = 0; round < 5; round++) {
    const lines = rest.split('\n')
    const mark = firstMark(lines)
    if (!mark) break
    marked = true
    const own = withoutQuotedLines(lines.slice(0, mark.line), dropped, { mailed: round > 0 })
    const after = lines.slice(mark.end)
    const forward = mark.kind === 'forward' || (mark.kind === 'header' && FORWARD_SUBJECT.test(subject))
    // Gmail and Apple Mail quote with >, so unquoted lines below are the customer's. Outlook does not quote so.
    const quoted = after.find((line) => line.trim() !== '')?.startsWith('>') ?? false
    const between = quoted && !forward ? after.filter((line) => !line.startsWith('>')).join('\n') : ''
    const enough = isEnough(`${kept}${own}${between}`, forward && round === 0)
    dropped.add(forward ? 'forward header' : 'quote', length(lines.slice(mark.line, mark.end)))
    if (!enough) {
      const title = lines
        .slice(mark.line, mark.end)
        .map((line) => SUBJECT_LINE.exec(line)?.[1])
        .find(Boolean)
      kept = join(
        kept,
        own,
        title && !subject.toLowerCase().includes(title.toLowerCase().replace(/^(?:re|fwd?): ?/i, '')) ? title : '',
      )
      rest = after.map((line) => line.replace(/^(?:> ?){1,6}/, '')).join('\n')
      continue
    }
    const below = quoted ? after.slice(quoteEnd(after)) : []
    dropped.add('quote', length(after.slice(0, after.length - below.length)))
    kept = join(kept, own)
    rest = below.join('\n')
    if (below.length === 0) return kept
  }
  const last = withoutQuotedLines(rest.split('\n'), dropped, { hasOther: kept !== '', mailed: marked })
  const result = join(kept, last)
  return result === '' ? text.replace(/^(?:> ?)+/gm, '').trim() : result
}

function firstMark(lines: string[]): Mark | null {
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!
    if (line.length > 400 || line.trim() === '') continue
    if (FORWARD_RULE.test(line)) return { line: i, end: headerEnd(lines, i + 1), kind: 'forward' }
    if (REPLY_RULE.test(line)) return { line: i, end: headerEnd(lines, i + 1), kind: 'reply' }
    if (REPLY_ABOVE.test(line))
      return { line: /^[—–_=-]{3,}$/.test(lines[i - 1] ?? '') ? i - 1 : i, end: i + 1, kind: 'reply' }
    if (isWrote(line, lines, i + 1)) return { line: i, end: i + 1, kind: 'reply' }
    // Mail programs break the line in the middle of the address.
    if (/^>{0,5} ?(?:On|Am|Le|El|Op|Il|在|\d{1,2}[ .]|\p{L}{2,3},? \d)/u.test(line))
      for (const more of [1, 2]) {
        const joined = lines.slice(i, i + 1 + more).join(' ')
        if (joined.length < 400 && isWrote(joined, lines, i + 1 + more))
          return { line: i, end: i + 1 + more, kind: 'reply' }
      }
    if (FROM_NAME.test(line)) {
      const end = headerEnd(lines, i)
      if (isHeader(lines.slice(i, end)))
        return { line: /^[_-]{10,}$/.test(lines[i - 1] ?? '') ? i - 1 : i, end, kind: 'header' }
    }
  }
  return null
}

/**
 * Are these the headers of a mail? They have an address, or a date and a subject; From: and To: alone can be about a move.
 */
function isHeader(lines: string[]): boolean {
  const names = new Set(lines.flatMap((line) => HEADER_NAME.exec(line)?.[1]?.toLowerCase() ?? []))
  if (names.size < 3) return false
  if (lines.some((line) => ADDRESS.test(line))) return true
  const dated = lines.some(
    (line) => SENT_NAME.test(line) || (HEADER_NAME.test(line) && (YEAR.test(line) || CLOCK.test(line))),
  )
  return dated && lines.some((line) => SUBJECT_LINE.test(line))
}

/**
 * Does the line name the author of a quote? A sentence can end in "wrote:" too, so it must have an address or a time of day, or
 * a year and quoted lines below. In a language without a known word for "wrote", it needs an address, a date and quoted lines.
 */
function isWrote(line: string, lines: string[], next: number): boolean {
  if (!/(?:[:：]|wrote|schrieb|写道|寫道)\s*$/.test(line)) return false
  const quoted =
    lines
      .slice(next, next + 3)
      .find((each) => each.trim() !== '')
      ?.startsWith('>') ?? false
  if (WROTE.test(line.trim())) return ADDRESS.test(line) || CLOCK.test(line) || (quoted && /\d{4}|年/.test(line))
  return quoted && ADDRESS.test(line) && (YEAR.test(line) || CLOCK.test(line))
}

/** The end of the headers From:, Sent:, To: ... with the lines that a long list of recipients wraps into. */
function headerEnd(lines: string[], from: number): number {
  let end = from
  let blank = 0
  for (let i = from; i < lines.length && i < from + 16; i++) {
    const line = lines[i]!
    if (HEADER_NAME.test(line)) end = i + 1
    else if (line.trim() === '') {
      if (end > from || ++blank > 1) break
    } else if (end === from || !/^[ >]*(?:<|[^\n]{0,120}(?:@|<EMAIL_\d+>)[^\n]{0,60}[;,>]?$)/.test(line)) break
    else end = i + 1
  }
  return Math.max(end, from)
}

function quoteEnd(lines: string[]): number {
  let end = 0
  for (const [i, line] of lines.entries()) {
    if (line.startsWith('>')) end = i + 1
    else if (line.trim() !== '') break
  }
  return end
}

/** `hasOther`: text was kept already. `mailed`: a mail program has marked a quote. */
type Around = { hasOther?: boolean; mailed: boolean }

/**
 * Removes lines that begin with >. If the ticket has hardly anything else, they are its text and stay. If no mail program has
 * marked a quote, a few such lines in the middle of the text or after a colon are a citation (an error, a prompt) and stay.
 */
function withoutQuotedLines(lines: string[], dropped: Dropped, { hasOther = false, mailed }: Around): string {
  const own = lines.filter((line) => !line.startsWith('>'))
  if (own.length === lines.length) return lines.join('\n').trim()
  if (!hasOther && !isEnough(own.join('\n'), false)) return lines.map(unquoted).join('\n').trim()
  const last = lines.findLastIndex((line) => !line.startsWith('>') && /\p{L}/u.test(line))
  const kept = lines.flatMap((line, i) => {
    if (!line.startsWith('>')) return [line]
    return !mailed && isCited(lines, i, last) ? [unquoted(line)] : []
  })
  dropped.add('quote', length(lines) - length(kept))
  return kept
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

const MAX_CITED = 6

function isCited(lines: string[], at: number, lastOwn: number): boolean {
  let from = at
  let end = at + 1
  while (lines[from - 1]?.startsWith('>') && end - from <= MAX_CITED) from--
  while (lines[end]?.startsWith('>') && end - from <= MAX_CITED) end++
  if (end - from > MAX_CITED) return false
  const above = lines.slice(Math.max(0, from - 3), from).findLast((line) => line.trim() !== '')
  return end <= lastOwn || /[:：]$/.test(above?.trim() ?? '')
}

const unquoted = (line: string) => line.replace(/^(?:> ?){1,8}/, '')

/** Is the customer's own text enough to classify? A short note above a forward is not ("FYI", "please help with this"). */
function isEnough(own: string, forward: boolean): boolean {
  const words = own.replace(NOTE, ' ').replace(/<[A-Z]+_\d+>/g, ' ')
  const letters = words.match(/\p{L}/gu)?.length ?? 0
  const han = words.match(/\p{Script=Han}/gu)?.length ?? 0
  return letters + 2 * han >= (forward ? 160 : 12)
}

const NOTE =
  /(?:^|\n)[ ]{0,4}(?:fyi|fwd?|see below|see (?:the )?(?:mail|message|forwarded message) below|forwarding|please (?:see|help|handle|advise|check)[^\n]{0,30}|hi|hello|dear \p{L}{2,20}|hi \p{L}{2,20}|см\.? ниже|пересылаю|во вложении|прошу (?:помочь|разобраться)|добрый день|здравствуйте|коллеги|siehe unten|zur info|zk|hallo|见下|请看下面|请处理|转发|您好)[ ]{0,2}[,.!:;，。！]{0,3}(?=\n|$)/giu

function length(lines: string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0)
}

function join(...parts: string[]): string {
  return parts
    .map((part) => part.trim())
    .filter(Boolean)
    .join('\n\n')
}
