/** The write-back job: reads the ticket, plans the write, writes, and stores the result. */
import type { Logger } from 'pino'
import { type Helpdesks, maskedError } from '../connections/index.ts'
import {
  type Connection,
  type FreshTicket,
  isWritten,
  type Labels,
  queuePriority,
  type SettledState,
  withRoute,
} from '../contract/index.ts'
import type { Database } from '../db/index.ts'
import { followKey, markSending, settleWriteback, type WritebackResult } from '../decisions/index.ts'
import { HelpdeskError } from '../errors.ts'
import { refusePaused } from '../pauses/index.ts'
import type { Job, Queue, Task } from '../queue/index.ts'
import { currentTaxonomy } from '../taxonomy/index.ts'
import { deskMask, holdsPlaceholder, maskForExport } from '../text/index.ts'
import { type Accepted, writeWhatIsAccepted } from './accepted.ts'
import { applyAndRead } from './apply-and-read.ts'
import { heldBackIn, shownIn, withinModes } from './modes.ts'
import { explain, explainRevert, type Outcome } from './note.ts'
import { planWrite, type WritePlan } from './plan.ts'
import { type Originals, planRevert } from './plan-revert.ts'
import { openRestorer, type Restorer } from './restore.ts'
import { loadWork, type Work } from './work.ts'

/** What the write-back job needs. */
export type WritebackNeeds = {
  database: Database
  helpdesks: Helpdesks
  queue: Pick<Queue, 'complete'>
  config: { publicUrl: string | null }
  events: { written(written: WrittenBack): void }
  log: Logger
}

/** A settled write-back, for logs and metrics. */
export type WrittenBack = {
  decision: string
  delivery: string | null
  /** The helpdesk's id. */
  ticket: string
  connection: string
  key: string
  state: SettledState
  reason: string | null
  written: Labels
  ms: number
}

/** The task of the write-back job. */
export const writebackTask = (needs: WritebackNeeds): Task<{ decision: string }> => ({
  run: (job) => writeBack(needs, job),
  giveUp: async (tx, job, error) => {
    await settleWriteback(tx, job.data.decision, { state: 'failed', reason: `${error.message}. ${error.next}` })
    needs.log.error({ ...job.about, reason: error.message }, 'decision could not be written back')
  },
})

async function writeBack(needs: WritebackNeeds, job: Job<{ decision: string }>): Promise<void> {
  const started = performance.now()
  const { db } = needs.database
  const work = await loadWork(db, job.data.decision)
  if (!work || isWritten(work.writeback.state) || work.writeback.state === 'skipped') return
  const { delivery } = work
  const ticket = work.ticket.externalId
  Object.assign(job.about, { delivery, ticket })
  const finish = async (result: WritebackResult) => {
    await db.transaction(async (tx) => {
      await settleWriteback(tx, work.decision.id, result)
      await needs.queue.complete(job as Job<never>, tx)
    })
    const { state, reason = null, written = {} } = result
    const ms = performance.now() - started
    needs.events.written({
      decision: work.decision.id,
      delivery,
      ticket,
      connection: work.connection,
      key: work.ticket.key,
      state,
      reason,
      written,
      ms,
    })
  }
  const skipReason = whySkipped(work)
  // A write that was started may already be in the helpdesk, so the ticket is read first.
  if (skipReason && work.writeback.state !== 'sending') return finish({ state: 'skipped', reason: skipReason })
  await refusePaused(db, work.connectionId, withRoute(work.decision.values, work.decision.route))
  try {
    await finish(await carry(needs, work, skipReason))
  } catch (error) {
    const final = finalFault(error)
    if (!final) throw error
    await finish(final)
  }
}

function whySkipped({ superseded, mode, deleted, originals }: Work): string | null {
  if (deleted) return 'the connection was deleted'
  if (superseded) return 'a newer decision of this ticket replaced it'
  if (originals) return Object.keys(originals).length === 0 ? NOTHING_OF_OURS : null
  return mode === 'observe' ? IN_OBSERVE_MODE : null
}

