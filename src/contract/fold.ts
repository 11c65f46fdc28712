/** Names made comparable: without case, accents and punctuation. Pure. */

/** Only marks of Latin, Greek and Cyrillic letters are accents: in Japanese a mark makes another letter. */
const ACCENTS = /[\u0300-\u036f]/g
const LETTERS: Record<string, string> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ı: 'i' }

/** `Störung / Ausfall` -> `storung ausfall`; `login_problem` -> `login problem`. */
export function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(ACCENTS, '')
    .normalize('NFC')
    .replace(/[ßæœøłđı]/g, (letter) => LETTERS[letter] ?? letter)
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim()
}
