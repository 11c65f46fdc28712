/**
 * Finds keyword stuffing: words that favour a label without saying anything. These are values and synonyms in a row, the same
 * word many times, hashtags, and words spelt letter by letter. Normal sentences consist mostly of other words.
 */
import { stem } from '../../text/index.ts'
import { type Names, namedAt } from './names.ts'
import { merge, type Span } from './span.ts'

const WORD = /[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}'’]*/gu
const SPELT_OUT = /(?<![\p{L}\p{N}])(?:\p{L}[ ._*\-–|/]{1,3}){5,}\p{L}(?![\p{L}\p{N}])/gu
const HASHTAGS = /(?:#[\p{L}\p{N}_]{2,40}[ ,;]*){3,}/gu

/** Words that name values: how many, and which share of the stretch of text they must be. */
const DENSE = { count: 6, share: 0.8 }
const LOOSE = { count: 4, share: 0.6 }
/** One word repeated: how many times, and which share of the words of its line it must be. */
const REPEATED = { count: 3, share: 0.3 }
/** A line with this many words is stuffed when at most this share of them is different. */
const MONOTONOUS = { words: 6, different: 0.6 }

/** `dense`: hardly ever honest. `loose`: also written by a customer who is upset, or who lists what they have. */
export function findKeywordStuffing(text: string, names: Names): { dense: Span[]; loose: Span[] } {
  const certain = [SPELT_OUT, HASHTAGS].flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({ index, 0: found }) => ({ at: index, end: index + found.length })),
  )
  const words = readWords(text, names)
  const { often, twice } = findRepeated(text, words)
  const dense = joinAcrossGaps([...certain, ...often, ...findNamesInARow(words, DENSE)], words)
  const loose = [...twice, ...findNamesInARow(words, LOOSE), ...findLists(words)]
  // Alarms and forms consist of such words only. They are keyword stuffing only beside normal sentences.
  return isBesideSentences(dense, words) ? { dense, loose } : { dense: certain, loose: [...dense, ...loose] }
}

/** The lowest share of linking words in normal sentences. */
const LEAST_LINKING = 0.12

function isBesideSentences(spans: Span[], words: Word[]): boolean {
  const rest = words.filter(({ at }) => !spans.some((span) => at >= span.at && at < span.end))
  return rest.length > 0 && rest.filter(({ linking }) => linking).length >= LEAST_LINKING * rest.length
}

/** `names`: it is part of the name of a value. `linking`: it connects other words in a sentence. */
type Word = { stem: string; at: number; end: number; names: boolean; line: number; linking: boolean }

function readWords(text: string, names: Names): Word[] {
  const words: Word[] = []
  let line = 0
  let seen = 0
  for (const { index, 0: word } of text.matchAll(WORD)) {
    for (; seen < index; seen++) if (text[seen] === '\n') line++
    if (/^\p{N}+$/u.test(word)) continue
    words.push({
      stem: stem(word),
      at: index,
      end: index + word.length,
      names: false,
      line,
      linking: LINKING.has(word),
    })
  }
  const stems = words.map((word) => word.stem)
  for (let at = 0; at < words.length; at++)
    for (const named of namedAt(names, stems, at)) for (let i = 0; i < named.words; i++) words[at + i]!.names = true
  return words
}

/** Finds stretches of text in which most words name values. */
function findNamesInARow(words: Word[], { count: least, share }: { count: number; share: number }): Span[] {
  const spans: Span[] = []
  for (let from = 0; from < words.length; from++) {
    if (!words[from]!.names) continue
    let count = 0
    let best = -1
    for (let to = from; to < words.length && words[to]!.line - words[from]!.line <= 1; to++) {
      if (words[to]!.names) count++
      const density = count / (to - from + 1)
      if (density < share) break
      if (words[to]!.names && count >= least) best = to
    }
    if (best < 0) continue
    spans.push({ at: words[from]!.at, end: words[best]!.end })
    from = best
  }
  return spans
}

