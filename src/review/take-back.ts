/** Takes back: what a person settled, or all that was written into the ticket. Each is a new decision; none is changed. */
import { asc, eq, inArray, sql } from 'drizzle-orm'
import { ConnectionSettings, isCarried, OPEN_WRITEBACK_STATES } from '../contract/index.ts'
import { decisions, recordAudit, type Tx, writebacks } from '../db/index.ts'
import { type NewDecision, recordDecision, WRITEBACK } from '../decisions/index.ts'
import { Rejected } from '../errors.ts'
import { putBackLabels } from '../labels/index.ts'
import type { Queue } from '../queue/index.ts'
import { currentTaxonomy } from '../taxonomy/index.ts'
import { dropEvidence, recordEvidence } from '../trust/index.ts'
import { originalsOf } from '../writeback/index.ts'
import { loadNewest, settledMeanwhile } from './load.ts'
import { labelledIn, type ReviewNeeds } from './settle.ts'

type Needs = { db: Tx; queue: Queue }
type Decision = typeof decisions.$inferSelect

/**
 * Undoes a confirmation or correction: the ticket is as it was decided before, and waits for a person again if it did.
 * The labels of before come back, and what the review wrote is put back in the helpdesk, unless somebody has changed it.
 */
export async function undo({ db, queue }: Needs, decisionId: string, actor: string): Promise<{ decision: string }> {
  const decision = await db.transaction(async (tx) => {
    const { decision: settled, ticket } = await loadNewest(tx, decisionId)
    const earlier = await reviewedIn(tx, settled)
    if (!isCarried(earlier.plan) && isCarried(settled.plan)) {
      const { rest } = await writtenFrom(tx, settled.ticketId, settled.id)
      if (rest) await record(tx, queue, settled, takingBack(settled, settled.id, actor))
    }
    const id = await record(tx, queue, settled, again(earlier, settled, actor))
    const labelled = labelledIn(settled)
    if (labelled) {
      await putBackLabels(tx, ticket.id, labelled.at, labelled.before)
      await dropEvidence(tx, ticket.id, labelled.at)
    }
    await recordAudit(tx, {
      actor,
      action: 'decision.undo',
      subject: `decision ${decisionId}`,
      before: settled.values,
      after: earlier.values,
    })
    return id
  })
  queue.wake(WRITEBACK)
  return { decision }
}

/**
 * Puts the values back that the ticket had before we wrote into it, through a write-back like any other: what a person
 * changed since stays. Throws Rejected 409 when nothing of ours is in the ticket.
 */
export async function revert(
  { db, queue, events }: ReviewNeeds,
  decisionId: string,
  actor: string,
): Promise<{ decision: string }> {
  const { decision, demoted } = await db.transaction(async (tx) => {
    const { decision: newest, ticket, settings } = await loadNewest(tx, decisionId)
    const { first, rest } = await writtenFrom(tx, newest.ticketId)
    if (!first || !rest)
      throw new Rejected(409, 'Nothing of ours is in the ticket', {
        next: 'Nothing to do: its values are those of people.',
      })
    const id = await record(tx, queue, newest, takingBack(newest, first, actor))
    const subject = `decision ${decisionId}`
    await recordAudit(tx, { actor, action: 'decision.revert', subject, before: newest.values })
    const at = new Date()
    const demoted = await recordEvidence(
      tx,
      { decision: newest, ticket, settings: ConnectionSettings.parse(settings), taxonomy: await currentTaxonomy(tx) },
      Object.keys(newest.values).map((field) => ({ field, kind: 'reverted', right: false, at })),
    )
    return { decision: id, demoted }
  })
  queue.wake(WRITEBACK)
  for (const one of demoted) events.demoted(one)
  return { decision }
}

async function record(tx: Tx, queue: Queue, of: Decision, decision: NewDecision): Promise<string> {
  const { ticketId, connectionId } = of
  const id = await recordDecision(tx, queue, { ticketId, connectionId }, decision)
  if (!id) throw await settledMeanwhile(tx, ticketId)
  return id
}

/** The decision that a person confirmed or corrected. */
async function reviewedIn(tx: Tx, { cause }: Decision): Promise<Decision> {
  const [kind, id] = cause.split(':')
  const [found] = kind === 'review' && id ? await tx.select().from(decisions).where(eq(decisions.id, id)) : []
  if (found) return found
  throw new Rejected(409, 'There is nothing to undo: nobody has confirmed or corrected this decision', {
    next: 'Correct it, or put the values from before back with POST /api/v1/decisions/{id}/revert.',
  })
}

/** The first decision of the ticket, and whether something that was written from a decision on may still be in it. */
async function writtenFrom(tx: Tx, ticketId: string, from?: string) {
  const wrote = await tx
    .select({
      id: decisions.id,
      takesBack: sql<string | null>`${decisions.trace}->>'takesBack'`,
      written: writebacks.written,
      before: writebacks.before,
      isOpen: sql<boolean>`coalesce(${inArray(writebacks.state, [...OPEN_WRITEBACK_STATES])}, false)`,
    })
    .from(decisions)
    .leftJoin(writebacks, eq(writebacks.decisionId, decisions.id))
    .where(eq(decisions.ticketId, ticketId))
    .orderBy(asc(decisions.createdAt), asc(decisions.id))
  const first = wrote[0]?.id
  const since = from ?? first ?? ''
  const originals = originalsOf(wrote, since)
  const isOpen = wrote.some((one) => one.id >= since && one.isOpen && one.takesBack === null)
  return { first, rest: isOpen || Object.keys(originals).length > 0 }
}

/** `from`: the first decision whose values go. */
function takingBack(newest: Decision, from: string, actor: string): NewDecision {
  const { taxonomyVersion, rulesVersion } = newest
  return {
    cause: `revert:${newest.id}`,
    plan: 'apply',
    reason: `${actor} put back the values from before`,
    values: {},
    sources: {},
    answers: {},
    route: null,
    trace: { takesBack: from, of: newest.id, by: actor },
    taxonomyVersion,
    rulesVersion,
    ms: 0,
    actor,
  }
}

/** The earlier decision once more. */
function again(earlier: Decision, settled: Decision, actor: string): NewDecision {
  const { id: of, createdAt: _, ticketId: __, connectionId: ___, ...rest } = earlier
  const undone = { of, review: settled.id, by: actor }
  return { ...rest, cause: `undo:${settled.id}`, trace: { ...rest.trace, undone }, ms: 0, modelMs: null, actor }
}
