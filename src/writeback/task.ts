/** The write-back job: reads the ticket, compares, writes what is ours, settles. */
import type { Logger } from 'pino'
import type { Helpdesks } from '../connections/index.ts'
import { type Connection, type FreshTicket, type Labels, queuePriority, type SettledState } from '../contract/index.ts'
import type { Database } from '../db/index.ts'
import { markSending, settleWriteback, type WritebackResult } from '../decisions/index.ts'
import { HelpdeskError } from '../errors.ts'
import type { Job, Queue, Task } from '../queue/index.ts'
import { currentTaxonomy } from '../taxonomy/index.ts'
import { deskMask, holdsPlaceholder, maskForExport } from '../text/index.ts'
import { explain } from './note.ts'
import { planWrite, type WritePlan } from './plan.ts'
import { openRestorer, type Restorer } from './restore.ts'
import { loadWork, type Work } from './work.ts'

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
  state: SettledState
  reason: string | null
  written: Labels
  ms: number
}

export const writebackTask = (needs: WritebackNeeds): Task<{ decision: string }> => ({
  run: (job) => writeBack(needs, job),
  giveUp: async (tx, job, error) => {
    await settleWriteback(tx, job.data.decision, { state: 'failed', reason: `${error.message}. ${error.next}` })
    needs.log.error({ decision: job.data.decision, reason: error.message }, 'could not be written back')
  },
})

async function writeBack(needs: WritebackNeeds, job: Job<{ decision: string }>): Promise<void> {
  const started = performance.now()
  const { db } = needs.database
  const work = await loadWork(db, job.data.decision)
  if (
    !work ||
    work.writeback.state === 'applied' ||
    work.writeback.state === 'suggested' ||
    work.writeback.state === 'skipped'
  )
    return
  const finish = async (result: WritebackResult) => {
    await db.transaction(async (tx) => {
      await settleWriteback(tx, work.decision.id, result)
      await needs.queue.complete(job as Job<never>, tx)
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

function whyNot({ superseded, mode }: Work): string | null {
  if (superseded) return 'a newer decision of this ticket took its place'
  return mode === 'observe' ? 'the connection is in observe mode: nothing is written' : null
}

/**
 * Reads the ticket, compares, writes what is ours; with `needless` only what a crash cut short. The outcome is not
 * settled here.
 */
async function carry(needs: WritebackNeeds, work: Work, needless: string | null): Promise<WritebackResult> {
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
        tokenScale: decision.tokenScale ?? undefined,
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

function nothingToWrite(plan: WritePlan): WritebackResult {
  const held = Object.entries(plan.heldBack)
  if (held.length === 0) return { state: 'applied', reason: 'the ticket already has these values' }
  return {
    state: 'skipped',
    reason: held.map(([field, why]) => `${field}: ${why}`).join('; '),
    heldBack: plan.heldBack,
  }
}

/** A refusal that no repetition can heal, as an outcome; null for what is worth another try. */
function finalFault(error: unknown): WritebackResult | null {
  if (!(error instanceof HelpdeskError) || error.retry) return null
  if (error.fault === 'gone')
    return { state: 'skipped', reason: `the ticket can no longer be changed: ${error.message}` }
  if (error.fault !== 'invalid') return null
  const fields = Object.entries(error.fields).map(([field, words]) => `${field}: ${words}`)
  return { state: 'failed', reason: [error.message, ...fields, error.next].join('; ') }
}

// The decision's own address; the admin page will take its place.
function linkTo({ config }: WritebackNeeds, decisionId: string) {
  return config.publicUrl ? `${config.publicUrl}/api/v1/decisions/${decisionId}` : null
}

function urgency({ decision }: Work) {
  return queuePriority(decision.values.priority)
}
