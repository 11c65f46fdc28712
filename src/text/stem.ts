/**
 * Words without their inflection, so that the keyword "тариф" finds "тарифа" and "charge" finds "charged". Cuts little: too
 * short a stem would match unrelated words.
 */

const RUSSIAN_ENDINGS = (
  'ившись ывшись вшись ующих ующий ующая ющий ющая ющее ющие ющих ющего ащий ящий ящие вшего вший вшая вшие ' +
  'аться яться еться иться оваться овать евать ывать ивать ировать ' +
  'ывает ивает ывают ивают ываем ивали ывали ывал ивал ается яется уется ются ится атся ятся алось илось алась илась ался ился ались ились ' +
  'ает яет ует еет ают яют уют еют ать ять еть ить уть ешь ишь ете ите йте ала яла ела ила ыла ало яло ело ило ул ула уло ули али яли ели или ал ял ел ил ит ят ут ют ' +
  'иями ями ами ого его ому ему ыми ими остью ости ость иях ию ия ии ие ий ые ый ых ым ых их им ой ей ою ею ая яя ое ее ую юю ов ев ах ях ам ям ом ем ' +
  'ков кам ками ках ка ки ку ке кой ок а я о е и ы у ю ь й'
).split(' ')
const LONGEST = Math.max(...RUSSIAN_ENDINGS.map((ending) => ending.length))
const ENDINGS = new Set(RUSSIAN_ENDINGS)

const RUSSIAN_MIN = 4

/** The stem of a Russian or English word, in lower case; other words only change case. */
export function stem(word: string): string {
  const folded = word.toLowerCase().replace(/ё/g, 'е')
  if (/^[а-я]+$/.test(folded)) return russian(folded)
  if (/^[a-z]+$/.test(folded)) return english(folded)
  return folded
}

function russian(word: string): string {
  // Longest ending first. Stems of three letters would match unrelated words, so only one-letter endings may leave three
  // (сеть, цена).
  for (let length = Math.min(LONGEST, word.length - 1); length > 0; length--) {
    const least = length === 1 ? RUSSIAN_MIN - 1 : RUSSIAN_MIN
    if (word.length - length >= least && ENDINGS.has(word.slice(-length))) return word.slice(0, -length)
  }
  return word
}

function english(word: string): string {
  let stem = word
  if (stem.length <= 3 || stem === 'news') return stem
  if (stem.endsWith('ies') && stem.length > 4) stem = `${stem.slice(0, -3)}y`
  else if (/(?:ss|x|z|ch|sh)es$/.test(stem)) stem = stem.slice(0, -2)
  else if (/[^sui]s$/.test(stem)) stem = stem.slice(0, -1)
  if (/(?:ing|ings)$/.test(stem) && stem.length > 5) stem = undouble(stem.replace(/ings?$/, ''))
  else if (stem.endsWith('ied') && stem.length > 4) stem = `${stem.slice(0, -3)}y`
  else if (stem.endsWith('ed') && stem.length > 4) stem = undouble(stem.slice(0, -2))
  // "canceled" and "cancelled" must get the same stem, so a final double l becomes one l; "install" too.
  if (stem.length > 5 && stem.endsWith('ll')) return stem.slice(0, -1)
  return stem.length > 3 && stem.endsWith('e') ? stem.slice(0, -1) : stem
}

/** stopped -> stop, but billed -> bill. */
function undouble(stem: string): string {
  return /([bdgmnprt])\1$/.test(stem) && stem.length > 3 ? stem.slice(0, -1) : stem
}
