import { stem } from '../../text/index.ts'

/** A text as rules read it. `joined`: the stems with each hyphenated word as one. `plain`: for scripts without spaces. */
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
 * Whether the keyword or phrase occurs, in any inflection. `outag*` stands for every word that starts with it. In scripts
 * without spaces (Chinese, Japanese, Thai) the characters themselves are searched.
 */
export function hasKeyword(words: Words, keyword: string): boolean {
  const { unspaced, open, phrase, joined } = read(keyword)
  if (unspaced) return words.plain.includes(keyword.toLowerCase())
  if (phrase === '') return false
  // Wi-Fi and wifi, e-mail and email: with or without the hyphen, in the keyword or in the text.
  return [phrase, joined].some((each) => {
    const wanted = open ? ` ${each}` : ` ${each} `
    return words.stems.includes(wanted) || words.joined.includes(wanted)
  })
}

const HYPHEN = /(?<=\p{L})[-‐‑](?=\p{L})/u
const unhyphened = (text: string) => text.replace(new RegExp(HYPHEN, 'gu'), '')

type Keyword = { unspaced: boolean; open: boolean; phrase: string; joined: string }

/** The same keywords are searched in every ticket. */
const cache = new Map<string, Keyword>()

function read(keyword: string): Keyword {
  let result = cache.get(keyword)
  if (!result) {
    const open = keyword.endsWith('*')
    const phraseOf = (text: string) => (open ? prefixOf(text.slice(0, -1)) : stemsOf(text).join(' '))
    result = {
      unspaced: UNSPACED.test(keyword),
      open,
      phrase: phraseOf(keyword),
      joined: phraseOf(unhyphened(keyword)),
    }
    if (cache.size > 20_000) cache.clear()
    cache.set(keyword, result)
  }
  return result
}

function stemsOf(text: string): string[] {
  return (text.match(WORD) ?? []).map(stem)
}

/** The stems of an open phrase; its last word is not stemmed. */
function prefixOf(text: string): string {
  const words = text.match(WORD) ?? []
  return words.map((word, i) => (i === words.length - 1 ? word.toLowerCase().replace(/ё/g, 'е') : stem(word))).join(' ')
}
