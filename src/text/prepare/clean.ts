/** Invisible characters, also used to hide words: zero-width and direction marks, soft hyphens, variation selectors, tags. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}|[\ufff9-\ufffb]/gu
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern finds them
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g
const SPACE = /[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g

/** Text without invisible characters, with one kind of space and line end and composed letters. Cleaning twice changes nothing. */
export function clean(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?|\u0085|\u2028|\u2029/g, '\n')
    .replace(CONTROL, '')
    .replace(INVISIBLE, '')
    .replace(
      /([\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f])[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f]{2,}/g,
      '$1',
    )
    .normalize('NFC')
    .replace(SPACE, ' ')
    .replace(/ {2,}/g, ' ')
    .replace(/ +\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}
