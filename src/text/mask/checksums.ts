/** Checksums of national identity numbers. They take the bare digits and letters unless a comment says otherwise. */

function weightedSum(digits: string, weights: number[]): number {
  return weights.reduce((sum, weight, i) => sum + weight * Number(digits[i]), 0)
}

/** Russia: insurance number. */
export function isSnils(digits: string): boolean {
  const sum = weightedSum(digits, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101
  return (sum === 100 ? 0 : sum) === Number(digits.slice(9)) && !/^0{9}/.test(digits)
}

/** Russia: a person's tax number. */
export function isInn12(digits: string): boolean {
  const tenth = (weightedSum(digits, [7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11) % 10
  const eleventh = (weightedSum(digits, [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11) % 10
  return tenth === Number(digits[10]) && eleventh === Number(digits[11]) && !/^0{4}/.test(digits)
}

/** Kazakhstan: year, month, day of birth, then century and sex, a running number and a check digit. */
export function isIin(digits: string): boolean {
  if (!isDayOfMonth(digits.slice(4, 6), digits.slice(2, 4)) || !/[1-6]/.test(digits[6]!)) return false
  const first = weightedSum(digits, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) % 11
  const check = first === 10 ? weightedSum(digits, [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]) % 11 : first
  return check === Number(digits[11])
}

/** Uzbekistan: century and sex, day, month and year of birth, district, a running number and a check digit. */
export function isPinfl(digits: string): boolean {
  if (!/^[3-6]/.test(digits) || !isDayOfMonth(digits.slice(1, 3), digits.slice(3, 5))) return false
  return weightedSum(digits, [7, 3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1, 7]) % 10 === Number(digits[13])
}

/** China: region, date of birth, a running number and a check digit. */
export function isChineseId(id: string): boolean {
  if (!/^[1-8]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]$/.test(id)) return false
  const sum = weightedSum(id, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11
  return '10X98765432'[sum] === id[17]
}

/** Spain: DNI, and NIE for foreigners; also with a dash before the letter. */
export function isDni(found: string): boolean {
  const match = /^([XYZ]?)(\d{7,8})-?([A-Z])$/.exec(found)
  if (!match || (match[1] ? 1 : 0) + match[2]!.length !== 8) return false
  const number = Number(`${match[1] ? 'XYZ'.indexOf(match[1]) : ''}${match[2]}`)
  return 'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23] === match[3]
}

/** United Kingdom: a national insurance number has no checksum, but a distinctive form; also in pairs. */
export function isNino(found: string): boolean {
  return (
    /^[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?: ?\d{2}){3} ?[A-D]$/.test(found) && !/^(?:BG|GB|KN|NK|NT|TN|ZZ)/.test(found)
  )
}

/** France: sex, year, month, department, commune, order, and the difference to a multiple of 97. */
export function isNir(digits: string): boolean {
  if (digits.length !== 15 || !/^[12]\d\d(?:0[1-9]|1[0-2]|[2-4]\d)/.test(digits)) return false
  return 97n - (BigInt(digits.slice(0, 13)) % 97n) === BigInt(digits.slice(13))
}

/** Brazil: nine digits and two check digits; also with separators. */
export function isCpf(formatted: string): boolean {
  const digits = formatted.replace(/\D/g, '')
  const check = (length: number) =>
    ((weightedSum(
      digits,
      Array.from({ length }, (_, i) => length + 1 - i),
    ) *
      10) %
      11) %
      10 ===
    Number(digits[length])
  return digits.length === 11 && check(9) && check(10)
}

const ODD: Record<string, number> = Object.fromEntries(
  [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((char, i) => [
    char,
    [
      1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10,
      22, 25, 24, 23,
    ][i]!,
  ]),
)

/** Italy: consonants of the names, year, month, day, place and a check letter. */
export function isCodiceFiscale(code: string): boolean {
  if (code.length !== 16 || !/^[A-Z0-9]+$/.test(code)) return false
  const sum = [...code.slice(0, 15)].reduce((total, char, i) => {
    const even = /\d/.test(char) ? Number(char) : char.charCodeAt(0) - 65
    return total + (i % 2 === 0 ? ODD[char]! : even)
  }, 0)
  return String.fromCharCode(65 + (sum % 26)) === code[15]
}

function isDayOfMonth(day: string, month: string): boolean {
  return Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= 31
}
