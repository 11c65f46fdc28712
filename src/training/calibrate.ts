/** Fits the confidence of a model to how often it was correct, on decisions that people later confirmed or changed. */

import { sql } from 'drizzle-orm'
import { type Curve, fitCurve, type Sample } from '../classifiers/index.ts'
import { rows, type Tx } from '../db/index.ts'
import { EMBEDDED_NAME, saveCurve } from '../models/index.ts'

/** Tickets change over time, so only the newest judgements are used. */
const NEWEST = 5000
/** With this many new labels a curve is fitted at once; with fewer, at most once an hour. */
const ENOUGH_NEW = 50

/** A curve that was fitted and saved. */
type Calibrated = { model: string; field: string; kind: Curve['kind']; n: number }

/**
 * Fits a new curve where there are enough new labels, or any new label and the curve is older than an hour. A model with too few
 * judged decisions gets no curve, and its confidence stays "not calibrated yet".
 */
export async function calibrateModels(db: Tx): Promise<Calibrated[]> {
  const fitted: Calibrated[] = []
  for (const { model, field } of await due(db)) {
    const curve = fitCurve(await samplesOf(db, model, field))
    if (!curve) continue
    await saveCurve(db, model, field, curve)
    fitted.push({ model, field, kind: curve.kind, n: curve.n })
  }
  return fitted
}

/**
 * One row for each ticket, model and field: the answer when the ticket was decided, and the value that a person confirmed or set.
 * A reviewer's decision repeats the model's answer without asking the model, and does not count. The embedded classifier is left
 * out: it is calibrated during training on held-out tickets, and is a new model after each training.
 */
const judged = sql`
  select distinct on (d.ticket_id, d.model, l.field) d.model, l.field, l.updated_at,
    (d.answers -> l.field ->> 'raw')::float8 as p, d.answers -> l.field ->> 'value' = l.value as right
  from labels l join decisions d on d.ticket_id = l.ticket_id
  where l.provenance in ('human', 'confirmed') and d.model not like ${`${EMBEDDED_NAME}%`} and d.model_ms is not null
    and d.answers -> l.field ->> 'raw' is not null and d.created_at > now() - interval '180 days'
  order by d.ticket_id, d.model, l.field, d.created_at desc`

async function due(db: Tx) {
  return rows<{ model: string; field: string }>(
    db,
    sql`select j.model, j.field from (${judged}) j
        left join calibrations c on c.model = j.model and c.field = j.field
        group by j.model, j.field, c.created_at
        having c.created_at is null
          or count(*) filter (where j.updated_at > c.created_at) >= ${ENOUGH_NEW}
          or (max(j.updated_at) > c.created_at and c.created_at < now() - interval '1 hour')
        order by j.model, j.field`,
  )
}

async function samplesOf(db: Tx, model: string, field: string): Promise<Sample[]> {
  return rows<Sample>(
    db,
    sql`select j.p, j.right from (${judged}) j where j.model = ${model} and j.field = ${field}
        order by j.updated_at desc limit ${NEWEST}`,
  )
}