/** `often`: one word many times in a line, or a line with few different words. `twice`: a value named twice in a row. */
function findRepeated(text: string, words: Word[]): { often: Span[]; twice: Span[] } {
  const often: Span[] = []
  const twice: Span[] = []
  for (let from = 0; from < words.length; ) {
    let to = from
    while (to < words.length && words[to]!.line === words[from]!.line) to++
    const line = words.slice(from, to).filter((word) => !word.linking && word.stem.length > 1)
    const counts = Map.groupBy(line, (word) => word.stem)
    for (const all of counts.values()) {
      if (all.length >= REPEATED.count && all.length / (to - from) >= REPEATED.share) often.push(...all)
      else if (all.some((word, i) => word.names && isNextTo(text, word, all[i + 1]))) twice.push(...all)
    }
    const hasFewLinking = line.length >= DENSE.share * (to - from)
    const hasFewDifferent = counts.size <= MONOTONOUS.different * line.length
    if (to - from >= MONOTONOUS.words && hasFewLinking && hasFewDifferent)
      often.push({ at: words[from]!.at, end: words[to - 1]!.end })
    from = to
  }
  return { often, twice }
}

/** Joins spans with at most two words between them. */
function joinAcrossGaps(spans: Span[], words: Word[]): Span[] {
  const out: Span[] = []
  for (const span of merge(spans)) {
    const last = out.at(-1)
    const between = last ? words.filter(({ at }) => at >= last.end && at < span.at).length : Number.POSITIVE_INFINITY
    if (last && between <= 2) last.end = span.end
    else out.push({ ...span })
  }
  return out
}

const isNextTo = (text: string, word: Word, next: Word | undefined) =>
  next !== undefined && /^[^\p{L}\p{N}]{1,4}$/u.test(text.slice(word.end, next.at))

const LEAST_IN_LIST = 7

/** Finds words in a row without a linking word between them. */
function findLists(words: Word[]): Span[] {
  const spans: Span[] = []
  for (let from = 0; from < words.length; ) {
    let to = from
    while (to < words.length && words[to]!.line === words[from]!.line && !words[to]!.linking) to++
    const run = words.slice(from, to)
    if (run.length >= LEAST_IN_LIST && run.filter((word) => word.names).length >= 2)
      spans.push({ at: run[0]!.at, end: run.at(-1)!.end })
    from = Math.max(to, from + 1)
  }
  return spans
}

/** Short words that connect the words of a sentence. */
const LINKING = new Set(
  (
    'a an the and or but if so as at by for from in into of off on onto out over since than that then there this to until up with within without is are was were be been being am do does did has have had can could may might must shall should will would not no i you he she it we they me him her us them my your his its our their who which what when where why how all any each some please only also just still yet very too now here every again because while about after before between during through more most much many other same such ' +
    'и а но или если что как чтобы то в во на с со к ко о об от до по за из у при под над без для про через не ни бы же ли я ты он она оно мы вы они мне меня тебя вас нас его её ее их мой моя моё мои наш наша ваш ваша это этот эта эти тот та те так там тут здесь когда где кто уже ещё еще есть был была было были будет нет можно нужно надо прошу пожалуйста только очень тоже между каждый каждая каждое каждые после перед потом сейчас теперь все всё весь всех сам себя свой который которая которые потому поэтому либо ' +
    'der die das ein eine einen und oder aber wenn dass in im an am auf aus bei mit nach von vor zu zum zur für über ist sind war nicht kein keine ich du er sie es wir ihr mein unser ihr ihre sich bitte nur noch auch sehr mehr schon wieder jeder jede jedes zwischen durch um wird werden wurde haben hat ' +
    "va yoki lekin agar bilan uchun ham bu shu men siz biz emas yo’q yo'q bor edi " +
    'le la les un une des et ou mais si de du dans sur avec pour par pas ne je vous nous il elle est sont el los las una y o pero en con por para no yo que se es son'
  ).split(' '),
)
