import { clean } from './clean.ts'

const MAX_SUBJECT = 400

/** The subject on one line, without Re:, Fwd: and the marks of mail gateways. */
export function cleanSubject(subject: string): string {
  const line = clean(subject.slice(0, 4 * MAX_SUBJECT))
    .replace(/\n+/g, ' ')
    .slice(0, MAX_SUBJECT)
  const bare = line.replace(
    /^(?:(?:re|aw|antw|sv|vs|fwd?|wg|tr|rv|res|enc|ответ|отв|пересл|на|回复|答复|回覆|转发|轉寄)(?:\[\d{1,3}\])? ?[:：] ?|\[(?:external|ext|external e-?mail|внешняя почта|внешнее письмо|spam\??|suspicious)\] ?){1,10}/iu,
    '',
  )
  return bare.trim()
}
