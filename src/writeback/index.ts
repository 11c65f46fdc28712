/** Write-back: a decision into the helpdesk, once, field by field, never over a person's change. */
import { and, desc, eq, sql } from 'drizzle-orm'
import type { Logger } from 'pino'
import type { Helpdesks } from '../connections/index.ts'
import type { Connection, FreshTicket, Labels, Mode } from '../contract/index.ts'
import type { Database, Tx } from '../db/index.ts'
import { connections, decisions, tickets, writebacks } from '../db/schema.ts'
import { HelpdeskError } from '../errors.ts'
import type { Job, Queue, Task } from '../queue/index.ts'
import { currentTaxonomy } from '../taxonomy/index.ts'
import { holdsPlaceholder } from '../text/entity.ts'
import { deskMask, maskForExport } from '../text/mask/index.ts'
import { tokenScaleIn } from '../text/prepare-for.ts'
import { explain } from './note.ts'
import { type OurWrites, planWrite, type WritePlan } from './plan.ts'
import { openRestorer, type Restorer } from './restore.ts'

export { isOurs, type OurWrites } from './plan.ts'

export type WritebackNeeds = {
  database: Database
  helpdesks: Helpdesks
  queue: Pick<Queue, 'complete'>
  config: { publicUrl: string | null }
  events: { written(written: WrittenBack): void }
  log: Logger
}

export type WrittenBack = {
  decision: string
  connection: string
  key: string
  state: Outcome
  reason: string | null
  written: Labels
  ms: number
}
type Outcome = 'applied' | 'suggested' | 'skipped' | 'failed'

export const writebackTask = (needs: WritebackNeeds): Task<{ decision: string }> => ({
  run: (job) => writeBack(needs, job),
  giveUp: async (tx, job, error) => {
    await settle(tx, job.data.decision, { state: 'failed', reason: `${error.message}. ${error.next}` })
    needs.log.error({ decision: job.data.decision, reason: error.message }, 'could not be written back')
  },
})

async function writeBack(needs: WritebackNeeds, job: Job<{ decision: string }>): Promise<void> {
  const started = performance.now()
  const { db } = needs.database
  const work = await load(db, job.data.decision)
  if (
    !work ||
    work.writeback.state === 'applied' ||
    work.writeback.state === 'suggested' ||
    work.writeback.state === 'skipped'
  )
    return
  const finish = async (result: Settled) => {
    await db.transaction(async (tx) => {
      await settle(tx as Tx, work.decision.id, result)
      await needs.queue.complete(job as Job<never>, tx as Tx)
    })
    const { state, reason = null, written = {} } = result
    const ms = performance.now() - started
    needs.events.written({
      decision: work.decision.id,
      connection: work.connection,
      key: work.ticket.key,
      state,
      reason,
      written,
      ms,
    })
  }
  // What was begun is looked after first: it may be in the helpdesk already.
  const needless = whyNot(work)
  if (needless && work.writeback.state !== 'sending') return finish({ state: 'skipped', reason: needless })
  try {
    await finish(await carry(needs, work, needless))
  } catch (error) {
    const final = finalFault(error)
    if (!final) throw error
    await finish(final)
  }
}

type Work = Exclude<Awaited<ReturnType<typeof load>>, null>
type Settled = {
  state: Outcome
  reason?: string | null
  written?: Labels
  heldBack?: Record<string, string>
  before?: Record<string, string | null>
  changeId?: string | null
  noteId?: string | null
  /** When it was written, by the helpdesk's clock. */
  at?: string
}

function whyNot({ superseded, mode }: Work): string | null {
  if (superseded) return 'a newer decision of this ticket took its place'
  return mode === 'observe' ? 'the connection is in observe mode: nothing is written' : null
}

/**
 * Reads the ticket, compares, writes what is ours; with `needless` only what a crash cut short. The outcome is not
 * settled here.
 */
