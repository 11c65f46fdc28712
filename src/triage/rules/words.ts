import { stem } from '../../text/index.ts'

/** A text as rules look at it: stems in order, also with hyphenated words as one, and the plain text for scripts without spaces. */
export type Words = { stems: string; joined: string; plain: string }

const WORD = /[\p{L}\p{M}\p{N}_]+/gu
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u

export function wordsOf(text: string): Words {
  return {
    stems: ` ${stemsOf(text).join(' ')} `,
    joined: HYPHEN.test(text) ? ` ${stemsOf(unhyphened(text)).join(' ')} ` : '',
    plain: text.toLowerCase(),
  }
}

/**
 * Is the keyword or phrase there, whatever its inflection? `outag*` stands for every word that begins so. Chinese, Japanese and
 * Thai have no spaces: there the characters themselves are looked for.
 */
export function hasKeyword(words: Words, keyword: string): boolean {
  const { unspaced, open, phrase, joined } = read(keyword)
  if (unspaced) return words.plain.includes(keyword.toLowerCase())
  if (phrase === '') return false
  // Wi-Fi and wifi, e-mail and email: whichever of the two has the hyphen.
  return [phrase, joined].some((each) => {
    const wanted = open ? ` ${each}` : ` ${each} `
    return words.stems.includes(wanted) || words.joined.includes(wanted)
  })
}

const HYPHEN = /(?<=\p{L})[-‐‑](?=\p{L})/u
const unhyphened = (text: string) => text.replace(new RegExp(HYPHEN, 'gu'), '')

type Keyword = { unspaced: boolean; open: boolean; phrase: string; joined: string }

/** Rules ask for the same keywords of every ticket. */
const known = new Map<string, Keyword>()

function read(keyword: string): Keyword {
  let result = known.get(keyword)
  if (!result) {
    const open = keyword.endsWith('*')
    const phraseOf = (text: string) => (open ? prefixOf(text.slice(0, -1)) : stemsOf(text).join(' '))
    result = {
      unspaced: UNSPACED.test(keyword),
      open,
      phrase: phraseOf(keyword),
      joined: phraseOf(unhyphened(keyword)),
    }
    if (known.size > 20_000) known.clear()
    known.set(keyword, result)
  }
  return result
}

function stemsOf(text: string): string[] {
  return (text.match(WORD) ?? []).map(stem)
}

/** The last word of an open phrase is taken as it is written. */
function prefixOf(text: string): string {
  const words = text.match(WORD) ?? []
  return words.map((word, i) => (i === words.length - 1 ? word.toLowerCase().replace(/ё/g, 'е') : stem(word))).join(' ')
}