/** Reads the ticket and writes the plan. With `skipReason`, only completes a write that a crash interrupted. */
async function carry(needs: WritebackNeeds, work: Work, skipReason: string | null): Promise<WritebackResult> {
  const { db } = needs.database
  const { decision } = work
  const base = await needs.helpdesks.call(
    work.connectionId,
    (connector, c) => connector.fetch(c, work.ticket.externalId),
    urgency(work),
  )
  const isMarked = base.marks.includes(decision.id)
  if (skipReason && !isMarked) return { state: 'skipped', reason: skipReason }
  if (base.status.closed && !isMarked)
    return { state: 'skipped', reason: 'the ticket is closed, so it cannot be changed' }
  if (base.status.done && !isMarked)
    return { state: 'skipped', reason: 'the ticket was done before it was written: it is left as it is' }
  await followKey(db, work.ticket, base)
  const wroteFields = isMarked && Object.keys(work.writeback.written).length > 0
  const taxonomy = await currentTaxonomy(db)
  return needs.helpdesks.call(
    work.connectionId,
    async (connector, connection) => {
      const restorer = openRestorer(decision.values, taxonomy, base, work.ticket, {
        ...deskMask(connection.settings, base.requester),
        tokenScale: decision.tokenScale ?? undefined,
      })
      const { originals } = work
      // As it is now: the mode may have been lowered since the job was started. What a person takes back needs no mode.
      if (connection.mode === 'observe' && !isMarked && !originals) return { state: 'skipped', reason: IN_OBSERVE_MODE }
      const mayApply =
        wroteFields || originals !== null || (decision.plan === 'apply' && connection.mode === 'automate')
      const { plan: planned, suggests } = wroteFields
        ? { plan: storedPlan(work), suggests: false }
        : originals
          ? { plan: revertOf(work, originals, base, connection), suggests: false }
          : withinModes(mayApply ? planOf(work, base, connection, restorer) : EMPTY_PLAN, connection)
      const isEmpty = Object.keys(planned.set).length === 0
      const applies = mayApply && !(isEmpty && suggests)
      const withNote = connection.settings.note || !applies || suggests
      const isForced = work.forced && withNote
      if (applies && isEmpty && !isMarked && !isForced) return nothingToWrite(planned)
      if (!applies && work.sameNote !== null && !isMarked && !work.forced)
        return { state: 'suggested', reason: 'the note of an earlier decision says the same', noteId: work.sameNote }
      const shown = shownIn(decision, connection)
      const send = (decisionId: string, outcome: Outcome) => async (plan: WritePlan) => {
        // The last moment to stop it.
        await refusePaused(db, work.connectionId, withRoute(decision.values, decision.route))
        await markSending(db, decision.id, plan)
        const heldBack = heldBackIn(plan.heldBack, connection)
        const link = linkTo(needs, decision.id)
        const note = originals
          ? explainRevert({ ...plan, heldBack }, taxonomy, decision.actor, link)
          : explain(shown, taxonomy, outcome, link, heldBack)
        const { restore } = plan
        const set = restorer.show(plan.set)
        const write = { decisionId, set, note: withNote ? note : null, ...(restore && { restore }) }
        return applyAndRead(connector, connection, base, write).catch((error: unknown) => {
          // It may quote the ticket, and what it says is stored and goes into the note.
          throw error instanceof HelpdeskError ? maskedError(error, connection) : error
        })
      }
      const done = await writeWhatIsAccepted(
        planned,
        send(decision.id, applies ? 'applied' : 'suggested'),
        applies && withNote ? send(noteMark(decision.id), 'refused') : null,
      )
      return resultOf(done, connection, applies)
    },
    urgency(work),
  )
}

/** Marks a note alone: the decision itself is not written, so that a later run writes its fields. */
const noteMark = (decisionId: string) => `${decisionId}/note`

