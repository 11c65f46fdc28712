import { byFunctionWords } from './function-words.ts'

type Detector = typeof import('eld/extrasmall').eld

let detector: Detector | null = null

/**
 * Loads the language tables (0.1 s, about 30 MB); a process that only receives deliveries does not need them. Call it before the
 * first `prepare`: without the tables a language is only known from its letters and commonest words.
 */
export async function loadLanguages(): Promise<void> {
  detector ??= (await import('eld/extrasmall')).eld
}

export type Language = { code: string; confidence: number }

const UNKNOWN: Language = { code: 'und', confidence: 0 }
/** The first characters are enough: the detector itself reads no further. */
const ENOUGH = 1000
const MIN_LETTERS = 8

/** ISO 639-1 code of the text's language; `und` when the text is too short or fits several languages. */
export function languageOf(text: string): Language {
  const letters = lettersOf(text.slice(0, 4 * ENOUGH)).slice(0, ENOUGH)
  const script = byScript(letters)
  if (script) return script
  if (letters.replace(/[^\p{L}]/gu, '').length < MIN_LETTERS) return UNKNOWN
  const words = letters.split(' ').length
  const guess = words <= SHORT ? byFunctionWords(letters) : null
  // The detector does not know Uzbek and Kazakh, and takes short Ukrainian texts for Russian.
  const [only] = guess?.codes.length === 1 ? guess.codes : []
  if (guess && only && ['uz', 'kk', 'uk'].includes(only)) return { code: only, confidence: confidenceOf(guess.hits) }
  const cyrillic = byCyrillicLetters(letters)
  if (cyrillic) return cyrillic
  if (!detector) return UNKNOWN
  const detected = byDetector(detector, letters)
  if (words > SHORT || detected.confidence >= SURE) return detected
  // Of a few words the detector alone is wrong too often: its answer counts where it is clear, or where a known word agrees.
  if (!guess) return detected.confidence >= CLEAR ? detected : { code: 'und', confidence: detected.confidence }
  if (only && only !== detected.code)
    return 2 * guess.hits >= words ? { code: only, confidence: confidenceOf(guess.hits) } : UNKNOWN
  if (!guess.codes.includes(detected.code)) return UNKNOWN
  return { ...detected, confidence: Math.max(detected.confidence, confidenceOf(guess.hits)) }
}

/** A detector's answer that no known word supports. */
const CLEAR = 0.62

/** Up to this many words, function words are more reliable than letter statistics. */
const SHORT = 8
const SURE = 0.9
const confidenceOf = (hits: number) => round(Math.min(0.9, 0.5 + 0.12 * hits))

