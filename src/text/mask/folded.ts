/**
 * The copy of a text that the detectors read: digits of every script as 0 to 9, fullwidth and mathematical letters as plain ones,
 * one kind of at sign, hyphen and space, and no invisible characters. Positions lead back to the text as it was written.
 */
export type Folded = {
  text: string
  /** A span of the copy, in the text. */
  inText(span: { start: number; end: number }): { start: number; end: number }
  /** A span of the text, in the copy. */
  inCopy(span: { start: number; end: number }): { start: number; end: number }
}

/**
 * What is folded. Other compatibility characters stay: a superscript after a number is a footnote and no digit of it, and
 * fullwidth commas and colons separate words as they are. Every one becomes one character or none, so the copy never grows.
 */
const FOLDABLE =
  /[[\p{Nd}--[0-9]]\p{Default_Ignorable_Code_Point}\u2212\u3000\u066b\u066c（）＋－．／＠＿Ａ-Ｚａ-ｚ\ufe52\ufe58\ufe62\ufe63\ufe6b\u{1d400}-\u{1d7cd}]|(?<=\p{Nd})ー(?=\p{Nd})/gv

/** Characters that NFKC leaves alone, and what they stand for within numbers. */
const ALSO: Record<string, string> = { '\u2212': '-', ー: '-', '\ufe58': '-', '\u066b': '.', '\u066c': ',' }

/** Folds a text. */
export function folded(text: string): Folded {
  if (text.search(FOLDABLE) < 0) return { text, inText: same, inCopy: same }
  const parts: string[] = []
  /** Where each character of the copy starts in the text. */
  const starts = new Int32Array(text.length + 1)
  /** Where each character of the copy ends in the text. */
  const ends = new Int32Array(text.length + 1)
  let size = 0
  let from = 0
  const keep = (to: number) => {
    parts.push(text.slice(from, to))
    for (let at = from; at < to; at++) {
      starts[size] = at
      ends[size++] = at + 1
    }
  }
  for (const { 0: char, index } of text.matchAll(FOLDABLE)) {
    keep(index)
    from = index + char.length
    const plain = plainOf(char)
    if (!plain) continue
    parts.push(plain)
    starts[size] = index
    ends[size++] = from
  }
  keep(text.length)
  const [first, last] = [starts.subarray(0, size), ends.subarray(0, size)]
  return {
    text: parts.join(''),
    inText: ({ start, end }) =>
      end > start ? { start: first[start]!, end: last[end - 1]! } : { start: text.length, end: text.length },
    inCopy: ({ start, end }) => ({ start: countBelow(first, start), end: countBelow(first, end) }),
  }
}

const same = <T>(span: T): T => span

function plainOf(char: string): string {
  if (/\p{Nd}/u.test(char)) return digitOf(char)
  if (/\p{Default_Ignorable_Code_Point}/u.test(char)) return ''
  const plain = ALSO[char] ?? char.normalize('NFKC')
  // The copy must not grow, and a mathematical letter with no plain form stays what it is to a detector: no digit.
  return plain.length === 1 ? plain : '\ufffd'
}

/** Unicode keeps the digits of a script together, from 0 to 9; two such runs can touch. */
function digitOf(char: string): string {
  const plain = char.normalize('NFKC')
  if (/^[0-9]$/.test(plain)) return plain
  const code = char.codePointAt(0)!
  let back = 0
  while (/^\p{Nd}$/u.test(String.fromCodePoint(code - back - 1))) back++
  return String(back % 10)
}

/** How many of the rising positions are below a limit. */
function countBelow(rising: Int32Array, limit: number): number {
  let low = 0
  let high = rising.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (rising[middle]! < limit) low = middle + 1
    else high = middle
  }
  return low
}
