import type { Detector, Span } from './span.ts'
import { before } from './span.ts'

const DIGITS =
  /(?<![\p{Script=Latin}\p{Script=Cyrillic}\p{N}.,_/=-])\d(?:[ \u00a0-]?\d){7,18}[xXхХ]?(?![\p{Script=Latin}\p{Script=Cyrillic}\p{N}_])/gu
const LETTERED =
  /(?<![\p{L}\p{N}_-])(?:[A-Z]{1,3} ?\d{6,9}|[A-Z]{2}(?: ?\d{2}){3} ?[A-D]|[XYZ]?\d{7,8}-?[A-Z]|[A-Z0-9]{9,10})(?![\p{L}\p{N}_-])/gu

const SAYS = {
  passport: /(?<!\p{L})(?:(?:загран)?паспорт\p{L}*|passport|reisepass|серия|护照)[^\d\n]{0,30}$/u,
  inn: /(?<!\p{L})(?:инн|inn|tin)\p{P}?[^\d\p{L}\n]{0,6}(?:\p{L}{1,14}[^\d\p{L}\n]{1,3})?$/u,
  snils: /снилс|snils/u,
  id: /(?<!\p{L})(?:иин|iin|жсн|ssn|social security|national id|id card|identity|nin|nino|national insurance|steuer-?id(?:entifikationsnummer)?|idnr|personalausweis|ausweis|身份证|dni|nie|cpf|удостоверени\p{L}*|водительск\p{L}*|driver'?s? licen[cs]e|omс|полис\p{L}*)[^\d\n]{0,24}$/u,
}
/** An order or a contract may have any number of digits: then a checksum that fits is chance. */
const OTHER =
  /(?<!\p{L})(?:заказ\p{L}*|order|ticket|тикет\p{L}*|заявк\p{L}*|договор\p{L}*|contract|invoice|сч[её]т\p{L}*|account|лицев\p{L}*|л\/с|case|imei|iccid|serial|серийн\p{L}*|транзакци\p{L}*|transaction|трек\p{L}*|track\p{L}*|id|ref|огрн|кпп|бик|订单|№|#)[^\p{L}\d\n]{0,4}(?:(?:number|no|номер|id|:|№|#)[^\p{L}\d\n]{0,3}){0,2}$/u

/** Numbers of people's papers. A checksum is asked for where the words do not name the paper. */
export const documents: Detector = (text, taken) => {
  const spans: Span[] = []
  for (const { 0: found, index } of text.matchAll(DIGITS)) {
    if (taken.busy(index, index + found.length)) continue
    const kind = kindOf(found, before(text, index, 44))
    if (kind) spans.push({ start: index, end: index + found.length, kind })
  }
  for (const { 0: found, index } of text.matchAll(LETTERED)) {
    if (taken.busy(index, index + found.length) || !/\d{5}|(?:\d{2} ?){3}/.test(found)) continue
    const words = before(text, index, 44)
    if (SAYS.passport.test(words)) spans.push({ start: index, end: index + found.length, kind: 'PASSPORT' })
    else if (SAYS.id.test(words) || isDni(found) || isNino(found))
      spans.push({ start: index, end: index + found.length, kind: 'ID' })
  }
  return spans
}

function kindOf(found: string, words: string): string | null {
  const digits = found.replace(/[^\dX]/gi, '').replace(/[xхХ]/, 'X')
  const plain = /^\d+$/.test(found)
  if (SAYS.snils.test(words) && digits.length === 11) return 'SNILS'
  if (/^\d{3}-\d{3}-\d{3}[ -]\d{2}$/.test(found) && isSnils(digits)) return 'SNILS'
  if (SAYS.inn.test(words) && (digits.length === 10 || digits.length === 12)) return 'INN'
  if (SAYS.passport.test(words) && digits.length >= 8 && digits.length <= 10) return 'PASSPORT'
  if (SAYS.id.test(words) && digits.length >= 8) return 'ID'
  if (OTHER.test(words)) return null
  if (plain && digits.length === 12 && isInn12(digits)) return 'INN'
  if (plain && digits.length === 12 && isIin(digits)) return 'ID'
  if (digits.length === 18 && isChineseId(digits)) return 'ID'
  if (/^\d{3}-\d{2}-\d{4}$/.test(found) && !/^(?:000|666|9)|-00-|0000$/.test(found)) return 'ID'
  return null
}

function weighed(digits: string, weights: number[]): number {
  return weights.reduce((sum, weight, i) => sum + weight * Number(digits[i]), 0)
}

export function isSnils(digits: string): boolean {
  const sum = weighed(digits, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101
  return (sum === 100 ? 0 : sum) === Number(digits.slice(9)) && !/^0{9}/.test(digits)
}

export function isInn12(digits: string): boolean {
  const tenth = (weighed(digits, [7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11) % 10
  const eleventh = (weighed(digits, [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11) % 10
  return tenth === Number(digits[10]) && eleventh === Number(digits[11]) && !/^0{4}/.test(digits)
}

/** Kazakhstan: year, month, day of birth, then century and sex, a running number and a check digit. */
export function isIin(digits: string): boolean {
  const month = Number(digits.slice(2, 4))
  const day = Number(digits.slice(4, 6))
  if (month < 1 || month > 12 || day < 1 || day > 31 || !/[1-6]/.test(digits[6]!)) return false
  const first = weighed(digits, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) % 11
  const check = first === 10 ? weighed(digits, [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]) % 11 : first
  return check === Number(digits[11])
}

export function isChineseId(id: string): boolean {
  if (!/^[1-8]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]$/.test(id)) return false
  const sum = weighed(id, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11
  return '10X98765432'[sum] === id[17]
}

function isDni(found: string): boolean {
  const match = /^([XYZ]?)(\d{7,8})-?([A-Z])$/.exec(found)
  if (!match || (match[1] ? 1 : 0) + match[2]!.length !== 8) return false
  const number = Number(`${match[1] ? 'XYZ'.indexOf(match[1]) : ''}${match[2]}`)
  return 'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23] === match[3]
}

function isNino(found: string): boolean {
  return (
    /^[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?: ?\d{2}){3} ?[A-D]$/.test(found) && !/^(?:BG|GB|KN|NK|NT|TN|ZZ)/.test(found)
  )
}
