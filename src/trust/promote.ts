/** A person promotes a value to automation, or takes it out. For future tickets only: what is decided stays as it is. */
import { sql } from 'drizzle-orm'
import type { Connection, Taxonomy } from '../contract/index.ts'
import { autonomy, recordAudit, type Tx } from '../db/index.ts'
import { Rejected } from '../errors.ts'
import { lockValue } from './lock.ts'
import { type Standing, saysMissing, standingsOf } from './standing.ts'

type Asked = {
  connection: Pick<Connection, 'id' | 'name' | 'mode' | 'settings'>
  taxonomy: Pick<Taxonomy, 'fields'>
  field: string
  value: string
  actor: string
}

/**
 * Promotes a value. The evidence is looked at once more, in the same transaction. Where the connection asks for two
 * people, the first one only asks. Throws Rejected 409 when the evidence is not enough, or the same person asks twice.
 */
export async function promote(db: Tx, asked: Asked): Promise<Standing> {
  const { connection, actor } = asked
  return change(db, asked, ({ state, set, proof, asked }) => {
    if (proof.missing > 0)
      throw new Rejected(409, saysMissing(proof, asked), {
        next: 'Wait for more handled tickets, or confirm decisions in the review queue.',
      })
    const isFirst = connection.settings.promotion === 'two' && state !== 'asked'
    if (state === 'asked' && set?.by === actor)
      throw new Rejected(409, `${actor} has asked for it already`, { next: 'A second person has to agree.' })
    const because = `${proof.right} of ${proof.n} handled tickets were right`
    return { action: 'promote', state: isFirst ? ('asked' as const) : ('promoted' as const), because }
  })
}

/** Takes a value out of automation; evidence starts anew. It is never refused. */
export async function demote(db: Tx, asked: Asked & { because: string }): Promise<Standing> {
  return change(db, asked, () => ({ action: 'demote', state: 'demoted' as const, because: asked.because }))
}

type Change = { action: string; state: 'asked' | 'promoted' | 'demoted'; because: string }

async function change(db: Tx, asked: Asked, decide: (now: Standing) => Change): Promise<Standing> {
  const { connection, taxonomy, field, value, actor } = asked
  return db.transaction(async (tx) => {
    const place = { connectionId: connection.id, field, value }
    await lockValue(tx, place)
    const [now] = await standingsOf(tx, connection, taxonomy, { field, value })
    if (!now)
      throw new Rejected(422, `A classifier does not decide ${field}/${value}`, {
        next: 'GET /api/v1/trust lists the values.',
      })
    const { action, state, because } = decide(now)
    const since = new Date()
    const row = { state, since, by: actor, because, ticketId: null }
    await tx
      .insert(autonomy)
      .values({ ...place, ...row, countsFrom: state === 'demoted' ? since : null })
      .onConflictDoUpdate({
        target: [autonomy.connectionId, autonomy.field, autonomy.value],
        set: { ...row, ...(state === 'demoted' ? { countsFrom: sql`excluded.counts_from` } : {}) },
      })
    await recordAudit(tx, {
      actor,
      action: `trust.${action}`,
      subject: `${field}/${value} of connection ${connection.name}`,
      before: { state: now.state },
      after: { state, because },
    })
    return (await standingsOf(tx, connection, taxonomy, { field, value }))[0]!
  })
}
