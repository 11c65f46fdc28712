import type { Dropped } from './dropped.ts'

/** Lines that begin somebody else's text. `reply`: quoted for reference; `forward`: passed on because it is the matter. */
const WROTE =
  /^>{0,5} ?(?:(?:On|Op|El|Le|Il|Em|Am|Dne|W dniu|Den|在|於|于|Le|Il giorno) ?[^\n]{4,240}(?:wrote|schreef[^\n]{0,120}|escribió|a écrit|ha scritto|escreveu|schrieb[^\n]{0,160}|napsal(?:\(a\))?|napisał(?:\(a\))?|skrev[^\n]{0,120}|写道|寫道) ?[:：]?|[^\n]{4,240}(?:пишет|написал(?:\(а\)|а)?|писал(?:\(а\)|а)?|пише|schrieb|wrote|写道|寫道) ?[:：]|(?:(?:пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|mon|tue|wed|thu|fri|sat|sun)[,. ]{1,2})?\d{1,2}(?:[./-]\d{1,2}[./-]\d{2,4}| \p{L}{3,9}\.? \d{4})[^\n]{0,160}<[^<>\n]{3,120}>{1,2} ?:)$/iu
const REPLY_RULE =
  /^[ >]{0,6}(?:-{2,}|_{2,}|={2,}) ?(?:Original (?:Message|Appointment)|Исходное (?:сообщение|письмо)|Оригинальное сообщение|Ursprüngliche (?:Nachricht|Mail)|Originalnachricht|Message d'origine|Mensaje original|Messaggio originale|Mensagem original|Oorspronkelijk bericht|原始邮件|原始郵件|原邮件|Reply (?:message|above this line)|Previous message|Предыдущее сообщение) ?(?:-{2,}|_{2,}|={2,})?:?$/iu
const FORWARD_RULE =
  /^[ >]{0,6}(?:(?:-{2,}|_{2,}|={2,}) ?(?:Forwarded (?:message|by[^\n]{0,120})|Пересылаемое (?:сообщение|письмо)|Пересланное (?:сообщение|письмо)|Перенаправленное сообщение|Завершенное пересылаемое[^\n]{0,30}|Weitergeleitete Nachricht|Message transféré|Mensaje reenviado|转发(?:的)?邮件(?:信息)?|轉寄郵件) ?(?:-{2,}|_{2,}|={2,})?|Begin forwarded message|Начало (?:переадресованного|пересылаемого) (?:сообщения|письма)|Anfang der weitergeleiteten (?:Nachricht|E-Mail)|开始转发的邮件):?$/iu
const HEADER_NAME =
  /^[ >*_]{0,6}(from|от(?: кого)?|отправитель|von|de|da|发件人|寄件者|差出人|sent|date|отправлено|дата|gesendet|datum|envoyé|enviado(?: el)?|发送时间|发送日期|日期|寄件日期|to|кому|получатель|an|à|para|收件人|cc|копия|kopie|抄送|bcc|subject|тема|betreff|objet|asunto|oggetto|assunto|主题|主旨|件名|importance|важность|reply-to)[*_]{0,3} ?[:：]/iu
const FROM_NAME = /^[ >*_]{0,6}(?:from|от(?: кого)?|отправитель|von|de|da|发件人|寄件者|差出人)[*_]{0,3} ?[:：]/iu
const SUBJECT_LINE =
  /^[ >*_]{0,6}(?:subject|тема|betreff|objet|asunto|主题|主旨)[*_]{0,3} ?[:：][*_]{0,3} ?(.{1,300})$/iu
const FORWARD_SUBJECT = /^(?:\[[^\]\n]{1,40}\] ?)?(?:fwd?|wg|tr|пересл|пер|转发|轉寄|i) ?[:：]/iu

type Mark = { line: number; end: number; kind: 'reply' | 'forward' | 'header' }

/**
 * Takes off what others wrote earlier. A ticket that consists of a forward keeps it: then the forwarded text is the matter, and
 * only its headers and what is quoted inside it go. Answers written between quoted lines stay.
 */
