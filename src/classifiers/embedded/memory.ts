/**
 * Tickets that people corrected. A near duplicate of one gets its value: a correction applies at once, whatever the weights
 * predict.
 */
import type { Labels } from '../../contract/index.ts'

type Remembered = { ids: Int32Array; values: Float32Array; labels: Labels }

export type Memory = {
  kept: Remembered[]
  /** Feature -> the tickets in which it occurs, for a fast search. */
  places: Map<number, { at: number; value: number }[]>
}

/** Above this similarity two tickets say the same; a short ticket with another name or number stays above it. */
export const NEAR_DUPLICATE = 0.85
/** Beyond this the oldest are dropped: training has learnt them by then. */
const LIMIT = 5000

export function openMemory(kept: Remembered[] = []): Memory {
  const memory: Memory = { kept: [], places: new Map() }
  for (const ticket of kept) remember(memory, ticket)
  return memory
}

export function remember(memory: Memory, ticket: Remembered): void {
  if (memory.kept.length >= LIMIT) {
    const younger = memory.kept.slice(LIMIT / 10)
    memory.kept = []
    memory.places = new Map()
    for (const kept of younger) remember(memory, kept)
  }
  const at = memory.kept.push(ticket) - 1
  for (let k = 0; k < ticket.ids.length; k++) {
    const feature = ticket.ids[k]!
    const places = memory.places.get(feature)
    const place = { at, value: ticket.values[k]! }
    if (places) places.push(place)
    else memory.places.set(feature, [place])
  }
}

/** The value of the most similar corrected ticket for each field, with the similarity (cosine). */
export function recall(
  memory: Memory,
  ids: Int32Array,
  values: Float32Array,
): Map<string, { value: string; similarity: number }> {
  const found = new Map<string, { value: string; similarity: number }>()
  if (memory.kept.length === 0) return found
  const similarity = new Float64Array(memory.kept.length)
  for (let k = 0; k < ids.length; k++)
    for (const { at, value } of memory.places.get(ids[k]!) ?? []) similarity[at] = similarity[at]! + value * values[k]!
  // of two equal tickets the later correction wins
  for (let at = 0; at < similarity.length; at++)
    for (const [field, value] of Object.entries(memory.kept[at]!.labels)) {
      const before = found.get(field)
      if (!before || similarity[at]! >= before.similarity) found.set(field, { value, similarity: similarity[at]! })
    }
  return found
}
