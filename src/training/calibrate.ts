/** Fits the confidence of a model to how often it was correct, on decisions that people later confirmed or changed. */

import { sql } from 'drizzle-orm'
import { type Curve, fitCurve } from '../classifiers/index.ts'
import { rows, type Tx } from '../db/index.ts'
import { EMBEDDED_NAME, type RawHandled, saveCurve, saveRecord } from '../models/index.ts'
import { currentTaxonomy } from '../taxonomy/index.ts'

/** Tickets change over time, so only the newest judgements are used. */
const NEWEST = 5000
/** With this many new labels a curve is fitted at once; with fewer, at most once an hour. */
const ENOUGH_NEW = 50

/** A curve that was fitted and saved. */
type Calibrated = { model: string; field: string; kind: Curve['kind']; n: number }

/**
 * Fits a new curve where there are enough new labels, or any new label and the curve is missing or older than an hour. A model
 * with too few judged decisions gets no curve, and its confidence stays "not calibrated yet". What was judged is kept as the
 * track record of the model.
 */
export async function calibrateModels(db: Tx): Promise<Calibrated[]> {
  const fitted: Calibrated[] = []
  const { fields } = await currentTaxonomy(db)
  for (const { model, field } of await due(db)) {
    const handled = await handledOf(db, model, field)
    const curve = fitCurve(handled.map(({ p, value, expected }) => ({ p, right: value === expected })))
    const isText = fields.some(({ id, kind }) => id === field && kind === 'entity')
    await db.transaction(async (tx) => {
      if (curve) await saveCurve(tx, model, field, curve)
      await saveRecord(tx, model, field, isText ? handled.map(withoutText) : handled)
    })
    if (curve) fitted.push({ model, field, kind: curve.kind, n: curve.n })
  }
  return fitted
}

/** An entity is text of the ticket: only whether it was right is kept. */
const withoutText = ({ p, value, expected }: RawHandled): RawHandled => ({
  p,
  value: value === expected ? 'right' : 'wrong',
  expected: 'right',
})

/**
 * One row for each ticket, model and field: the answer when the ticket was decided, and the value that a person confirmed or set.
 * A reviewer's decision repeats the model's answer without asking the model, and does not count. The embedded classifier is left
 * out: it is calibrated during training on held-out tickets, and is a new model after each training.
 */
const judged = sql`
  select distinct on (d.ticket_id, d.model, l.field) d.model, l.field, l.updated_at,
    (d.answers -> l.field ->> 'raw')::float8 as p, d.answers -> l.field ->> 'value' as value, l.value as expected
  from labels l join decisions d on d.ticket_id = l.ticket_id
  where l.provenance in ('human', 'confirmed') and d.model not like ${`${EMBEDDED_NAME}%`} and d.model_ms is not null
    and d.answers -> l.field ->> 'raw' is not null and d.created_at > now() - interval '180 days'
  order by d.ticket_id, d.model, l.field, d.created_at desc`

async function due(db: Tx) {
  return rows<{ model: string; field: string }>(
    db,
    sql`select j.model, j.field from (${judged}) j
        left join track_records c on c.model = j.model and c.field = j.field
        left join calibrations k on k.model = j.model and k.field = j.field
        group by j.model, j.field, c.created_at, k.created_at
        having c.created_at is null
          or count(*) filter (where j.updated_at > c.created_at) >= case when k.created_at is null then 1 else ${ENOUGH_NEW} end
          or (max(j.updated_at) > c.created_at and c.created_at < now() - interval '1 hour')
        order by j.model, j.field`,
  )
}

/** The newest, oldest first. */
async function handledOf(db: Tx, model: string, field: string): Promise<RawHandled[]> {
  const found = await rows<RawHandled>(
    db,
    sql`select j.p, j.value, j.expected from (${judged}) j where j.model = ${model} and j.field = ${field}
        order by j.updated_at desc limit ${NEWEST}`,
  )
  return found.reverse()
}
