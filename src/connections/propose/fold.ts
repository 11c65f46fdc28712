/** The parts and the words of names. Pure. */
import { fold } from '../../contract/index.ts'
import { stem } from '../../text/index.ts'

/** `A::B::C`, `Parent / Child`, `A > B` -> their parts. */
export function pathOf(name: string): string[] {
  const parts = name.split(/::|\s[/>»→|]\s/).map((part) => part.trim())
  return parts.filter((part) => part !== '')
}

const SMALL_WORDS = new Set(
  'a an and at by for from in of on or the to with und oder der die das den im mit fur et ou de des du la le les au en pour y e o el los las con por и или в на с по для от к'.split(
    ' ',
  ),
)

/** The words of a name without their inflection; words such as "of" say nothing. */
export function wordsOf(name: string): string[] {
  const words = fold(name).split(' ').filter(Boolean)
  const telling = words.filter((word) => !SMALL_WORDS.has(word))
  return (telling.length > 0 ? telling : words).map(stem)
}

/** `stem` knows English and Russian; of other long words, a short ending does not matter: `rechnung`, `rechnungen`. */
export function isSameWord(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  return long === short || (short.length >= 6 && long.length - short.length <= 2 && long.startsWith(short))
}

/** Writings that put no spaces between words. */
export const isUnspaced = (text: string): boolean =>
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(text)