export function withoutQuotes(text: string, subject: string, dropped: Dropped): string {
  let rest = text
  let kept = ''
  // Each round takes one layer off a forward of a forward.
  for (let round = 0; round < 5; round++) {
    const lines = rest.split('\n')
    const mark = firstMark(lines)
    if (!mark) break
    const own = withoutQuotedLines(lines.slice(0, mark.line), dropped)
    const after = lines.slice(mark.end)
    const forward = mark.kind === 'forward' || (mark.kind === 'header' && FORWARD_SUBJECT.test(subject))
    // Gmail and Apple quote with >, so what stands below unquoted is the customer's; Outlook does not.
    const marked = after.find((line) => line.trim() !== '')?.startsWith('>') ?? false
    const between = marked && !forward ? after.filter((line) => !line.startsWith('>')).join('\n') : ''
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
    const below = marked ? after.slice(quoteEnd(after)) : []
    dropped.add('quote', length(after.slice(0, after.length - below.length)))
    kept = join(kept, own)
    rest = below.join('\n')
    if (below.length === 0) return kept
  }
  const last = withoutQuotedLines(rest.split('\n'), dropped, kept !== '')
  const result = join(kept, last)
  return result === '' ? text.replace(/^(?:> ?)+/gm, '').trim() : result
}

function firstMark(lines: string[]): Mark | null {
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!
    if (line.length > 400 || line.trim() === '') continue
    if (FORWARD_RULE.test(line)) return { line: i, end: headerEnd(lines, i + 1), kind: 'forward' }
    if (REPLY_RULE.test(line)) return { line: i, end: headerEnd(lines, i + 1), kind: 'reply' }
    if (isWrote(line)) return { line: i, end: i + 1, kind: 'reply' }
    // Mail programs break the line in the middle of the address.
    if (/^>{0,5} ?(?:On|Am|Le|El|Op|Il|在|\d{1,2}[ .]|\p{L}{2,3},? \d)/u.test(line))
      for (const more of [1, 2]) {
        const joined = lines.slice(i, i + 1 + more).join(' ')
        if (joined.length < 400 && isWrote(joined)) return { line: i, end: i + 1 + more, kind: 'reply' }
      }
    if (FROM_NAME.test(line)) {
      const end = headerEnd(lines, i)
      const names = new Set(lines.slice(i, end).flatMap((each) => HEADER_NAME.exec(each)?.[1]?.toLowerCase() ?? []))
      if (names.size >= 3) return { line: /^[_-]{10,}$/.test(lines[i - 1] ?? '') ? i - 1 : i, end, kind: 'header' }
    }
  }
  return null
}

function isWrote(line: string): boolean {
  // A sentence may end in "wrote:" too; a date or an address must be there.
  return (
    /(?:[:：]|wrote|schrieb|写道|寫道)\s*$/.test(line) &&
    WROTE.test(line.trim()) &&
    /\d{4}|\d{1,2}[:.]\d\d|@|<[A-Z]+_\d+>|年/.test(line)
  )
}

/** Past the lines From:, Sent:, To: ... and what a long list of addressees wraps into. */
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

/** Lines that begin with >. Alone they are the ticket itself, sent by a strange program. */
function withoutQuotedLines(lines: string[], dropped: Dropped, hasOther = false): string {
  const own = lines.filter((line) => !line.startsWith('>'))
  if (own.length === lines.length) return lines.join('\n').trim()
  if (!hasOther && !isEnough(own.join('\n'), false))
    return lines
      .map((line) => line.replace(/^(?:> ?){1,8}/, ''))
      .join('\n')
      .trim()
  dropped.add('quote', length(lines.filter((line) => line.startsWith('>'))))
  return own
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

/** Does the customer's own text say what it is about? Over a forward a short note does not ("FYI", "please help with this"). */
function isEnough(own: string, forward: boolean): boolean {
  const said = own.replace(NOTE, ' ').replace(/<[A-Z]+_\d+>/g, ' ')
  const letters = said.match(/\p{L}/gu)?.length ?? 0
  const han = said.match(/\p{Script=Han}/gu)?.length ?? 0
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
