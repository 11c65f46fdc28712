import { deskWords } from './desk-words.ts'
import type { Dropped } from './dropped.ts'
import { readsAsSentence } from './reads-as-sentence.ts'

/** A closing formula, at the beginning of a line. */
const FORMULA =
  /^(?:(?:with )?(?:best|kind(?:est)?|warm(?:est)?|many)? ?(?:regards|wishes)|rgds|br|brgds|best|cheers|take care|sincerely(?: yours)?|yours(?: (?:sincerely|faithfully|truly))?|respectfully(?: yours)?|(?:thanks|thank you|thx) ?(?:&|and|n) ?(?:best |kind |warm )?regards|thx|thanks(?: (?:in advance|again|a lot|so much|and (?:kind |best )?regards))?|thank you(?: (?:in advance|very much|so much|and (?:kind |best )?regards|for your (?:help|time|support|assistance)))?|many thanks|с (?:глубоким )?уважением|с ув\.?|з повагою|құрметпен|hurmat bilan|с наилучшими(?: пожеланиями)?|с пожеланиями|всего (?:доброго|хорошего|наилучшего)|хорошего дня|заранее (?:спасибо|благодарю|благодарен|благодарна)|спасибо(?: (?:заранее|большое|за помощь|за внимание|вам))?|благодарю(?: за \p{L}{2,15})?|mit (?:freundlichen|besten|herzlichen|vielen) gr(?:ü|ue)(?:ß|ss)en|(?:viele|beste|liebe|freundliche|herzliche|schöne) gr(?:ü|ue)(?:ß|ss)e|mfg|vg|lg|vielen dank(?: (?:im voraus|für ihre hilfe))?|danke(?: im voraus)?|hochachtungsvoll|(?:bien )?cordialement|bien à vous|(?:un )?cordial saludo|distinti saluti|com os melhores cumprimentos|pozdrawiam|z poważaniem|s pozdravem|med vänliga? hälsning(?:ar)?|(?:med )?venlig hilsen|ystävällisin terveisin|saygılarımla|iyi çalışmalar|감사합니다|saludos(?: cordiales)?|un saludo|atentamente|cordiali saluti|atenciosamente|met vriendelijke groet|此致|敬礼|此致敬礼|祝好|谢谢|多谢|敬上|顺颂商祺|よろしくお願い(?:いた)?します|敬具)(?![\p{L}\p{N}])/iu
