import type { Dropped } from './dropped.ts'
import { isFiller, withoutHedges } from './filler.ts'
import { information, isAgent, isProtected, isTelling, protectedCore, vocabulary } from './information.ts'
import { joined, type Sentence, sentencesOf } from './sentences.ts'
import { estimateTokens } from './tokens.ts'

export type Budget = {
  /** Texts up to this many tokens stay as they are. */
  tokens: number
  /** The model server's own count, where it can be asked; ours is an estimate. */
  countTokens?: (text: string) => number
}

/**
 * Brings a long text within the budget, in three depths, each only if the one before was not enough: what nobody would miss
 * (greetings, thanks, hold-the-line, sentences said before), then what says least, then everything but the core of a sentence. A
 * text that says little in many words is cut further than a dense one. Order stays; numbers, ids, error codes and negations stay.
 */
export function withinBudget(text: string, budget: Budget, dropped: Dropped): string {
  const count = budget.countTokens ?? estimateTokens
  if (count(text) <= budget.tokens) return text
  const sentences = sentencesOf(text)
  const light = withoutFillers(sentences, dropped)
  const target = Math.round(budget.tokens * spread(light))
  const costs = light.map((sentence) => Math.max(1, count(sentence.text)))
  const middle = withoutLeastTelling(light, costs, target, dropped)
  const deep =
    middle.cost > target ? coresOnly(middle.sentences, middle.cost, target, count, dropped) : middle.sentences
  const result = joined(deep)
  // Nothing but politeness: then that is the ticket.
  return hardLimit(/[\p{L}\p{N}]/u.test(result) ? result : text, HARD_LIMIT * budget.tokens, count, dropped)
}

/** However dense, a ticket stays below this many budgets: only a megabyte of numbers gets here. */
const HARD_LIMIT = 4

function withoutFillers(sentences: Sentence[], dropped: Dropped): Sentence[] {
  const seen = new Set<string>()
  return sentences.map((sentence) => {
    const said = sentence.text.replace(sentence.speaker, '')
    const key = said
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim()
    if (key !== '' && isFiller(said, isAgent(sentence.speaker))) return without(sentence, 'filler', dropped)
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

/** Share of the budget that this text deserves: chatter gets half of what a dense report gets. */
function spread(sentences: Sentence[]): number {
  const words = vocabulary(sentences.map((sentence) => sentence.text))
  const density = words.total === 0 ? 1 : words.distinct / words.total
  return density > 0.8 ? 1 : density > 0.55 ? 0.75 : 0.5
}

function withoutLeastTelling(
  sentences: Sentence[],
  costs: number[],
  target: number,
  dropped: Dropped,
): { sentences: Sentence[]; cost: number } {
  const scores = information(sentences)
  const result = [...sentences]
  // The first thing that somebody says of the matter is the matter, whatever figures come after it.
  const lead = sentences.findIndex((each) => !each.removed && !isAgent(each.speaker) && isTelling(each.text))
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

/** Sentences that must not go keep the words around what must stay; the least telling are cut first. */
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
