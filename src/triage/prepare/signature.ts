import type { Dropped } from './dropped.ts'

/** A closing formula on a line of its own, or with the name behind it. */
const SIGN_OFF =
  /^(?:(?:with )?(?:best|kind(?:est)?|warm(?:est)?|many)? ?(?:regards|wishes)|rgds|br|brgds|best|cheers|sincerely(?: yours)?|yours(?: (?:sincerely|faithfully|truly))?|respectfully(?: yours)?|thanks(?: (?:in advance|again|a lot|so much|and (?:kind |best )?regards))?|thank you(?: (?:in advance|very much|so much|and (?:kind |best )?regards|for your (?:help|time|support|assistance)))?|many thanks|с (?:глубоким )?уважением|с наилучшими(?: пожеланиями)?|с пожеланиями|всего (?:доброго|хорошего|наилучшего)|хорошего дня|заранее (?:спасибо|благодарю|благодарен|благодарна)|спасибо(?: (?:заранее|большое|за помощь|за внимание|вам))?|благодарю(?: за \p{L}{2,15})?|mit (?:freundlichen|besten|herzlichen|vielen) gr(?:ü|ue)(?:ß|ss)en|(?:viele|beste|liebe|freundliche|herzliche|schöne) gr(?:ü|ue)(?:ß|ss)e|mfg|vg|lg|vielen dank(?: (?:im voraus|für ihre hilfe))?|danke(?: im voraus)?|cordialement|bien à vous|saludos(?: cordiales)?|un saludo|atentamente|cordiali saluti|atenciosamente|met vriendelijke groet|此致|敬礼|此致敬礼|祝好|谢谢|多谢|敬上|顺颂商祺|よろしくお願い(?:いた)?します|敬具)[ ]?[,.!;:，。！~—–-]{0,3}(?: ?(?:<NAME_\d+>|\p{Lu}[\p{L}.'’-]{0,30}|\p{Script=Han}{2,4}|<[A-Z]+_\d+>)){0,5}[ .,!|/]{0,3}$/iu

const DEVICE =
  /^(?:sent (?:from|via|with|using) (?:my |the )?[^\n]{2,60}|(?:отправлено|послано|написано) (?:с|со|из|через|от) [^\n]{2,60}|(?:von|vom) (?:meinem|meiner) [^\n]{2,40} gesendet|gesendet (?:mit|von|aus) [^\n]{2,60}|diese nachricht wurde von meinem [^\n]{2,60}|(?:get|download) (?:outlook|bluemail|spark|yahoo mail)[^\n]{0,60}|(?:скачать|загрузить) outlook[^\n]{0,40}|outlook (?:for|für|для) (?:ios|android)[^\n]{0,40}|发自我的[^\n]{1,30}|从我的[^\n]{1,20}发送|来自[^\n]{1,20}(?:手机|邮箱)|envoyé (?:de|depuis) mon [^\n]{2,40}|enviado desde mi [^\n]{2,40}|inviato da [^\n]{2,40}|iPhoneから送信|надіслано з [^\n]{2,40}|завантажити outlook[^\n]{0,40})[.!]?(?: ?\(https?:[^\n]{0,300}\))?$/iu

const MAX_SIGNATURE_LINES = 16
const MAX_SIGNATURE = 900

/** Closing formula, name, job title, address, telephone, device. A postscript stays: people hide the question there. */
export function withoutSignature(text: string, dropped: Dropped): string {
  const lines = text.split('\n')
  const own = lines.filter((line) => !DEVICE.test(line.trim()) || line.length > 120)
  dropped.add('device signature', sum(lines) - sum(own))
  const at = signatureStart(own)
  let kept = own
  if (at >= 0) {
    const postscript = own
      .slice(at)
      .findIndex((line) => /^(?:p\.? ?s\.?|з\.? ?ы\.?|постскриптум|n\.? ?b\.?)[ :.,-]/iu.test(line.trim()))
    kept = [...own.slice(0, at), ...(postscript >= 0 ? own.slice(at + postscript) : [])]
  }
  const end = contactStart(kept)
  const result = kept.slice(0, end).join('\n').trim()
  if (!/[\p{L}\p{N}]/u.test(result)) return text
  dropped.add('signature', sum(own) - sum(kept.slice(0, end)))
  return result
}

/** Line of the `-- ` mark or of the last closing formula, if little enough follows it; -1 where there is none. */
function signatureStart(lines: string[]): number {
  let length = 0
  let found = -1
  const from = Math.max(0, lines.length - MAX_SIGNATURE_LINES)
  for (let i = lines.length - 1; i >= from; i--) {
    const line = lines[i]!.trim()
    length += line.length + 1
    if (length > MAX_SIGNATURE) break
    if (/^(?:--|—|––|-- ?)$/.test(line) || /^[_*-]{2,5}$/.test(line) || SIGN_OFF.test(line)) {
      // What follows must look like a signature, not like the rest of the letter.
      if (lines.slice(i + 1).every((below) => isSignatureLine(below))) found = i
    }
  }
  return found
}

function isSignatureLine(line: string): boolean {
  const text = line.trim()
  if (text === '' || SIGN_OFF.test(text) || DEVICE.test(text) || isContact(text)) return true
  if (/^(?:p\.? ?s\.?|з\.? ?ы\.?)[ :.,-]/iu.test(text)) return true
  return text.length <= 80 && !/[?]|[.!] \p{Lu}/u.test(text) && text.split(' ').length <= 9
}

/** Telephone, address, site, job and company lines at the very end, without a formula before them: two at least. */
function contactStart(lines: string[]): number {
  let start = lines.length
  let contacts = 0
  for (let i = lines.length - 1; i > 0 && i >= lines.length - 10; i--) {
    const line = lines[i]!.trim()
    if (line === '') continue
    if (!isContact(line)) break
    contacts++
    start = i
  }
  return contacts >= 2 ? start : lines.length
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
