/** Tickets that say nothing: a note about a phone call, or "see the attachment" without a subject. Pure. */
import { PLACEHOLDER } from '../../text/index.ts'

/** Subjects that a helpdesk or a mail program writes where the customer wrote none. */
const NO_SUBJECT =
  /^(?:(?:re|fwd?|aw|wg|tr|rv)\s*:\s*)*[([]?(?:(?:no|without) subject|untitled|(?:kein|ohne) betreff|без темы|тема отсутствует|sans objet|sin asunto|无主题|無主旨|件名なし|screen ?shots?|images?|photos?|attachments?|скриншоты?|вложени[ея]|фото|截图|附件)?[)\]]?$/iu

/** A whole text that only points to a file. */
const ATTACHED = [
  /^(?:please,? )?(?:(?:see|find|check|view|look at|open) )?(?:the |my |an? )?(?:attached|attachments?|enclosed|enclosures?)(?: (?:the )?(?:files?|screen ?shots?|images?|photos?|pictures?|documents?|pdfs?|below|herewith))*$/iu,
  /^(?:(?:the |my |an? )?(?:files?|screen ?shots?|images?|photos?|pictures?|documents?)(?: (?:is|are))? )(?:attached|enclosed|in the attachment)$/iu,
  /^(?:bitte )?(?:siehe|s\.|vgl\.)? ?(?:im |den |die |der )?(?:anhang|anhänge|anlage|anbei|beigefügt\p{L}*)(?: (?:ein |der |die |das )?(?:screenshot|bild|foto|datei|dokument)\p{L}*)*$/iu,
  /^(?:пожалуйста,? )?(?:см\.?|смотри(?:те)?|прилагаю|прикладываю|прикрепил[аи]?)?(?: ?(?:во?|на))? ?(?:вложени\p{L}+|приложени\p{L}+|скрин(?:шот)?\p{L}*|файл\p{L}*|фото)(?: (?:во?|на) (?:вложени\p{L}+|приложени\p{L}+))?$/iu,
  /^(?:voir|ci-joint|en) ?(?:la |les |le |une )?(?:pièces? jointes?|capture(?: d['’]écran)?|fichiers?)?(?: ci-jointe?s?)?$/iu,
  /^(?:ver |véase )?(?:el |los |la )?(?:archivos? )?adjunt[oa]s?$/iu,
  /^请?(?:查看|看|见|參見|参见)?(?:附件|附图|截图)(?:中?的?(?:截图|文件|图片))?$/u,
]
const GREETING =
  /^(?:hi|hello|hey|dear (?:all|team|support)|good (?:morning|afternoon|day)|hallo|guten (?:tag|morgen)|sehr geehrte damen und herren|здравствуйте|добрый (?:день|вечер)|доброе утро|bonjour|hola|您好|你好)(?: (?:all|team|support|there))?$/iu
const THANKS =
  /^(?:thanks?(?: you)?(?: in advance)?|many thanks|best|(?:best|kind) regards|danke|vielen dank|(?:mit )?freundlichen? grüßen?|спасибо|заранее спасибо|с уважением|merci|gracias|谢谢|謝謝)$/iu

/** `Call from: ...`, `Length of voicemail: ...`: the lines of a telephone system, each with its value. */
const CALL_LABEL =
  /^(?:(?:(?:inbound|incoming|outbound|outgoing|missed) )?(?:phone )?(?:call|voice ?mail|voice message|message)(?: (?:from|to|details?|time|duration|date|status))?|(?:time|date|start|length|duration)(?: of (?:(?:the |phone )?call|voice ?mail|message|recording))?|from|to|answered by|caller(?: id| name)?|phone(?: number)?|location|queue|recording|transcri(?:pt|ption)|(?:eingehender |ausgehender |verpasster )?anruf(?: von| an)?|anruf(?:er|dauer|zeit)|uhrzeit des anrufs|dauer(?: des anrufs| der nachricht)?|voicemail (?:von|an)|angenommen von|beantwortet von|transkription|(?:входящий |исходящий |пропущенный )?(?:звонок|вызов)(?: от| на)?|голосов(?:ое сообщение|ая почта)(?: от)?|от|кому|время (?:звонка|вызова)|длительность(?: звонка| вызова| сообщения)?|ответил[аи]?|расшифровка|appel(?: de| à)?|durée(?: de l['’]appel)?|transcription|llamada(?: de| a)?|duración(?: de la llamada)?|transcripción|来电(?:号码|时间)?|通话时长|语音留言|时长|转写)\s*[:：]\s*(.*)$/iu
const CALL_WORD =
  /(?<!\p{L})(?:call|voice ?mail|voice message|anruf|звонок|вызов|голосов(?:ое сообщение|ая почта)|appel|llamada)(?!\p{L})|来电|通话|语音留言/iu
/** `Inbound call from`, `Voicemail from`: with nothing but a number or a name behind it. */
const CALL_HEADLINE =
  /^(?:(?:inbound|incoming|outbound|outgoing|missed|new|eingehender|verpasster|входящий|исходящий|пропущенный) )?(?:phone )?(?:call|voice ?mail|voice message|anruf|звонок|вызов|голосовое сообщение|голосовая почта|来电|语音留言)(?: (?:with|from|to|von|an|mit|от|с))?\s*:?\s*(?:caller|anrufer|абонент)?$/iu
/** In a transcription any word may be the matter. */
const NOTHING_SAID =
  /^[([]?(?:not available|unavailable|none|no transcription|empty|n\/?a|keine|nicht verfügbar|нет|недоступн\p{L}*|无)?[)\]]?$/iu
const TRANSCRIPTION = /^(?:transcri|transkri|расшифровка|转写)/iu

/** Why the ticket says nothing of a matter, for people; null: it does, or nobody can be sure. */
export function noMatter(subject: string, text: string): string | null {
  const lines = linesOf(text)
  if (isCallNote(subject, lines)) return 'a note about a phone call, without what it was about'
  if (NO_SUBJECT.test(subject.trim()) && isOnlyAttached(lines)) return 'nothing but an attachment'
  return null
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

function isOnlyAttached(lines: string[]): boolean {
  const parts = lines.flatMap((line) => line.split(/[.!,;…。！，]+/u)).map((part) => part.trim())
  const telling = parts.filter((part) => part !== '' && !GREETING.test(part) && !THANKS.test(part))
  return telling.length > 0 && telling.every((part) => ATTACHED.some((pattern) => pattern.test(part)))
}

/** Every line is one of a telephone system, at least two of them have a label, and the subject adds nothing. */
function isCallNote(subject: string, lines: string[]): boolean {
  const labelled = lines.filter((line) => CALL_LABEL.test(line))
  if (labelled.length < 2 || !lines.some((line) => CALL_WORD.test(line))) return false
  if (!isHeadline(subject) && !NO_SUBJECT.test(subject.trim())) return false
  return lines.every((line) => (CALL_LABEL.test(line) ? isBareValue(line) : isHeadline(line)))
}

const isHeadline = (line: string): boolean => CALL_HEADLINE.test(withoutCaller(line))

/** Without numbers, masks and punctuation at the end: `Call with Caller +1 (212) 555-0123` -> `Call with Caller`. */
function withoutCaller(line: string): string {
  return line
    .replace(new RegExp(PLACEHOLDER, 'gu'), ' ')
    .replace(/[+(]?\d[\d\s()./-]*/gu, ' ')
    .replace(/\s+/gu, ' ')
    .replace(/[\s:+().-]+$/u, '')
    .trim()
}

/** A number, a time, a name: up to six words. What was said on the phone is longer, or stands under its own label. */
function isBareValue(line: string): boolean {
  const value = (CALL_LABEL.exec(line)?.[1] ?? '').trim()
  if (TRANSCRIPTION.test(line)) return NOTHING_SAID.test(value)
  return value.split(/\s+/u).length <= 6 && [...value].length <= 60
}