function resultOf({ plan, written, refusal }: Accepted, connection: Connection, applies: boolean): WritebackResult {
  const notKept = maskAll(written.notKept, connection)
  const restored = Object.fromEntries(
    written.restored.map((field) => [field, 'a person changed it during our write; their value was restored']),
  )
  const lost = { ...restored, ...notKept }
  const kept = Object.fromEntries(Object.entries(plan.set).filter(([field]) => !(field in lost)))
  const nothingKept = applies && Object.keys(plan.set).length > 0 && Object.keys(kept).length === 0
  const unkept = nothingKept ? Object.entries(notKept).map(([field, why]) => `${field}: ${why}`) : []
  const failed = refusal ? refusedBecause(refusal) : unkept.join('; ')
  return {
    state: failed !== '' ? 'failed' : applies ? 'applied' : 'suggested',
    reason: failed || null,
    written: kept,
    heldBack: { ...plan.heldBack, ...lost },
    before: plan.before,
    changeId: written.changeId,
    noteId: written.noteId,
    at: written.at,
  }
}

const NOTHING_OF_OURS = 'nothing of ours is in the ticket, so there is nothing to put back'
const IN_OBSERVE_MODE = 'the connection is in observe mode: nothing is written'

const EMPTY_PLAN: WritePlan = { set: {}, heldBack: {}, equal: [], before: {} }

/** Plans with the originals of entities, to compare them with the ticket; the plan itself is masked again. */
function planOf(work: Work, base: FreshTicket, connection: Connection, restorer: Restorer): WritePlan {
  const { decision, own } = work
  const values = Object.fromEntries(Object.entries(decision.values).filter(([field]) => !(field in restorer.lost)))
  const plan = planWrite({ ...decision, values: restorer.show(values) }, base, connection.mapping, own, new Date())
  const { mapping } = connection
  const lost = Object.entries(restorer.lost).filter(([field]) => mapping.fields[field])
  return {
    ...plan,
    set: restorer.hide(plan.set, decision.values),
    before: maskBefore(plan, decision.values, connection),
    heldBack: { ...maskAll(plan.heldBack, connection), ...Object.fromEntries(lost) },
  }
}

/** Reasons can quote what others wrote. */
function revertOf({ own }: Work, originals: Originals, base: FreshTicket, connection: Connection): WritePlan {
  const plan = planRevert(originals, base, own, new Date())
  return { ...plan, heldBack: maskAll(plan.heldBack, connection) }
}

function maskAll<Value extends string | null>(values: Record<string, Value>, { settings }: Connection) {
  const masked = (value: Value) => (value === null ? value : maskForExport(value, deskMask(settings)))
  return Object.fromEntries(Object.entries(values).map(([field, value]) => [field, masked(value)]))
}

/** The earlier value of an entity can be personal too; other fields have the vendor's ids. */
function maskBefore({ before }: WritePlan, values: Labels, connection: Connection): WritePlan['before'] {
  const entities = Object.entries(before).filter(([field]) => holdsPlaceholder(values[field] ?? ''))
  return { ...before, ...maskAll(Object.fromEntries(entities), connection) }
}

// The plan of a call that succeeded before a crash: it was stored before the call.
function storedPlan({ writeback }: Work): WritePlan {
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

/** The result of an error that a retry cannot fix; null: the job fails and may run again. */
function finalFault(error: unknown): WritebackResult | null {
  if (!(error instanceof HelpdeskError) || error.retry) return null
  if (error.fault === 'gone')
    return { state: 'skipped', reason: `the ticket can no longer be changed: ${error.message}` }
  if (error.fault !== 'invalid') return null
  return { state: 'failed', reason: refusedBecause(error) }
}

/** The message may quote what was said about the fields. */
function refusedBecause({ message, fields, next }: HelpdeskError): string {
  const unsaid = Object.entries(fields).filter(([, words]) => !message.includes(words))
  return [message, ...unsaid.map(([field, words]) => `${field}: ${words}`), next].join('; ')
}

// The address of the decision in the API; it needs a token.
function linkTo({ config }: WritebackNeeds, decisionId: string) {
  return config.publicUrl ? `${config.publicUrl}/api/v1/decisions/${decisionId}` : null
}

function urgency({ decision }: Work) {
  return queuePriority(decision.values.priority)
}
