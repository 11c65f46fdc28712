import type { Dropped } from './dropped.ts'
import { isFiller, withoutHedges } from './filler.ts'
import { hasDeskWords, information, isAgent, isProtected, protectedCore, vocabulary } from './information.ts'
import { joined, type Sentence, sentencesOf } from './sentences.ts'
import { estimateTokens } from './tokens.ts'

export type Budget = {
  /** Texts up to this many tokens stay as they are. */
  tokens: number
  /** Counts as the model server does, where it was asked; without it the tokens are estimated. */
  countTokens?: (text: string) => number
}

/**
 * Shortens a long text to the budget in three steps, each only if the one before was not enough: removes fillers and repeated
 * sentences, then the least informative sentences, then everything in a sentence but its core. A wordy text is cut further than
 * a dense one. The order stays; so do numbers, ids, error codes and negations.
 */
export function withinBudget(text: string, budget: Budget, dropped: Dropped): string {
  const count = budget.countTokens ?? estimateTokens
  if (count(text) <= budget.tokens) return text
  const sentences = sentencesOf(text)
  const plain = withoutFillers(sentences, dropped)
  const target = Math.round(budget.tokens * budgetShare(plain))
  const costs = plain.map((sentence) => Math.max(1, count(sentence.text)))
  const shorter = withoutLeastInformative(plain, costs, target, dropped)
  const kept =
    shorter.cost > target ? coresOnly(shorter.sentences, shorter.cost, target, count, dropped) : shorter.sentences
  const result = joined(kept)
  // If the text is only politeness, it stays.
  return hardLimit(/[\p{L}\p{N}]/u.test(result) ? result : text, HARD_LIMIT * budget.tokens, count, dropped)
}

/** A ticket of protected text alone, such as a megabyte of numbers, is cut to this many budgets. */
const HARD_LIMIT = 4

function withoutFillers(sentences: Sentence[], dropped: Dropped): Sentence[] {
  const seen = new Set<string>()
  return sentences.map((sentence) => {
    const words = sentence.text.replace(sentence.speaker, '')
    const key = words
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim()
    if (key !== '' && isFiller(words, isAgent(sentence.speaker))) return without(sentence, 'filler', dropped)
    if (key.length > 12 && seen.has(key)) return without(sentence, 'repeat', dropped)
    seen.add(key)
    const text = withoutHedges(sentence.text)
    dropped.add('filler', sentence.text.length - text.length)
    return { ...sentence, text }
  })
}

function without(sentence: Sentence, what: string, dropped: Dropped): Sentence {
  dropped.add(what, sentence.text.length)
  return { ...sentence, removed: true }
}

/** Share of the budget that this text gets: chatter gets half of what a dense report gets. */
function budgetShare(sentences: Sentence[]): number {
  const words = vocabulary(sentences.map((sentence) => sentence.text))
  const density = words.total === 0 ? 1 : words.distinct / words.total
  return density > 0.8 ? 1 : density > 0.55 ? 0.75 : 0.5
}

function withoutLeastInformative(
  sentences: Sentence[],
  costs: number[],
  target: number,
  dropped: Dropped,
): { sentences: Sentence[]; cost: number } {
  const scores = information(sentences)
  const result = [...sentences]
  // The customer's first sentence with words of the desk states the problem: it stays, even if later ones hold more figures.
  const lead = sentences.findIndex((each) => !each.removed && !isAgent(each.speaker) && hasDeskWords(each.text))
  let cost = 0
  for (const [i, sentence] of sentences.entries()) if (!sentence.removed && sentence.text !== '') cost += costs[i]!
  const order = [...sentences.keys()]
    .filter(
      (i) => !sentences[i]!.removed && sentences[i]!.text !== '' && i !== lead && !isProtected(sentences[i]!.text),
    )
    .sort((a, b) => scores[a]! - scores[b]!)
  for (const i of order) {
    if (cost <= target) break
    result[i] = without(sentences[i]!, 'low information', dropped)
    cost -= costs[i]!
  }
  return { sentences: result, cost }
}

/** Cuts sentences that must stay to the words around their protected parts, the least informative sentences first. */
function coresOnly(
  sentences: Sentence[],
  cost: number,
  target: number,
  count: (text: string) => number,
  dropped: Dropped,
): Sentence[] {
  const scores = information(sentences)
  const order = [...sentences.keys()].filter((i) => !sentences[i]!.removed).sort((a, b) => scores[a]! - scores[b]!)
  const result = [...sentences]
  let left = cost
  for (const i of order) {
    if (left <= target) break
    const sentence = result[i]!
    const core = protectedCore(sentence.text)
    if (core.length >= sentence.text.length) continue
    dropped.add('low information', sentence.text.length - core.length)
    left -= count(sentence.text) - count(core)
    result[i] = { ...sentence, text: core }
  }
  return result
}

function hardLimit(text: string, tokens: number, count: (text: string) => number, dropped: Dropped): string {
  const cost = count(text)
  if (cost <= tokens) return text
  const characters = Math.floor((text.length * tokens) / cost)
  const head = text.slice(0, Math.round(characters * 0.7)).replace(/\S{0,60}$/, '')
  const tail = text.slice(-Math.round(characters * 0.25)).replace(/^\S{0,60}/, '')
  dropped.add('overlong', text.length - head.length - tail.length)
  return `${head.trimEnd()}\n[...]\n${tail.trimStart()}`
}
