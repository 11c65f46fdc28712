/** Starts, ends and lists pauses. */
import { and, desc, eq, isNull, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { checkConnectionNames } from '../connections/index.ts'
import { ROUTE_FIELDS, unknownName } from '../contract/index.ts'
import { connections, pauses, recordAudit, type Tx, uuidv7 } from '../db/index.ts'
import { Rejected } from '../errors.ts'
import type { Queue } from '../queue/index.ts'
import { currentTaxonomy } from '../taxonomy/index.ts'

/** What is paused: nothing named is everything; `value` needs its `field`. */
export const PauseScope = z.strictObject({
  connection: z.string().max(63).optional(),
  field: z.string().max(63).optional(),
  value: z.string().max(200).optional(),
})
export type PauseScope = z.infer<typeof PauseScope>

/** A scope, and why it is paused. */
export const PauseInput = PauseScope.extend({ why: z.string().trim().max(500).default('') })
export type PauseInput = z.infer<typeof PauseInput>

const shown = {
  id: pauses.id,
  connection: connections.name,
  field: pauses.field,
  value: pauses.value,
  why: pauses.why,
  who: pauses.who,
  at: pauses.createdAt,
  endedAt: pauses.endedAt,
  endedBy: pauses.endedBy,
}
export type PauseRow = Awaited<ReturnType<typeof listPauses>>[number]

const select = (db: Tx) => db.select(shown).from(pauses).leftJoin(connections, eq(connections.id, pauses.connectionId))

/** The pauses that hold now, newest first; with `ended`, also those that were ended, 200 at most. */
export async function listPauses(db: Tx, { ended = false } = {}) {
  return select(db)
    .where(ended ? undefined : isNull(pauses.endedAt))
    .orderBy(desc(pauses.id))
    .limit(200)
}

/** Starts a pause. Pausing what is paused already answers the pause that there is. */
export async function pause(db: Tx, { why, ...scope }: PauseInput, actor: string): Promise<PauseRow> {
  await checkScope(db, scope)
  return db.transaction(async (tx) => {
    const values = { ...(await columnsOf(tx, scope)), why, who: actor }
    const [made] = await tx
      .insert(pauses)
      .values({ id: uuidv7(), ...values })
      .onConflictDoNothing()
      .returning({ id: pauses.id })
    if (made) await recordAudit(tx, { actor, action: 'pause', subject: scopeOf(scope), after: { ...scope, why } })
    const [row] = await select(tx).where(made ? eq(pauses.id, made.id) : await sameScope(tx, scope))
    if (!row) throw new Rejected(409, 'The pause has just been ended', { next: 'Pause again.' })
    return row
  })
}

/**
 * Ends the pause of exactly this scope, the one with this id, or all of them. What waited is due at once. Throws
 * Rejected 404 when there is no such pause, with those that there are.
 */
export async function resume(
  { db, queue }: { db: Tx; queue: Pick<Queue, 'hurry' | 'wakeAll'> },
  which: PauseScope & { id?: string; all?: boolean },
  actor: string,
): Promise<PauseRow[]> {
  const { id, all, ...scope } = which
  const ended = await db.transaction(async (tx) => {
    const where = all ? undefined : id === undefined ? await sameScope(tx, scope) : eq(pauses.id, id)
    const found = await select(tx).where(and(isNull(pauses.endedAt), where))
    if (found.length === 0 && !all) throw await noSuchPause(tx)
    await tx
      .update(pauses)
      .set({ endedAt: sql`now()`, endedBy: actor })
      .where(and(isNull(pauses.endedAt), where))
    for (const row of found)
      await recordAudit(tx, {
        actor,
        action: 'resume',
        subject: scopeOf(row),
        before: { why: row.why, who: row.who },
      })
    await queue.hurry(tx, 'postponed')
    return found.map((row) => ({ ...row, endedAt: new Date(), endedBy: actor }))
  })
  queue.wakeAll()
  return ended
}

async function checkScope(db: Tx, { connection, field, value }: PauseScope): Promise<void> {
  if (connection !== undefined) await checkConnectionNames(db, [connection], { path: 'connection', status: 422 })
  const wrong = (path: string, message: string) =>
    new Rejected(422, message, { next: 'GET /api/v1/taxonomy lists fields and values.', faults: [{ path, message }] })
  if (value !== undefined && field === undefined) throw wrong('field', 'a value is paused with its field: name both')
  if (field === undefined || ROUTE_FIELDS.includes(field as never)) return
  const taxonomy = await currentTaxonomy(db)
  const unknown = unknownName(taxonomy, field) ?? unknownName(taxonomy, field, value)
  if (unknown) throw wrong(unknownName(taxonomy, field) ? 'field' : 'value', unknown)
}

async function columnsOf(tx: Tx, { connection, ...scope }: PauseScope) {
  const [field, value] = [scope.field ?? null, scope.value ?? null]
  if (connection === undefined) return { connectionId: null, field, value }
  const [row] = await tx.select({ id: connections.id }).from(connections).where(eq(connections.name, connection))
  return { connectionId: row?.id ?? null, field, value }
}

async function sameScope(tx: Tx, scope: PauseScope): Promise<SQL | undefined> {
  if (scope.connection !== undefined)
    await checkConnectionNames(tx, [scope.connection], { path: 'connection', status: 422 })
  const { connectionId, field, value } = await columnsOf(tx, scope)
  return and(
    isNull(pauses.endedAt),
    sql`${pauses.connectionId} is not distinct from ${connectionId}::uuid`,
    sql`${pauses.field} is not distinct from ${field}::text`,
    sql`${pauses.value} is not distinct from ${value}::text`,
  )
}

async function noSuchPause(tx: Tx): Promise<Rejected> {
  const open = (await listPauses(tx)).map(scopeOf)
  return new Rejected(404, 'There is no such pause', {
    next: open.length === 0 ? 'Nothing is paused.' : `These are paused: ${open.join('; ')}.`,
  })
}

/** What a pause holds, in words: `connection jira, service/vpn`, or `everything`. */
export function scopeOf(scope: { connection?: string | null; field?: string | null; value?: string | null }): string {
  const { connection, field, value } = scope
  const parts = [connection && `connection ${connection}`, field && [field, value].filter(Boolean).join('/')]
  return parts.filter(Boolean).join(', ') || 'everything'
}

/** How many pauses hold now. */
export async function countPauses(db: Tx): Promise<number> {
  return db.$count(pauses, isNull(pauses.endedAt))
}