async function carry(needs: WritebackNeeds, work: Work, needless: string | null): Promise<Settled> {
  const { db } = needs.database
  const { decision } = work
  const base = await needs.helpdesks.call(
    work.connectionId,
    (connector, c) => connector.fetch(c, work.ticket.externalId),
    urgency(work),
  )
  const done = base.marks.includes(decision.id)
  if (needless && !done) return { state: 'skipped', reason: needless }
  if (base.status.closed && !done)
    return { state: 'skipped', reason: 'the ticket is closed: nothing can be written any more' }
  const wrote = done && Object.keys(work.writeback.written).length > 0
  const applying = wrote || (decision.plan === 'apply' && work.mode === 'automate')
  const taxonomy = await currentTaxonomy(db)
  return needs.helpdesks.call(
    work.connectionId,
    async (connector, connection) => {
      const restorer = openRestorer(decision.values, taxonomy, base, work.ticket, {
        ...deskMask(connection.settings, base.requester),
        tokenScale: tokenScaleIn(decision.trace),
      })
      const plan = wrote ? wasWritten(work) : applying ? planOf(work, base, connection, restorer) : NOTHING
      if (applying && Object.keys(plan.set).length === 0 && !done) return nothingToWrite(plan)
      await markSending(db, decision.id, plan)
      const note =
        connection.settings.note || !applying ? explain(decision, taxonomy, applying, linkTo(needs, decision.id)) : null
      const written = await connector.apply(connection, base, {
        decisionId: decision.id,
        set: restorer.show(plan.set),
        note,
      })
      const given = Object.fromEntries(
        written.restored.map((field) => [field, 'a person changed it while we wrote; given back']),
      )
      const kept = Object.fromEntries(Object.entries(plan.set).filter(([field]) => !(field in given)))
      return {
        state: applying ? 'applied' : 'suggested',
        reason: null,
        written: kept,
        heldBack: { ...plan.heldBack, ...given },
        before: plan.before,
        changeId: written.changeId,
        noteId: written.noteId,
        at: written.at,
      }
    },
    urgency(work),
  )
}

const NOTHING: WritePlan = { set: {}, heldBack: {}, equal: [], before: {} }

/** In the words that we keep: what an entity stands for is compared with the ticket, and hidden again. */
function planOf(work: Work, base: FreshTicket, connection: Connection, restorer: Restorer): WritePlan {
  const { decision, ours } = work
  const values = Object.fromEntries(Object.entries(decision.values).filter(([field]) => !(field in restorer.lost)))
  const plan = planWrite({ ...decision, values: restorer.show(values) }, base, connection.mapping, ours, new Date())
  const { mapping } = connection
  const lost = Object.entries(restorer.lost).filter(([field]) => mapping.fields[field])
  return {
    ...plan,
    set: restorer.hide(plan.set, decision.values),
    before: hiddenBefore(plan, decision.values, connection),
    heldBack: { ...hidden(plan.heldBack, connection), ...Object.fromEntries(lost) },
  }
}

function hidden<Value extends string | null>(values: Record<string, Value>, { settings }: Connection) {
  const hide = (value: Value) => (value === null ? value : maskForExport(value, deskMask(settings)))
  return Object.fromEntries(Object.entries(values).map(([field, value]) => [field, hide(value)]))
}

/** What an entity's field held before is as personal as what it holds then; other fields hold the vendor's ids. */
function hiddenBefore({ before }: WritePlan, values: Labels, connection: Connection): WritePlan['before'] {
  const entities = Object.entries(before).filter(([field]) => holdsPlaceholder(values[field] ?? ''))
  return { ...before, ...hidden(Object.fromEntries(entities), connection) }
}

// The call went through before a crash: what it wrote was noted before it.
function wasWritten({ writeback }: Work): WritePlan {
  return { set: writeback.written, heldBack: writeback.heldBack, equal: [], before: writeback.before }
}

