/**
 * Tickets that people corrected. A near-copy of one gets its value: a correction holds from the next minute on, whatever
 * the weights make of it.
 */
import type { Labels } from '../../contract/index.ts'

type Kept = { ids: Int32Array; values: Float32Array; labels: Labels }

export type Memory = {
  kept: Kept[]
  /** Feature -> where it occurs, for a fast search. */
  places: Map<number, { at: number; value: number }[]>
}

/** Above this likeness two tickets say the same; a changed name or number in a short ticket stays above it. */
export const NEAR_COPY = 0.85
/** The oldest are dropped: a full training has learnt them by then. */
const LIMIT = 5000

export function openMemory(kept: Kept[] = []): Memory {
  const memory: Memory = { kept: [], places: new Map() }
  for (const one of kept) remember(memory, one)
  return memory
}

export function remember(memory: Memory, one: Kept): void {
  if (memory.kept.length >= LIMIT) {
    const younger = memory.kept.slice(LIMIT / 10)
    memory.kept = []
    memory.places = new Map()
    for (const kept of younger) remember(memory, kept)
  }
  const at = memory.kept.push(one) - 1
  for (let k = 0; k < one.ids.length; k++) {
    const feature = one.ids[k]!
    const places = memory.places.get(feature)
    const place = { at, value: one.values[k]! }
    if (places) places.push(place)
    else memory.places.set(feature, [place])
  }
}

/** The most alike corrected ticket for each field, with its likeness (cosine). */
export function recall(
  memory: Memory,
  ids: Int32Array,
  values: Float32Array,
): Map<string, { value: string; likeness: number }> {
  const found = new Map<string, { value: string; likeness: number }>()
  if (memory.kept.length === 0) return found
  const likeness = new Float64Array(memory.kept.length)
  for (let k = 0; k < ids.length; k++)
    for (const { at, value } of memory.places.get(ids[k]!) ?? []) likeness[at] = likeness[at]! + value * values[k]!
  // The later of two equal ones wins: people change their minds.
  for (let at = 0; at < likeness.length; at++)
    for (const [field, value] of Object.entries(memory.kept[at]!.labels)) {
      const before = found.get(field)
      if (!before || likeness[at]! >= before.likeness) found.set(field, { value, likeness: likeness[at]! })
    }
  return found
}
