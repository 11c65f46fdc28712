/**
 * Words that show the language of a text too short for letter statistics: function words, and common words of short tickets. A
 * word may belong to several languages.
 */
const WORDS: Record<string, string> = {
  en: 'the is my not please help broken slow lost need cannot reset locked wrong and again since when how why does from with have has down dead new does of to it question works working',
  de: 'kein keine nicht ist und ich mein meine seit bitte geht wir der die das mit für kaputt falsch vergessen funktioniert',
  fr: 'le la les mon ma ne pas est en panne de du plus je depuis avec une mot passe oublié',
  es: 'sin el la mi en desde está de funciona los una por puedo olvidé',
  it: 'il la mia mio non è di da con una per funziona',
  pt: 'meu minha não de da do uma sem está funciona',
  nl: 'de het een mijn niet is en van met geen werkt',
  pl: 'nie działa mój moja jest w na do się proszę',
  tr: 'çalışmıyor bir için ve değil yok lütfen',
}
const LANGUAGES = Object.entries(WORDS).map(([code, words]) => [code, new Set(words.split(' '))] as const)

/** Letters alone do not show Uzbek: these are its commonest words and verb endings, in both scripts. */
const UZBEK =
  /(?<!\p{L})(?:iltimos|yordam|bilan|uchun|emas|kerak|yo['’ʻ`]?q|qanday|menga|mening|bering|qoldi|o['’ʻ`]chi\p{L}*|\p{L}{3,}(?:yapti|yapman|ayotgan|moqda)|илтимос|ёрдам|билан|учун|эмас|керак|йўқ|қандай|менга|менинг|беринг|қолди|ўч\p{L}*|\p{L}{3,}(?:япти|япман|аётган|моқда))(?!\p{L})/giu
const KAZAKH =
  /(?<!\p{L})(?:керек|маған|менің|\p{L}{3,}(?:мейді|майды|бейді|байды|пейді|пайды|дыңыз|діңіз))(?!\p{L})/giu
const UKRAINIAN = /(?<!\p{L})\p{L}{3,}(?:овано|ування|ується|уються)(?!\p{L})/giu

/** One such word among many can be chance. */
const MIN_SHARE = 0.3

type Guess = { code: string; hits: number }

/** The language with the most known words, and their number; null when there are too few or two languages have as many. */
export function byFunctionWords(text: string): Guess | null {
  for (const [code, pattern] of [
    ['uz', UZBEK],
    ['kk', KAZAKH],
    ['uk', UKRAINIAN],
  ] as const) {
    const hits = text.match(pattern)?.length ?? 0
    if (hits > 0) return { code, hits }
  }
  const words = text.toLowerCase().split(/[^\p{L}\p{M}]+/u)
  const [best, second] = LANGUAGES.map(([code, known]) => ({
    code,
    hits: words.filter((word) => known.has(word)).length,
  })).sort((a, b) => b.hits - a.hits)
  return best && best.hits > (second?.hits ?? 0) && best.hits >= MIN_SHARE * words.length ? best : null
}