function nothingToWrite(plan: WritePlan): Settled {
  const held = Object.entries(plan.heldBack)
  if (held.length === 0) return { state: 'applied', reason: 'the ticket already has these values' }
  return {
    state: 'skipped',
    reason: held.map(([field, why]) => `${field}: ${why}`).join('; '),
    heldBack: plan.heldBack,
  }
}

/** A refusal that no repetition can heal, as an outcome; null for what is worth another try. */
function finalFault(error: unknown): Settled | null {
  if (!(error instanceof HelpdeskError) || error.retry) return null
  if (error.fault === 'gone') return { state: 'skipped', reason: `the ticket is gone: ${error.message}` }
  if (error.fault !== 'invalid') return null
  const fields = Object.entries(error.fields).map(([field, words]) => `${field}: ${words}`)
  return { state: 'failed', reason: [error.message, ...fields, error.next].join('; ') }
}

async function load(db: Tx, decisionId: string) {
  const [row] = await db
    .select({
      decision: decisions,
      writeback: writebacks,
      ticket: tickets,
      connection: connections.name,
      mode: connections.mode,
    })
    .from(writebacks)
    .innerJoin(decisions, eq(decisions.id, writebacks.decisionId))
    .innerJoin(tickets, eq(tickets.id, decisions.ticketId))
    .innerJoin(connections, eq(connections.id, decisions.connectionId))
    .where(eq(writebacks.decisionId, decisionId))
  if (!row) return null
  const earlier = await db
    .select({ id: decisions.id, plan: decisions.plan, written: writebacks.written })
    .from(decisions)
    .leftJoin(writebacks, eq(writebacks.decisionId, decisions.id))
    .where(eq(decisions.ticketId, row.ticket.id))
    .orderBy(desc(decisions.createdAt), desc(decisions.id))
  return {
    ...row,
    connectionId: row.decision.connectionId,
    mode: row.mode as Mode,
    superseded: earlier[0]?.id !== decisionId && earlier.some((d) => d.id > decisionId && d.plan !== 'hold'),
    ours: ourWrites(earlier),
  }
}

export function ourWrites(written: { id: string; written: Labels | null }[]): OurWrites {
  const values: Record<string, string[]> = {}
  for (const row of written)
    for (const [field, value] of Object.entries(row.written ?? {})) values[field] = [...(values[field] ?? []), value]
  return { decisionIds: written.map((row) => row.id), values }
}

async function markSending(db: Tx, decisionId: string, { set, heldBack, before }: WritePlan) {
  await db
    .update(writebacks)
    .set({
      state: 'sending',
      written: set,
      heldBack,
      before,
      attempts: sql`${writebacks.attempts} + 1`,
      updatedAt: sql`now()`,
    })
    .where(eq(writebacks.decisionId, decisionId))
}

async function settle(tx: Tx, decisionId: string, result: Settled) {
  await tx
    .update(writebacks)
    .set({
      state: result.state,
      reason: result.reason ?? null,
      // A failure does not tell how far it came: what was about to be written stays noted, to know it again by.
      ...(result.state === 'failed' ? {} : { written: result.written ?? {}, heldBack: result.heldBack ?? {} }),
      ...(result.before ? { before: result.before } : {}),
      changeId: result.changeId ?? null,
      noteId: result.noteId ?? null,
      writtenAt: result.state === 'applied' || result.state === 'suggested' ? new Date(result.at ?? Date.now()) : null,
      updatedAt: sql`now()`,
    })
    .where(and(eq(writebacks.decisionId, decisionId), sql`${writebacks.state} in ('waiting', 'sending', 'failed')`))
}

// The decision's own address; the admin page will take its place.
function linkTo({ config }: WritebackNeeds, decisionId: string) {
  return config.publicUrl ? `${config.publicUrl}/api/v1/decisions/${decisionId}` : null
}

function urgency({ decision }: Work) {
  return /^(urgent|critical|highest)$/.test(decision.values.priority ?? '') ? 10 : 0
}
