/** Calibration curves and track records from the database, kept in memory: an answer cannot wait for a query. */
import { sql } from 'drizzle-orm'
import { applyCurve, type Calibration, Curve } from '../classifiers/index.ts'
import type { TrackRecord } from '../contract/index.ts'
import type { Tx } from '../db/index.ts'
import { calibrations, trackRecords } from '../db/index.ts'

const REFRESH_MS = 60_000

/** The curves in memory, reloaded once a minute. */
export type Curves = {
  /** Reloads the curves, after new ones were fitted. */
  refresh(): Promise<void>
  /** Resolves after the first load. */
  ready: Promise<void>
  of(model: string): Calibration | null
  /** How the answers of this model for a field turned out. */
  record(model: string, field: string): TrackRecord
  close(): void
}

/** Starts to load the curves, and reloads them once a minute. */
export function openCurves(db: Tx): Curves {
  let known = new Map<string, Calibration>()
  let records = new Map<string, TrackRecord>()
  const load = async () => {
    const fresh = new Map<string, Calibration>()
    for (const { model, field, curve } of await db.select().from(calibrations)) {
      const calibration = fresh.get(model) ?? { model, fields: {} }
      calibration.fields[field] = Curve.parse(curve)
      fresh.set(model, calibration)
    }
    const rows = await db.select().from(trackRecords)
    records = new Map(
      rows.map(({ model, field, tickets }) => [
        `${model}/${field}`,
        recordOf(tickets, fresh.get(model)?.fields[field] ?? null),
      ]),
    )
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
    record: (model, field) => records.get(`${model}/${field}`) ?? NO_RECORD,
    close: () => clearInterval(timer),
  }
}

const NO_RECORD: TrackRecord = { handled: [], calibrated: false }

function recordOf(tickets: (typeof trackRecords.$inferSelect)['tickets'], curve: Curve | null): TrackRecord {
  const handled = tickets.map(([p, value, expected]) => ({ confidence: applyCurve(curve, p) ?? p, value, expected }))
  return { handled, calibrated: curve !== null }
}

/** Stores the curve of one field of a model; replaces an older one. */
export async function saveCurve(db: Tx, model: string, field: string, curve: Curve): Promise<void> {
  const row = { curve, n: curve.n, createdAt: sql`now()` }
  await db
    .insert(calibrations)
    .values({ model, field, ...row })
    .onConflictDoUpdate({ target: [calibrations.model, calibrations.field], set: row })
}

/** A handled ticket with the raw confidence of the model. */
export type RawHandled = { p: number; value: string; expected: string }

/** More do not make a promise surer, and each process keeps them in memory. */
const KEPT = 1000

/** Stores how the answers for one field of a model turned out, oldest first; replaces an older record. */
export async function saveRecord(db: Tx, model: string, field: string, handled: RawHandled[]): Promise<void> {
  const tickets = handled.slice(-KEPT).map(({ p, value, expected }): [number, string, string] => [p, value, expected])
  const row = { tickets, createdAt: sql`now()` }
  await db
    .insert(trackRecords)
    .values({ model, field, ...row })
    .onConflictDoUpdate({ target: [trackRecords.model, trackRecords.field], set: row })
}
