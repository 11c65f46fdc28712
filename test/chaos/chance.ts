/** Seeded chance: the same seed draws the same faults in the same order, though not at the same moment of the run. */
import { seeded } from '../../src/classifiers/embedded/random.ts'

export type Chance = ReturnType<typeof openChance>

export function openChance(seed: number) {
  const random = seeded(seed)
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)]!
  return {
    pick,
    between: (from: number, to: number) => from + random.next() * (to - from),
    happens: (share: number) => random.next() < share,
    /** A chance of its own, so that what one part draws does not depend on the speed of another. */
    part: (n: number) => openChance(seed * 31 + n),
    /** Draws without putting back until all were drawn: in a short run each kind still happens. */
    bag<T>(list: readonly T[]): () => T {
      let left: T[] = []
      return () => {
        if (left.length === 0) left = [...list]
        return left.splice(random.below(left.length), 1)[0]!
      }
    },
  }
}

/** How often what happened. */
export type Tally = { add(name: string, n?: number): void; all(): Record<string, number> }

export function openTally(): Tally {
  const counts: Record<string, number> = {}
  return {
    add(name, n = 1) {
      counts[name] = (counts[name] ?? 0) + n
    },
    all: () => counts,
  }
}
