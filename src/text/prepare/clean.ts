/** Zero-width and direction marks, soft hyphens, fillers, variation selectors, tag characters: invisible, and used to hide words. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}|[\ufff9-\ufffb]/gu
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g
const SPACE = /[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g

/** One way to write everything: no invisible characters, one kind of space and line end, composed letters. Doing it twice changes nothing. */
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
