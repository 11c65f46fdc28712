import { deskWords } from './desk-words.ts'
import type { Sentence } from './sentences.ts'

/** What every shortening keeps: figures, codes, placeholders, and negations. */
const NEGATION =
  /(?<![\p{L}])(?:not?|never|none|nobody|nothing|without|cannot|can['’]?t|won['’]?t|don['’]?t|doesn['’]?t|didn['’]?t|isn['’]?t|aren['’]?t|wasn['’]?t|hasn['’]?t|haven['’]?t|couldn['’]?t|wouldn['’]?t|unable|не|нет|ни|никто|ничего|никогда|нельзя|без|невозможно|отсутствует|nicht|kein\p{L}*|nie|ohne|niemand)(?![\p{L}])|[不没無无未别]/iu
const FIGURE = /\d|<[A-Z]+_\d+>/u
const CODE =
  /(?<![\p{L}])[A-Z][A-Z0-9]{0,40}[_-][A-Z0-9]|(?<![\p{L}])[A-Z]{3,}(?![\p{L}])|(?<![\p{L}])[A-Za-z]{1,80}(?:Error|Exception)/u

const WORD = /[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu

export function isProtected(sentence: string): boolean {
  return FIGURE.test(sentence) || NEGATION.test(sentence) || CODE.test(sentence)
}

/** Has it at least two words of a support desk? */
export function hasDeskWords(sentence: string): boolean {
  return deskWords(sentence) > 1
}

export function isAgent(sentence: string): boolean {
  return AGENT.test(sentence)
}

/** The sentence cut to the words around its protected parts; a sentence without any stays whole. */
export function protectedCore(sentence: string): string {
  const words = sentence.split(' ')
  if (words.length <= 8 || !isProtected(sentence)) return sentence
  const keep = new Set<number>()
  words.forEach((word, i) => {
    if (!isProtected(word)) return
    for (let near = i - AROUND; near <= i + AROUND; near++) if (near >= 0 && near < words.length) keep.add(near)
  })
  if (/^[^:：]{1,30}[:：]$/.test(words[0] ?? '')) keep.add(0)
  const parts: string[] = []
  words.forEach((word, i) => {
    if (keep.has(i)) parts.push(word)
    else if (parts.at(-1) !== '…' && parts.length > 0) parts.push('…')
  })
  return parts.join(' ').replace(/ …$/, '')
}

const AROUND = 3

export function vocabulary(texts: string[]): { total: number; distinct: number } {
  const seen = new Set<string>()
  let total = 0
  for (const text of texts)
    for (const word of contentWords(text)) {
      total++
      seen.add(word)
    }
  return { total, distinct: seen.size }
}

/**
 * Scores how informative each sentence is. Content words count more if they are rare in this text or new; words of the desk,
 * questions, figures and negations count too. The first three sentences count more, turns of the desk less.
 */
export function information(sentences: Sentence[]): number[] {
  const words = sentences.map((sentence) => (sentence.removed ? [] : contentWords(sentence.text)))
  const inSentences = new Map<string, number>()
  for (const each of words) for (const word of new Set(each)) inSentences.set(word, (inSentences.get(word) ?? 0) + 1)
  const seen = new Set<string>()
  return sentences.map((sentence, i) => {
    if (sentence.removed) return 0
    let score = 0
    for (const word of new Set(words[i])) {
      const rarity = Math.log(1 + sentences.length / (inSentences.get(word) ?? 1))
      score += seen.has(word) ? 0.3 * rarity : rarity
      seen.add(word)
    }
    score /= 2 * Math.sqrt(Math.max(4, words[i]!.length))
    score += 2 * Math.min(5, deskWords(sentence.text))
    if (/[?？]/.test(sentence.text)) score += 0.5
    if (FIGURE.test(sentence.text)) score += 1
    if (NEGATION.test(sentence.text)) score += 1.5
    if (isAgent(sentence.speaker)) score *= 0.4
    return i < 3 ? 1.2 * score : score
  })
}

/** Turns of the desk and quoted lines: they are less informative about the ticket than the customer's. */
const AGENT =
  /^> |^(?:agent|operator|support|advisor|specialist|representative|rep|bot|оператор|специалист|сотрудник|поддержка|менеджер|бот|robot|客服|坐席)[^:：\n]{0,30}[:：]/iu

function contentWords(text: string): string[] {
  return (text.toLowerCase().match(WORD) ?? []).filter(
    (word) => !STOP.has(word) && (word.length > 2 || /[^a-zа-я]/.test(word)),
  )
}

const STOP = new Set(
  (
    'the and for that this with you your are was were have has had will would can could should been being from they them their there then than but not just about into over also very what when which who how ' +
    'its our out all any some more most other here where because while after before again did does doing get got make made know think like really well now still even much many too yes okay please thank thanks hello ' +
    'это что как так его она они мне меня нас вас вам вы мы ты он но или для при по из за на от до со об уже еще ещё был была было были будет быть есть там тут где когда если чтобы только очень тоже также вот ну да ' +
    'the der die das und ist ich sie wir nicht ein eine mit auf für von zu'
  ).split(' '),
)
