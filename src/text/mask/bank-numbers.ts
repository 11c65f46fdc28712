import type { Detector, Span } from './span.ts'
import { before } from './span.ts'

/** Digits with single separators; `cards` looks for cards in it group by group. */
const DIGITS = /(?<![\p{Script=Latin}\p{Script=Cyrillic}\p{N}+]|\d[.,])\d(?:[ \u00a0\u2010-\u2015-]?\d){12,400}/gu
export const CARD_WORD =
  /(?:карт[аеуыойи]+|card|карточк\p{L}*|visa|mastercard|мир|karte|carte|tarjeta|cartão|carta|karta\p{L}{0,3}|kart\p{L}{0,3}|银行卡|信用卡|カード|카드|بطاقت?ي?|البطاقة|کارت|कार्ड)[^\d\n]{0,20}$/u
/** Words before numbers of things. One such number in ten passes Luhn, an IMEI always. */
const OTHER_WORD = /(?:imei|iccid|imsi|meid|serial|s\/n|серийн\p{L}*|трек\p{L}*|track\p{L}*)[^\d\n]{0,14}$/u
/** Words before an order number. Digits without separators are then no card; in groups of four they can still be one. */
const ORDER_WORD =
  /(?<!\p{L})(?:order|заказ\p{L}{0,3}|замовлення|buyurtma|bestellung|auftrag|commande|pedido|ordine|zamówieni\p{L}|订单|单号|invoice|transaction|транзакци\p{L}|reference|ref)[号编]{0,2}[^\p{L}\d\n]{0,4}(?:(?:number|no|nr|номер|id|№|#)[^\p{L}\d\n]{0,3})?$/u
const IBAN = /(?<![\p{L}\p{N}])[A-Z]{2}\d{2}(?:[ \u00a0._/\n-]?[A-Z0-9]){11,30}/giu

/** Length of an IBAN by country; other countries have no IBAN. */
const IBAN_LENGTH: Record<string, number> = {
  AD: 24,
  AE: 23,
  AL: 28,
  AT: 20,
  AZ: 28,
  BA: 20,
  BE: 16,
  BG: 22,
  BH: 22,
  BR: 29,
  BY: 28,
  CH: 21,
  CR: 22,
  CY: 28,
  CZ: 24,
  DE: 22,
  DK: 18,
  DO: 28,
  EE: 20,
  EG: 29,
  ES: 24,
  FI: 18,
  FO: 18,
  FR: 27,
  GB: 22,
  GE: 22,
  GI: 23,
  GL: 18,
  GR: 27,
  GT: 28,
  HR: 21,
  HU: 28,
  IE: 22,
  IL: 23,
  IQ: 23,
  IS: 26,
  IT: 27,
  JO: 30,
  KW: 30,
  KZ: 20,
  LB: 28,
  LC: 32,
  LI: 21,
  LT: 20,
  LU: 20,
  LV: 21,
  LY: 25,
  MC: 27,
  MD: 24,
  ME: 22,
  MK: 19,
  MR: 27,
  MT: 31,
  MU: 30,
  NL: 18,
  NO: 15,
  PK: 24,
  PL: 28,
  PS: 29,
  PT: 25,
  QA: 29,
  RO: 24,
  RS: 22,
  RU: 33,
  SA: 24,
  SC: 31,
  SE: 24,
  SI: 19,
  SK: 24,
  SM: 27,
  ST: 25,
  SV: 28,
  TL: 23,
  TN: 24,
  TR: 26,
  UA: 29,
  VA: 22,
  VG: 24,
  XK: 20,
}

export const ibans: Detector = (text) => {
  const spans: Span[] = []
  const pattern = new RegExp(IBAN)
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const length = IBAN_LENGTH[match[0].slice(0, 2).toUpperCase()] ?? 0
    // The next word can look like a part of the IBAN: take only as many characters as the country's IBANs have.
    let end = 0
    for (let seen = 0; seen < length && end < match[0].length; end++) if (/[A-Z0-9]/i.test(match[0][end]!)) seen++
    const iban = match[0]
      .slice(0, end)
      .replace(/[^A-Z0-9]/gi, '')
      .toUpperCase()
    const isIban = length > 0 && iban.length === length && mod97(iban) === 1
    if (isIban) spans.push({ start: match.index, end: match.index + end, kind: 'IBAN' })
    pattern.lastIndex = match.index + (isIban ? end : 4)
  }
  return spans
}

function mod97(iban: string): number {
  let rest = 0
  for (const char of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(char, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest
}

/** Bank cards: Luhn and an issuer's first digits. If a word before it means card, a number that fails Luhn by a typo counts too. */
export const cards: Detector = (text, taken) => {
  const spans: Span[] = []
  for (const { 0: run, index } of text.matchAll(DIGITS)) {
    const groups = [...run.matchAll(/\d+/g)].map((group) => ({
      start: group.index,
      end: group.index + group[0].length,
    }))
    for (let i = 0; i < groups.length; i++) {
      for (let j = i; j < groups.length && j < i + 6; j++) {
        const [start, end] = [index + groups[i]!.start, index + groups[j]!.end]
        if (taken.busy(start, end) || !isCard(text, start, end, i === 0 && j === groups.length - 1)) continue
        spans.push({ start, end, kind: 'CARD' })
        i = j
        break
      }
    }
  }
  return spans
}

/** Lengths and first digits that issuers use. Thirteen digits that do not start with 4 are a barcode. */
export const ISSUERS = /^(?=\d{16,19}$)(?:4|5|6|3\d|2[2-7]|8[16]|9\d)|^4\d{12}$|^3[0689]\d{12}$|^3[47]\d{13}$/

/** Inside a longer run of digits only groups as printed on cards count; else one run in ten would contain a card by chance. */
function isCard(text: string, start: number, end: number, whole: boolean): boolean {
  const found = text.slice(start, end)
  const digits = found.replace(/\D/g, '')
  if (
    digits.length < 13 ||
    digits.length > 19 ||
    /^(\d)\1+$/.test(digits) ||
    /[\p{Script=Latin}\p{Script=Cyrillic}\p{N}]/u.test(text[end] ?? '')
  )
    return false
  const grouped = /^(?:\d{4}\D\d{4}\D\d{4}\D\d{4}(?:\D\d{1,3})?|\d{4}\D\d{6}\D\d{4,5}|\d{13,19})$/.test(found)
  if (!whole && !grouped) return false
  const words = before(text, start)
  if (OTHER_WORD.test(words) || (found === digits && ORDER_WORD.test(words))) return false
  // Besides the international issuers: 8600 is Uzcard, 9860 Humo, 81 UnionPay.
  if (luhn(digits)) return ISSUERS.test(digits) && !isClock(digits, found)
  return grouped && digits.length === 16 && /^[2-6]/.test(digits) && CARD_WORD.test(words)
}

/** Is it a time, such as milliseconds since 1970 or 20240501123045? One in ten passes Luhn. */
function isClock(digits: string, found: string): boolean {
  if (found !== digits) return /^(?:19|20)\d\d-\d\d-\d\d/.test(found)
  return (
    (digits.length === 13 && digits.startsWith('1')) || (digits.length === 14 && /^20[0-3]\d[01]\d[0-3]\d/.test(digits))
  )
}

export function luhn(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const value = Number(digits[digits.length - 1 - i])
    sum += i % 2 === 0 ? value : value > 4 ? value * 2 - 9 : value * 2
  }
  return sum % 10 === 0
}
