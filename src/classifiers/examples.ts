/** Finds the labelled tickets most similar to this one, to show them to a model. In memory, on hashed n-grams. */
import type { LabelledTicket, Labels, Prepared, Taxonomy } from '../contract/index.ts'
import { type Input, openExtractor } from './embedded/index.ts'
import { type Example, missingLabels } from './endpoint/index.ts'

/** Tickets whose values people gave or confirmed, newest last, masked like all stored text. */
export type LabelledTickets = (limit: number) => Promise<LabelledTicket[]>

const NEWEST = 2000
const REFRESH_MS = 60_000
/** Less similar tickets do not help: sharing only a greeting gives about 0.1. */
const SIMILAR = 0.15

/** Opens the search over these tickets; they are loaded again once a minute. */
export function openExamples(labelled: LabelledTickets) {
  let index: Index | null = null
  let loaded = Number.NEGATIVE_INFINITY
  let loading: Promise<void> | null = null
  const load = async () => {
    index = buildIndex(await labelled(NEWEST))
    loaded = performance.now()
  }
  return async (prepared: Prepared, taxonomy: Taxonomy, count: number): Promise<Example[]> => {
    if (performance.now() - loaded > REFRESH_MS) {
      loading ??= load().finally(() => {
        loading = null
      })
      await loading
    }
    // the most similar example comes last, next to the ticket itself
    return (index?.nearest(prepared, count, (labels) => missingLabels(taxonomy, labels).length === 0) ?? []).reverse()
  }
}

type Words = Pick<Input, 'subject' | 'text'>

type Index = { nearest(input: Words, count: number, fits: (labels: Labels) => boolean): Example[] }

export function buildIndex(tickets: LabelledTicket[]): Index {
  const { extract } = openExtractor()
  const countsOf = ({ subject, text }: Words) => {
    const counts = new Map<number, number>()
    // form fields are left out: they are not words
    extract({ subject, text }, (hash) => counts.set(hash, (counts.get(hash) ?? 0) + 1))
    return counts
  }
  const counted = tickets.map(countsOf)
  const frequency = new Map<number, number>()
  for (const counts of counted) for (const hash of counts.keys()) frequency.set(hash, (frequency.get(hash) ?? 0) + 1)
  const weigh = (counts: Map<number, number>) => {
    const weights = [...counts].map(([hash, n]): [number, number] => {
      const rarity = Math.log((tickets.length + 1) / ((frequency.get(hash) ?? 0) + 1)) + 1
      return [hash, (1 + Math.log(n)) * rarity]
    })
    const length = Math.sqrt(weights.reduce((sum, [, w]) => sum + w * w, 0)) || 1
    return weights.map(([hash, w]): [number, number] => [hash, w / length])
  }
  const places = new Map<number, { at: number; weight: number }[]>()
  for (const [at, counts] of counted.entries())
    for (const [hash, weight] of weigh(counts)) {
      const known = places.get(hash)
      if (known) known.push({ at, weight })
      else places.set(hash, [{ at, weight }])
    }
  return {
    nearest(input, count, fits) {
      const similarity = new Float64Array(tickets.length)
      for (const [hash, weight] of weigh(countsOf(input)))
        for (const place of places.get(hash) ?? []) similarity[place.at]! += weight * place.weight
      return [...similarity.keys()]
        .filter((at) => similarity[at]! >= SIMILAR && fits(tickets[at]!.labels))
        .sort((a, b) => similarity[b]! - similarity[a]! || b - a)
        .slice(0, count)
        .map((at) => ({ subject: tickets[at]!.subject, text: tickets[at]!.text, labels: tickets[at]!.labels }))
    },
  }
}
