/** Calibration curves from the database, kept at hand: an answer cannot wait for a query. */

import { sql } from 'drizzle-orm'
import { type Calibration, Curve } from '../classifiers/index.ts'
import type { Tx } from '../db/index.ts'
import { calibrations } from '../db/index.ts'

const REFRESH_MS = 60_000

export type Curves = ReturnType<typeof openCurves>

export function openCurves(db: Tx) {
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
  const quietly = () => load().catch(() => {}) // the old curves stay good until the database is back
  const ready = quietly()
  const timer = setInterval(quietly, REFRESH_MS)
  timer.unref()
  return {
    /** Takes in curves that were just fitted. */
    refresh: load,
    /** Once they were read for the first time. */
    ready,
    of: (model: string) => known.get(model) ?? null,
    close: () => clearInterval(timer),
  }
}

/** Stores the curve of one field of a model in place of the one there was. */
export async function saveCurve(db: Tx, model: string, field: string, curve: Curve): Promise<void> {
  const row = { curve, n: curve.n, createdAt: sql`now()` }
  await db
    .insert(calibrations)
    .values({ model, field, ...row })
    .onConflictDoUpdate({ target: [calibrations.model, calibrations.field], set: row })
}
