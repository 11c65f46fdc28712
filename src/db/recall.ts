import type { Tx } from './types.ts'

type Recall<T> = { get(db: Tx): Promise<T>; forget(): void }

// One for all: edits are rare, and reading again is cheap.
let edits = 0

/** Forgets all that is recalled: for after the commit of several edits that were saved together. */
export const forgetRecalled = (): void => void edits++

/**
 * Caches for a moment what is read for every ticket and rarely changes. An edit takes effect at once in the process that
 * makes it and calls `forget`, and within `ttlMs` in the others. A transaction is never answered from the cache: it has
 * its own view.
 */
export function recall<T>(ttlMs: number, load: (db: Tx) => Promise<T>): Recall<T> {
  const known = new WeakMap<Tx, { at: number; edits: number; value: Promise<T> }>()
  return {
    get(db) {
      const hit = known.get(db)
      if (hit && hit.edits === edits && performance.now() - hit.at < ttlMs) return hit.value
      const value = load(db)
      known.set(db, { at: performance.now(), edits, value })
      value.catch(() => known.delete(db))
      return value
    },
    forget: forgetRecalled,
  }
}