/** The text without what has no language: placeholders, links, mail addresses, program text, codes and numbers. */
function lettersOf(text: string): string {
  const prose = text.replace(/[^\n]+/g, (line) =>
    (line.match(CODE_SIGN)?.length ?? 0) > CODE_SHARE * line.length ? ' ' : line,
  )
  // Removes acronyms and keywords in capitals, unless the whole text is in capitals.
  const bare = /\p{Ll}/u.test(prose) ? prose.replace(/(?<!\p{L})\p{Lu}{2,}(?!\p{L})/gu, ' ') : prose
  return bare
    .replace(/[\p{L}\p{N}]*_[\p{L}\p{N}_]*(?!\d*>)/gu, (word) => (/^[A-Z]+_\d+$/.test(word) ? word : ' '))
    .replace(
      /<[A-Z]+_\d+>|(?:https?:\/\/|www\.)\S+|\S+@\S+|[\p{Script=Latin}\p{Script=Cyrillic}_]*\d[\p{Script=Latin}\p{Script=Cyrillic}\p{N}_]*|`[^`\n]*`/gu,
      ' ',
    )
    .replace(/[^\p{L}\p{M}'’ -]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}

const CODE_SIGN = /[{}()[\];=<>"|\\*]/g
const CODE_SHARE = 0.15

/** Scripts that nearly only one language uses. Kana comes before Han: Japanese mixes both. */
function byScript(text: string): Language | null {
  const total = count(text, /\p{L}/gu)
  if (total < 2) return null
  const share = (pattern: RegExp) => count(text, pattern) / total
  if (share(/[\p{Script=Hiragana}\p{Script=Katakana}]/gu) > 0.1) return { code: 'ja', confidence: 0.98 }
  if (share(/\p{Script=Hangul}/gu) > 0.3) return { code: 'ko', confidence: 0.98 }
  // A few Chinese characters are several words, often mixed with Latin product names.
  if (share(/\p{Script=Han}/gu) > 0.2 || count(text, /\p{Script=Han}/gu) >= 8) return { code: 'zh', confidence: 0.95 }
  if (share(/\p{Script=Greek}/gu) > 0.5) return { code: 'el', confidence: 0.97 }
  if (share(/\p{Script=Hebrew}/gu) > 0.5) return { code: 'he', confidence: 0.95 }
  if (share(/\p{Script=Thai}/gu) > 0.5) return { code: 'th', confidence: 0.97 }
  if (share(/\p{Script=Armenian}/gu) > 0.5) return { code: 'hy', confidence: 0.97 }
  if (share(/\p{Script=Georgian}/gu) > 0.5) return { code: 'ka', confidence: 0.97 }
  // Uzbek and Kazakh have Cyrillic letters of their own, and the detector does not know these languages.
  if (share(/[ўҳ]/giu) > 0.01 && !/[ыіщ]/iu.test(text)) return { code: 'uz', confidence: 0.85 }
  const kazakh = share(/[әғқңөұүһ]/giu)
  if (kazakh > 0.01) return { code: 'kk', confidence: Math.min(0.98, 0.7 + 4 * kazakh) }
  return null
}

/**
 * Short texts in Cyrillic letters: ы, э and ё are Russian, і, ї and є Ukrainian, ъ as a vowel Bulgarian; common words show Russian
 * without these letters. The detector alone gives these languages nearly the same score.
 */
function byCyrillicLetters(text: string): Language | null {
  const cyrillic = count(text, /\p{Script=Cyrillic}/gu)
  if (cyrillic < 6 || cyrillic < count(text, /\p{Script=Latin}/gu)) return null
  if (/[їєґ]|і/iu.test(text) && !/[ыэўъђћџјљњ]/iu.test(text)) return { code: 'uk', confidence: 0.8 }
  if (/[іўђћџјљњ]/iu.test(text)) return null
  const letters = count(text, /[ыэё]/giu)
  const words = count(text.toLowerCase(), RUSSIAN)
  const shared = count(text.toLowerCase(), SHARED)
  const bulgarian = count(text, /ъ(?![еёюя])/giu)
  if (bulgarian > 0 && letters === 0) return { code: 'bg', confidence: 0.8 }
  if (bulgarian > 0 || letters + words === 0) return null
  return { code: 'ru', confidence: Math.min(0.99, round(0.75 + 0.06 * (2 * letters + words + shared))) }
}

const RUSSIAN =
  /(?<!\p{L})(?:что|это|нет|уже|есть|мне|меня|нас|если|где|только|пожалуйста|здравствуйте|почему|когда|добрый|работает|могу|можно|нужно|надо)(?!\p{L})/gu
/** Words that Russian shares with its neighbours. */
const SHARED = /(?<!\p{L})(?:не|как|или|у|при|после)(?!\p{L})/gu

/** The detector's scores are not probabilities: confidence comes from the distance between the best two. */
function byDetector(known: Detector, text: string): Language {
  const result = known.detect(text)
  if (!result.language) return UNKNOWN
  const scores = result.getScores()
  const [best = 0, second = 0] = Object.values(scores).sort((a, b) => b - a)
  // Cyrillic without a distinctive letter: a few words are more often Russian than a language close to it.
  if (
    ['ru', 'bg', 'sr', 'uk', 'be'].includes(result.language) &&
    !NOT_RUSSIAN.test(text) &&
    (scores.ru ?? 0) >= 0.96 * best
  )
    return result.language === 'ru' ? { code: 'ru', confidence: 0.62 } : UNKNOWN
  const words = text.split(' ').length
  const margin = best > 0 ? (best - second) / best : 0
  const confidence = (1 - Math.exp(-25 * margin)) * (1 - Math.exp(-words / 2)) * (result.isReliable() ? 1 : 0.6)
  return confidence < MIN_CONFIDENCE
    ? { code: 'und', confidence: round(confidence) }
    : { code: result.language, confidence: round(confidence) }
}

const MIN_CONFIDENCE = 0.35
const NOT_RUSSIAN = /[іїєґўђћџјљњ]|ъ(?![еёюя])/iu

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0
}
