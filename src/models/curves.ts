/** Calibration curves from the database, kept in memory: an answer cannot wait for a query. */
import { sql } from 'drizzle-orm'
import { type Calibration, Curve } from '../classifiers/index.ts'
import type { Tx } from '../db/index.ts'
import { calibrations } from '../db/index.ts'

const REFRESH_MS = 60_000

/** The curves in memory, reloaded once a minute. */
export type Curves = {
  /** Reloads the curves, after new ones were fitted. */
  refresh(): Promise<void>
  /** Resolves after the first load. */
  ready: Promise<void>
  of(model: string): Calibration | null
  close(): void
}

/** Starts to load the curves, and reloads them once a minute. */
export function openCurves(db: Tx): Curves {
  let known = new Map<string, Calibration>()
  const load = async () => {
    const fresh = new Map<string, Calibration>()
    for (const { model, field, curve } of await db.select().from(calibrations)) {
      const calibration = fresh.get(model) ?? { model, fields: {} }
      calibration.fields[field] = Curve.parse(curve)
      fresh.set(model, calibration)
    }
    known = fresh
  }
  // on an error the curves in memory stay in use until the database is available again
  const tryLoad = () => load().catch(() => {})
  const ready = tryLoad()
  const timer = setInterval(tryLoad, REFRESH_MS)
  timer.unref()
  return {
    refresh: load,
    ready,
    of: (model: string) => known.get(model) ?? null,
    close: () => clearInterval(timer),
  }
}

/** Stores the curve of one field of a model; replaces an older one. */
export async function saveCurve(db: Tx, model: string, field: string, curve: Curve): Promise<void> {
  const row = { curve, n: curve.n, createdAt: sql`now()` }
  await db
    .insert(calibrations)
    .values({ model, field, ...row })
    .onConflictDoUpdate({ target: [calibrations.model, calibrations.field], set: row })
}
