/** A text as a careful eye reads it: small letters, one alphabet a word, no fancy forms; with the way back to the original. */
export type Folded = {
  text: string
  /** The original's offset of each character; null where both are the same. */
  from: number[] | null
  /** Words that are not what they look like: two alphabets in one word, letters in fancy forms. */
  disguised: { at: number; end: number }[]
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the plainest of alphabets, where nothing can be disguised
const PLAIN = /^[\u0000-\u007f]*$/
const WORD = /[\p{L}\p{M}]{2,}/gu
const LATIN = /\p{Script=Latin}/u
const OTHER = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u

/** Letters of other alphabets by the Latin letter that they look like. */
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

/** Forms of Latin letters for mathematics, circles and full width. Full-width signs and digits are everyday Chinese. */
const FANCY = /[\u{1d400}-\u{1d7ff}\u24b6-\u24e9\uff21-\uff3a\uff41-\uff5a\u{1f130}-\u{1f189}]/gu

export function fold(original: string): Folded {
  if (PLAIN.test(original)) return { text: original.toLowerCase(), from: null, disguised: [] }
  const parts: string[] = []
  const from: number[] = []
  let at = 0
  for (const char of original) {
    const plain = char.normalize('NFKC').toLowerCase()
    parts.push(plain)
    for (let i = 0; i < plain.length; i++) from.push(at)
    at += char.length
  }
  from.push(at)
  const disguised: Folded['disguised'] = []
  const text = parts.join('').replace(WORD, (word, start: number) => {
    if (!LATIN.test(word) || !OTHER.test(word)) return word
    disguised.push({ at: from[start]!, end: from[start + word.length]! })
    return [...word].map((char) => LOOK_ALIKE.get(char) ?? char).join('')
  })
  for (const { index, 0: char } of original.matchAll(FANCY)) disguised.push({ at: index, end: index + char.length })
  return { text, from, disguised }
}

export const original = ({ from }: Folded, at: number): number => from?.[at] ?? at