/** What may follow the formula on its line: a name, written with capitals. */
const NAMED =
  /^ ?[,.!;:，。！~—–-]{0,3}(?: ?(?:\p{Lu}[\p{L}.'’-]{0,30}|\p{Script=Han}{2,4}|<[A-Z]+_\d+>)){0,5}[ .,!|/]{0,3}$/u

/** A closing formula, alone on its line or followed by the name. */
export function isSignOff(line: string): boolean {
  const formula = FORMULA.exec(line)?.[0]
  return formula !== undefined && NAMED.test(line.slice(formula.length))
}

/** `Sent from`, at the beginning of a line or, in some languages, at its end. */
const SENT =
  /^(?:get|download|скачать|загрузить|завантажити) (?:outlook|bluemail|spark|yahoo)|^(?:sent (?:from|via|with|using)|gesendet|envoyé|enviado|inviat[oa]|verstuurd|verzonden|sendt|skickat|lähetetty|wysłan[eo]|odesláno|odoslan[éo]|trimis|στάλθηκε|(?:отправлено|послано|написано) (?:с|со|из|через|от)|надіслано|изпратено|gönderildi|أُ?رسلت|ارسال شده|נשלח|ส่งจาก|đã gửi|được gửi|dikirim|发自|發自|来自|saadetud|nosūtīts|išsiųsta|poslano|imetumwa)(?!\p{Ll})|(?:gesendet|küldve|жіберілді|yuborildi|gönderildi|भेजा गया|から送信|发送|보냄)$/iu
const DEVICE =
  /iphon|ipad|ios|android|outlook|samsung|galaxy|huawei|xiaomi|redmi|nokia|pixel|blackberry|windows|thunderbird|gmail|gmx|mail\.ru|yahoo|proton|bluemail|spark|яндекс|yandex|smartphone|tablet|handy|mobile (?:device|phone)|my phone|móvil|телефона|смартфона|планшета|手机|邮箱/iu

/** The line that a mail program adds: a sent mail, its device, and nothing else. */
export function isDevice(line: string): boolean {
  const bare = line.replace(/[<(]https?:[^\s>)]{1,300}[>)]/g, '').replace(/[.!]?\s*$/, '')
  return (
    bare.length <= 80 && !/[,;:?!]/.test(bare) && bare.split(' ').length <= 11 && SENT.test(bare) && DEVICE.test(bare)
  )
}

/** A formula that is used only to close a letter, at the end of the line of the last sentence. */
const INLINE =
  /(?<=[.!?…)] ?)(?: |^)(?:с уважением|(?:best|kind|warm) regards|mit freundlichen gr(?:ü|ue)(?:ß|ss)en|cordialement|atentamente|此致)[,.! ]{1,3}(?<rest>[^\n]{0,160})$/iu

/** Register entries and numbers that the law requires in a company's letters. */
const REGISTERS =
  /(?<!\p{L})(?:HRB|HRA|USt-?Id\p{L}*|Amtsgericht|Geschäftsführer\p{L}*|Handelsregister|Registered (?:office|in)|Company (?:no|number|reg)|VAT (?:no|id|reg)\p{L}*|SIRET|SIREN|RCS|ИНН|КПП|ОГРН|БИН|р\/с|P\.? ?IVA)(?!\p{L})/iu

const MAX_SIGNATURE_LINES = 24
const MAX_SIGNATURE = 1400

/** Removes the closing formula, name, job title, address, phone and device. A postscript stays: it can hold the question. */
export function withoutSignature(text: string, dropped: Dropped): string {
  const lines = text.split('\n')
  const own = lines.filter((line) => !isDevice(line.trim()))
  dropped.add('device signature', sum(lines) - sum(own))
  const at = signatureStart(own)
  let kept = own
  if (at >= 0) {
    const postscript = own.slice(at).findIndex((line) => isPostscript(line.trim()))
    kept = [...own.slice(0, at), ...(postscript >= 0 ? own.slice(at + postscript) : [])]
  }
  const rest = withoutInline(kept.slice(0, contactStart(kept)))
  const result = rest.join('\n').trim()
  if (!/[\p{L}\p{N}]/u.test(result)) return text
  dropped.add('signature', sum(own) - sum(rest))
  return result
}

function withoutInline(lines: string[]): string[] {
  const last = lines.findLastIndex((line) => line.trim() !== '')
  const line = lines[last]
  const found = line === undefined ? null : INLINE.exec(line.slice(-400))
  if (line === undefined || !found || readsAsSentence(found.groups!.rest!) || found.groups!.rest!.includes('?'))
    return lines
  return [...lines.slice(0, last), line.slice(0, line.length - found[0].length).trimEnd()]
}

/** Line where the signature starts: a `-- ` mark or closing formula followed only by signature lines; -1 if there is none. */
function signatureStart(lines: string[]): number {
  let length = 0
  let found = -1
  const from = Math.max(0, lines.length - MAX_SIGNATURE_LINES)
  for (let i = lines.length - 1; i >= from; i--) {
    const line = lines[i]!.trim()
    length += line.length + 1
    if (length > MAX_SIGNATURE) break
    if (/^(?:--|—|––|-- ?)$/.test(line) || /^[_*-]{2,5}$/.test(line) || isSignOff(line)) {
      if (isSignature(lines.slice(i + 1))) found = i
    }
  }
  return found
}

/** Are all lines names, titles, companies and contact details, without sentences? */
function isSignature(lines: string[]): boolean {
  const isCard = lines.filter((line) => isContact(line.trim()) || REGISTERS.test(line)).length >= 2
  return lines.every((line) => isSignatureLine(line.trim(), isCard))
}

/** `inCard`: contact details are next to it, so it may be longer. */
function isSignatureLine(text: string, inCard: boolean): boolean {
  if (text === '' || isSignOff(text) || isDevice(text) || isContact(text) || isPostscript(text)) return true
  if (text.length > (inCard ? 240 : 80) || text.includes('?')) return false
  if (REGISTERS.test(text) || (inCard && /\S ?[|•·] ?\S/.test(text))) return true
  if (readsAsSentence(text) || /^(?:[^\p{L}]{0,3})\p{Ll}+ \S+ \S+/u.test(text)) return false
  return inCard || (deskWords(text) < 2 && !/[.!] \p{Lu}/u.test(text) && text.split(' ').length <= 11)
}

function isPostscript(line: string): boolean {
  return /^(?:p\.? ?s\.?|з\.? ?ы\.?|постскриптум|n\.? ?b\.?)[ :.,-]/iu.test(line)
}

/**
 * Start of a block of contact details at the very end, without a formula: at least two kinds of them, perhaps with name and title
 * above, after a blank line. Several of one kind, or a block after a colon, are a list that the customer sends.
 */
function contactStart(lines: string[]): number {
  const none = lines.length
  let start = none
  const kinds = new Set<string>()
  let i = lines.length - 1
  for (; i > 0 && i >= lines.length - 10; i--) {
    const line = lines[i]!.trim()
    if (line === '') {
      if (start < none) break
      continue
    }
    if (!isContact(line)) break
    kinds.add(kindOf(line))
    start = i
  }
  if (kinds.size < 2) return none
  for (let name = 0; name < 5 && i > 0; name++, i--) {
    const line = lines[i]!.trim()
    if (line === '') break
    if (/[:：]/.test(line) || !isSignatureLine(line, false)) return none
    start = i
  }
  const above = lines.slice(0, start).findLast((line) => line.trim() !== '')
  return lines[start - 1]?.trim() === '' && !/[:：]$/.test(above?.trim() ?? '') ? start : none
}

/** The kind of a contact line: its label or the kind of its content. */
function kindOf(line: string): string {
  return (
    /^(\p{L}[\p{L}-]*)\.? ?[:：]/u.exec(line)?.[1]?.toLowerCase() ??
    /<([A-Z]+)_\d+>|https?:|www\./.exec(line)?.[0] ??
    ''
  ).replace(/\d+/, '')
}

function isContact(line: string): boolean {
  if (line.length > 160) return false
  const bare = line.replace(/<(?:EMAIL|PHONE|URL|NAME)_\d+>/g, '').replace(/(?:https?:\/\/|www\.)\S+/gi, '')
  if (bare !== line && (bare.match(/\p{L}/gu)?.length ?? 0) <= 24) return true
  return /^(?:tel|phone|mob(?:ile)?|cell|fax|e-?mail|mail|web|site|skype|telegram|whatsapp|viber|icq|тел|моб|факс|почта|сайт|адрес|address|телефон|电话|手机|邮箱|地址)\.?[ :：]/iu.test(
    line,
  )
}

function sum(lines: string[]): number {
  return lines.reduce((total, line) => total + line.length + 1, 0)
}
