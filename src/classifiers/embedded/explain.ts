/**
 * Which words and pairs of words pulled a ticket towards a value. The model keeps no strings: the ticket's own words are
 * hashed again, and character n-grams are counted for the word they stand in.
 */
import { type Extractor, FORM, type Input } from './features.ts'
import type { Field } from './field.ts'
import type { Vector } from './vector.ts'
import type { Vocabulary } from './vocabulary.ts'

const SHOWN = 5

type Known = { vector: Vector; vocabulary: Vocabulary; extractor: Extractor }

export function explain(field: Field, chosen: number, input: Input, { vector, vocabulary, extractor }: Known) {
  const pulls = pullsOf(field, chosen, vector)
  const form = Object.entries(input.metadata ?? {}).map(([key, value]) => `${key}=${value}`)
  const times = new Map<number, number>()
  const visit = (each: (id: number, name: () => string) => void) =>
    extractor.extract(input, (hash, block, at, words) => {
      const id = vocabulary.index.get(hash)
      if (pulls.has(id))
        each(id, () => (block === FORM ? form[at]! : vector.words.slice(at + 1 - words, at + 1).join(' ')))
    })
  visit((id) => times.set(id, (times.get(id) ?? 0) + 1))
  const weights = new Map<string, number>()
  visit((id, name) => weights.set(name(), (weights.get(name()) ?? 0) + pulls.get(id)! / times.get(id)!))
  return [...weights]
    .map(([feature, weight]) => ({ feature, weight: Math.round(weight * 1000) / 1000 }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || (a.feature < b.feature ? -1 : 1))
    .slice(0, SHOWN)
}

/** Against the mean of the other values: what speaks for all of them speaks for none. */
function pullsOf(field: Field, chosen: number, { ids, values }: Vector): Map<number, number> {
  const others = Math.max(1, field.classes.length - 1)
  const pulls = new Map<number, number>()
  for (let k = 0; k < ids.length; k++) {
    const base = ids[k]! * field.stride
    if (base >= field.weights.length) continue
    let rest = 0
    for (let c = 0; c < field.classes.length; c++) if (c !== chosen) rest += field.weights[base + c]!
    pulls.set(ids[k]!, values[k]! * (field.weights[base + chosen]! - rest / others))
  }
  return pulls
}
