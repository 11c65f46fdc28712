/**
 * A ticket as a list of hashed features: word 1-2 grams, in-word character 2-5 grams, and form fields. Hashed straight
 * to numbers: keeping the strings took 1.6 GB for 38,000 tickets.
 */

/** The parts of a ticket that the classifier reads. */
export type Input = { subject: string; text: string; metadata?: Record<string, string>; language?: string }

/** Features of one kind are normalised together, so that many character n-grams do not outweigh few words. */
export const WORDS = 0
const CHARACTERS = 1
export const FORM = 2
export const BLOCKS = 3

/** Receives a feature of the `words` words that end at word `at`; for a form field, `at` is its index among the entries. */
export type Sink = (hash: number, block: number, at: number, words: number) => void

const SHORTEST = 2
const LONGEST = 5
/** The first letters of a word serve as its stem: 0.5 points at 300 labels, more on small sets, in any alphabet. */
const STEM = 4
/** Longer words are hashes, tokens or encoded attachments: only their beginning is read. */
const WORD_LIMIT = 40
/** Further words are ignored; a prepared ticket is far shorter. */
const WORDS_READ = 2000
/** A longer form field is free text and is ignored. */
const FORM_LIMIT = 100
const CACHED_WORDS = 40_000

const WORD = /[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}]+)*/gu
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
const UNSPACED_RUN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{M}]+|[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu

/** The words of a text in lower case. In scripts without spaces each character is a word. */
function wordsOf(text: string): string[] {
  const found = text.normalize('NFKC').toLowerCase().match(WORD) ?? []
  if (!UNSPACED.test(text)) return found.length > WORDS_READ ? found.slice(0, WORDS_READ) : found
  const words: string[] = []
  for (const word of found)
    if (!UNSPACED.test(word)) words.push(word)
    else
      for (const run of word.match(UNSPACED_RUN) ?? [])
        if (UNSPACED.test(run)) words.push(...run)
        else words.push(run)
  return words.length > WORDS_READ ? words.slice(0, WORDS_READ) : words
}

/** Lines with > may be by somebody else. */
function splitQuoted(text: string): { own: string; quoted: string } {
  if (!QUOTED.test(text)) return { own: text, quoted: '' }
  const lines = text.split('\n')
  return {
    own: lines.filter((line) => !QUOTED.test(line)).join('\n'),
    quoted: lines.filter((line) => QUOTED.test(line)).join('\n'),
  }
}

const QUOTED = /^> /m

type WordHashes = { word: number; stem: number | null; grams: Int32Array }

/** Hashes the features of tickets. Caches words: a few thousand words make up most of a desk's tickets. */
export function openExtractor() {
  let known = new Map<string, WordHashes>()

  function lookUp(word: string): WordHashes {
    let hashes = known.get(word)
    if (hashes) return hashes
    const read = word.length > WORD_LIMIT ? word.slice(0, WORD_LIMIT) : word
    const stem = read.length > STEM ? hashText(read.slice(0, STEM), STEM_SEED) : null
    hashes = { word: hashText(read, WORD_SEED), stem, grams: gramsOf(read) }
    if (known.size >= CACHED_WORDS) known = new Map()
    known.set(word, hashes)
    return hashes
  }

  /** Calls `take` for every feature of the ticket, including repeats, and returns the words of the ticket. */
  function extract(input: Input, take: Sink): string[] {
    const subject = wordsOf(input.subject)
    const { own, quoted } = splitQuoted(input.text)
    const words = subject.concat(wordsOf(own))
    const ownWords = words.length
    if (quoted !== '') for (const word of wordsOf(quoted)) words.push(word)
    let before = 0
    for (let w = 0; w < words.length; w++) {
      const { word, stem, grams } = lookUp(words[w]!)
      take(word, WORDS, w, 1)
      // a quoted word counts by itself alone, and so weighs less
      if (w >= ownWords) continue
      if (stem !== null) take(stem, WORDS, w, 1)
      // the last word of the subject and the first word of the text are not a pair
      if (w > 0 && w !== subject.length) take(mix(Math.imul(before, 31) + word), WORDS, w, 2)
      if (w < subject.length) take(mix(word ^ SUBJECT_SEED), WORDS, w, 1)
      for (let g = 0; g < grams.length; g++) take(grams[g]!, CHARACTERS, w, 1)
      before = word
    }
    for (const [at, [key, value]] of Object.entries(input.metadata ?? {}).entries())
      if (value !== '' && value.length <= FORM_LIMIT)
        take(hashText(`${key}=${value.normalize('NFKC').toLowerCase()}`, FORM_SEED), FORM, at, 0)
    return words
  }

  return { extract }
}

export type Extractor = ReturnType<typeof openExtractor>

const STEM_SEED = 0x7f4a7c15
const WORD_SEED = 0x51ed270b
const SUBJECT_SEED = 0x2545f491
const FORM_SEED = 0x1b873593
const GRAM_SEED = 0x3c6ef372

/** N-grams of a word between two marks, like `char_wb` of scikit-learn. */
function gramsOf(word: string): Int32Array {
  const marked = `\u0002${word}\u0003`
  const length = marked.length
  let count = 0
  for (let n = SHORTEST; n <= LONGEST; n++) count += Math.max(0, length - n + 1)
  const grams = new Int32Array(count)
  let g = 0
  for (let from = 0; from < length; from++) {
    let hash = GRAM_SEED
    for (let n = 1; n <= LONGEST && from + n <= length; n++) {
      hash = Math.imul(hash ^ marked.charCodeAt(from + n - 1), 0x01000193)
      if (n >= SHORTEST) grams[g++] = mix(hash + n)
    }
  }
  return grams
}

function hashText(text: string, seed: number): number {
  let hash = seed
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return mix(hash)
}

/** The finalizer of MurmurHash3: with FNV alone the high bits of short strings are too similar. */
function mix(hash: number): number {
  let h = hash | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) | 0
}
