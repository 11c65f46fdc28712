/** A text in lower case, with one alphabet in each word and no decorative letters. */
export type PlainText = {
  text: string
  /** The offset in the original of each character; null: the offsets are the same. */
  offsets: number[] | null
  /** Words that hide what they say: two alphabets in one word, or decorative letters. */
  disguised: { at: number; end: number }[]
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: in ASCII nothing can be disguised
const ASCII = /^[\u0000-\u007f]*$/
const WORD = /[\p{L}\p{M}]{2,}/gu
const LATIN = /\p{Script=Latin}/u
const OTHER = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u

/** Letters of other alphabets, by the Latin letter that they resemble. */
const LOOK_ALIKE = new Map(
  Object.entries({
    a: 'аαɑ',
    b: 'вьβ',
    c: 'сϲ',
    d: 'ԁ',
    e: 'еєε',
    g: 'ɡց',
    h: 'һн',
    i: 'іıιӏ',
    j: 'јϳ',
    k: 'кκ',
    l: 'ӏ',
    m: 'м',
    n: 'ոп',
    o: 'оοօ',
    p: 'рρ',
    q: 'ԛ',
    r: 'гᴦ',
    s: 'ѕ',
    t: 'тτ',
    u: 'υսц',
    v: 'ѵν',
    w: 'ԝω',
    x: 'хχ',
    y: 'уγү',
    z: 'ᴢ',
  }).flatMap(([latin, others]) => [...others].map((other) => [other, latin] as const)),
)

/** Latin letters in mathematical, circled and full-width forms. Full-width signs and digits are normal in Chinese. */
const DECORATIVE = /[\u{1d400}-\u{1d7ff}\u24b6-\u24e9\uff21-\uff3a\uff41-\uff5a\u{1f130}-\u{1f189}]/gu

/** Replaces letters that only look like others, so that disguised words can be found. */
export function toPlainText(original: string): PlainText {
  if (ASCII.test(original)) return { text: original.toLowerCase(), offsets: null, disguised: [] }
  const parts: string[] = []
  const offsets: number[] = []
  let at = 0
  for (const char of original) {
    const plain = char.normalize('NFKC').toLowerCase()
    parts.push(plain)
    for (let i = 0; i < plain.length; i++) offsets.push(at)
    at += char.length
  }
  offsets.push(at)
  const disguised: PlainText['disguised'] = []
  const text = parts.join('').replace(WORD, (word, start: number) => {
    if (!LATIN.test(word) || !OTHER.test(word)) return word
    disguised.push({ at: offsets[start]!, end: offsets[start + word.length]! })
    return [...word].map((char) => LOOK_ALIKE.get(char) ?? char).join('')
  })
  for (const { index, 0: char } of original.matchAll(DECORATIVE))
    disguised.push({ at: index, end: index + char.length })
  return { text, offsets, disguised }
}

/** The offset in the original text of a character in the plain one. */
export const originalOffset = ({ offsets }: PlainText, at: number): number => offsets?.[at] ?? at
