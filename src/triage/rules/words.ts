import { stem } from './stem.ts'

/** A text as rules look at it: stems in order, and the plain text for scripts without spaces. */
export type Words = { stems: string; plain: string }

const WORD = /[\p{L}\p{M}\p{N}_]+/gu
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u

export function wordsOf(text: string): Words {
  return { stems: ` ${stemsOf(text).join(' ')} `, plain: text.toLowerCase() }
}

/**
 * Is the keyword or phrase there, whatever its inflection? `outag*` stands for every word that begins so. Chinese, Japanese and
 * Thai have no spaces: there the characters themselves are looked for.
 */
export function hasKeyword(words: Words, keyword: string): boolean {
  if (UNSPACED.test(keyword)) return words.plain.includes(keyword.toLowerCase())
  const open = keyword.endsWith('*')
  const phrase = open ? prefixOf(keyword.slice(0, -1)) : stemsOf(keyword).join(' ')
  if (phrase === '') return false
  return words.stems.includes(open ? ` ${phrase}` : ` ${phrase} `)
}

function stemsOf(text: string): string[] {
  return (text.match(WORD) ?? []).map(stem)
}

/** The last word of an open phrase is taken as it is written. */
function prefixOf(text: string): string {
  const words = text.match(WORD) ?? []
  return words.map((word, i) => (i === words.length - 1 ? word.toLowerCase().replace(/ё/g, 'е') : stem(word))).join(' ')
}
