/**
 * Which words and word pairs contributed most to a value. The model stores no strings: the words of the ticket are hashed
 * again, and character n-grams count for the word that contains them.
 */
import { type Extractor, FORM, type Input } from './features.ts'
import type { Field } from './field.ts'
import type { Vector } from './vector.ts'
import type { Vocabulary } from './vocabulary.ts'

const SHOWN = 5

type Known = { vector: Vector; vocabulary: Vocabulary; extractor: Extractor }

export function explain(field: Field, chosen: number, input: Input, { vector, vocabulary, extractor }: Known) {
  const contributions = contributionsOf(field, chosen, vector)
  const form = Object.entries(input.metadata ?? {}).map(([key, value]) => `${key}=${value}`)
  const times = new Map<number, number>()
  const visit = (each: (id: number, name: () => string) => void) =>
    extractor.extract(input, (hash, block, at, words) => {
      const id = vocabulary.index.get(hash)
      if (contributions.has(id))
        each(id, () => (block === FORM ? form[at]! : vector.words.slice(at + 1 - words, at + 1).join(' ')))
    })
  visit((id) => times.set(id, (times.get(id) ?? 0) + 1))
  const weights = new Map<string, number>()
  visit((id, name) => weights.set(name(), (weights.get(name()) ?? 0) + contributions.get(id)! / times.get(id)!))
  return [...weights]
    .map(([feature, weight]) => ({ feature, weight: Math.round(weight * 1000) / 1000 }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || (a.feature < b.feature ? -1 : 1))
    .slice(0, SHOWN)
}

/** Relative to the mean of the other values: a feature that supports all values supports none. */
function contributionsOf(field: Field, chosen: number, { ids, values }: Vector): Map<number, number> {
  const others = Math.max(1, field.classes.length - 1)
  const contributions = new Map<number, number>()
  for (let k = 0; k < ids.length; k++) {
    const base = ids[k]! * field.stride
    if (base >= field.weights.length) continue
    let rest = 0
    for (let c = 0; c < field.classes.length; c++) if (c !== chosen) rest += field.weights[base + c]!
    contributions.set(ids[k]!, values[k]! * (field.weights[base + chosen]! - rest / others))
  }
  return contributions
}
