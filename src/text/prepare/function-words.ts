/**
 * Words that show the language of a text too short for letter statistics: function words, and common words of short tickets. A
 * word may belong to several languages.
 */
const WORDS: Record<string, string> = {
  en: 'the is my not please help broken slow lost need cannot reset locked wrong and again since when how why does from with have has down dead new does of to it question works working failed access get stuck no',
  de: 'kein keine nicht ist und ich mein meine seit bitte geht wir der die das mit für auf kaputt falsch falsche vergessen funktioniert defekt gesperrt verloren',
  fr: 'le la les mon ma pas est en panne de du plus je depuis avec une mot passe oublié non cassé perdu besoin reçu',
  es: 'sin el la mi en desde está de no funciona los una por puedo olvidé necesito roto rota llegó hay',
  it: 'il la mia mio non è di da con una per funziona rotto rotta',
  pt: 'meu minha não de da do uma sem está funciona preciso esqueci quebrado quebrada',
  nl: 'de het een mijn niet is en van met geen werkt kapot vergeten op',
  pl: 'nie działa mój moja jest w na do się proszę brak mam nie',
  cs: 'nefunguje nejde nemám prosím je není se od mi můj',
  sk: 'nefunguje nejde nemám prosím je nie som sa mi môj',
  hu: 'nem nincs működik a az és kérem jött elromlott',
  ro: 'nu merge am este și în la funcționează pierdut stricat stricată',
  sv: 'är inte fungerar ingen har min mitt trasig trasigt glömt på och det ligger',
  da: 'er ikke virker ingen har min mit ødelagt glemt på og det i stykker af',
  no: 'er ikke virker ingen har min mitt ødelagt glemt på og det får',
  fi: 'ei toimi on en ole minun rikki ja tullut unohdin',
  tr: 'çalışmıyor bir için ve değil yok lütfen gelmedi açılmıyor bozuk',
  hr: 'ne radi nema nemam je se molim moj moja',
  sl: 'ne dela ni nimam je se prosim moj moja',
  id: 'tidak bisa belum saya mati rusak lupa dan yang ini tolong',
  vi: 'không tôi bị mất hỏng của quên được máy',
  et: 'ei ole tööta on katki ja minu palun',
  lv: 'nav nestrādā ir un mans lūdzu',
  lt: 'neveikia nėra yra ir mano prašau sugedo pamiršau',
  // Russian in Latin letters.
  ru: 'ne net rabotaet mogu zayti pomogite pozhaluysta privet kak gde moy moya zabyl parol otkryvaetsya prishla prishel svyazi nuzhno eto',
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

type Guess = { codes: string[]; hits: number }

/** The languages with the most known words, and their number; null when there are too few. */
export function byFunctionWords(text: string): Guess | null {
  for (const [code, pattern] of [
    ['uz', UZBEK],
    ['kk', KAZAKH],
    ['uk', UKRAINIAN],
  ] as const) {
    const hits = text.match(pattern)?.length ?? 0
    if (hits > 0) return { codes: [code], hits }
  }
  const words = text.toLowerCase().split(/[^\p{L}\p{M}]+/u)
  const counts = LANGUAGES.map(([code, known]) => ({ code, hits: words.filter((word) => known.has(word)).length }))
  const hits = Math.max(...counts.map((each) => each.hits))
  if (hits === 0 || hits < MIN_SHARE * words.length) return null
  return { codes: counts.filter((each) => each.hits === hits).map(({ code }) => code), hits }
}
