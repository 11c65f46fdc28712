import type { Dropped } from './dropped.ts'

/** Phrases that only disclaimers and mail programs use. */
const FORMULA =
  /(?:this (?:e-?mail|message|communication|transmission)[^\n]{0,120}(?:contains? (?:confidential|privileged)|intended (?:only|solely))|intended (?:only|solely) for the (?:use of the )?(?:named |intended )?(?:addressee|recipient|individual|person)|if you (?:are not the intended|(?:have )?received? this (?:e-?mail|message|communication)[^\n]{0,20} (?:in error|by mistake))|consider the environment[^\n]{0,30}(?:print|$)|think before (?:you )?print|virus[- ]free\.? ?(?:https?:|www\.)|this (?:e-?mail|message)[^\n]{0,40}(?:scanned|checked)[^\n]{0,20}(?:for viruses|by)|this message was sent securely|(?:данн|наст|эт)\p{L}{1,10} (?:электронн\p{L}{1,5} )?(?:сообщени|письм)[^\n]{0,120}(?:является собственностью|предназначен\p{L}* (?:исключительно|только))|если вы (?:не являетесь|получили (?:данное|это|настоящее) (?:сообщение|письмо))[^\n]{0,60}(?:адресат|получател|по ошибке|ошибочно)|подумайте об окружающей среде|прежде чем (?:распечат|печат)\p{L}* это (?:письмо|сообщение)|(?:письмо|сообщение) проверено (?:на вирусы|антивирус)|diese (?:e-?mail|nachricht)[^\n]{0,80}(?:enthält|kann)[^\n]{0,20}vertraulich|falls sie (?:nicht der (?:richtige|beabsichtigte)|diese e-?mail irrtümlich)|本(?:邮件|郵件|电子邮件)[^\n]{0,60}(?:仅供|僅供|机密信息|保密信息)|如果您?(?:不是|并非)(?:预期|指定)?(?:的)?收件人|ce (?:message|courriel)[^\n]{0,80}confidentiel|este (?:mensaje|correo)[^\n]{0,80}confidencial)/iu
/** Phrases of a disclaimer that customers use too: they count only with a word of `SUPPORT` in the same paragraph. */
const MAYBE =
  /(?:this (?:e-?mail|message|communication)[^\n]{0,80}(?:confidential|privileged)|confidentiality notice|(?:данн|наст|эт)\p{L}{1,10} (?:электронн\p{L}{1,5} )?(?:сообщени|письм)[^\n]{0,120}(?:конфиденциальн|предназначен)|diese (?:e-?mail|nachricht)[^\n]{0,80}vertraulich|本(?:邮件|郵件|电子邮件)[^\n]{0,60}(?:保密|机密))/iu
const SUPPORT =
  /recipient|addressee|any (?:attachments?|files)|legally privileged|disclos|dissemination|unauthori[sz]ed (?:use|copying|disclosure)|адресат|получател|вложени|распространен|разглашен|Anhäng|Empfänger|unbefugt|收件人|泄露|传播/iu

/** Removes a disclaimer and what follows it in its paragraph: mail programs append it to the last sentence. */
export function withoutDisclaimers(text: string, dropped: Dropped): string {
  const paragraphs = text.split('\n\n').map((paragraph) => {
    const at = disclaimerStart(paragraph)
    if (at < 0) return paragraph
    dropped.add('disclaimer', paragraph.length - at)
    return paragraph.slice(0, at).trimEnd()
  })
  const kept = paragraphs.filter((paragraph) => paragraph !== '').join('\n\n')
  // A text that is only a disclaimer is better than an empty ticket.
  return /[\p{L}\p{N}]/u.test(kept) ? kept : text
}

function disclaimerStart(paragraph: string): number {
  // The same length as the paragraph, so a position in one is valid in the other.
  const line = paragraph.replace(/\n/g, ' ')
  if (line.length > 8000) return -1
  const found = FORMULA.exec(line) ?? (SUPPORT.test(line) ? MAYBE.exec(line) : null)
  if (!found) return -1
  const before = paragraph.slice(0, found.index)
  const sentence = /^[\s\S]*[.!?…。！？]["')»]{0,2}\s/u.exec(before)?.[0].length ?? 0
  // A line that begins with a capital, after one without a full stop.
  const newline = /^[\s\S]*\n(?=\p{Lu}|$)/u.exec(before)?.[0].length ?? 0
  return Math.max(sentence, newline)
}
