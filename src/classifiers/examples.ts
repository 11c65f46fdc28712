/** The tickets that people judged and that are most like this one, to be shown to a model. In memory, on hashed n-grams. */
import type { LabelledTicket, Labels, Prepared, Taxonomy } from '../contract/index.ts'
import { type Input, openExtractor } from './embedded/index.ts'
import { type Example, missingLabels } from './endpoint/index.ts'

/** Tickets with values that people gave or confirmed, newest last, masked as all that we keep. */
export type JudgedTickets = (limit: number) => Promise<LabelledTicket[]>

const NEWEST = 2000
const REFRESH_MS = 60_000
/** Less alike than this teaches nothing: a mere greeting in common comes to about 0.1. */
const ALIKE = 0.15

export function openExamples(judged: JudgedTickets) {
  let index: Index | null = null
  let loaded = Number.NEGATIVE_INFINITY
  let loading: Promise<void> | null = null
  const load = async () => {
    index = buildIndex(await judged(NEWEST))
    loaded = performance.now()
  }
  return async (prepared: Prepared, taxonomy: Taxonomy, count: number): Promise<Example[]> => {
    if (performance.now() - loaded > REFRESH_MS) {
      loading ??= load().finally(() => {
        loading = null
      })
      await loading
    }
    // the most alike stands next to the ticket itself
    return (index?.nearest(prepared, count, (labels) => missingLabels(taxonomy, labels).length === 0) ?? []).reverse()
  }
}

type Words = Pick<Input, 'subject' | 'text'>

type Index = { nearest(input: Words, count: number, fits: (labels: Labels) => boolean): Example[] }

export function buildIndex(tickets: LabelledTicket[]): Index {
  const { extract } = openExtractor()
  const countsOf = ({ subject, text }: Words) => {
    const counts = new Map<number, number>()
    // form fields are no words to learn from
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
      const likeness = new Float64Array(tickets.length)
      for (const [hash, weight] of weigh(countsOf(input)))
        for (const place of places.get(hash) ?? []) likeness[place.at]! += weight * place.weight
      return [...likeness.keys()]
        .filter((at) => likeness[at]! >= ALIKE && fits(tickets[at]!.labels))
        .sort((a, b) => likeness[b]! - likeness[a]! || b - a)
        .slice(0, count)
        .map((at) => ({ subject: tickets[at]!.subject, text: tickets[at]!.text, labels: tickets[at]!.labels }))
    },
  }
}
