/** Feedback: what happens to a ticket after us. A person's change is an override; at resolution the final values are labels. */
import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm'
import type { Logger } from 'pino'
import { type Helpdesks, knownConnection } from '../connections/index.ts'
import type { Vault } from '../connections/vault.ts'
import {
  accepts,
  type Change,
  type Connection,
  type Connectors,
  type FreshTicket,
  type Labels,
  type TicketEvent,
} from '../contract/index.ts'
import { uuidv7 } from '../db/id.ts'
import type { Database, Tx } from '../db/index.ts'
import { decisions, deliveries, labels, overrides, tickets, writebacks } from '../db/schema.ts'
import { HelpdeskError } from '../errors.ts'
import { parseBody } from '../intake/index.ts'
import { saveLabel } from '../labels/save.ts'
import type { Job, Queue, Task } from '../queue/index.ts'
import { currentTaxonomy } from '../taxonomy/index.ts'
import { deskMask } from '../text/mask/index.ts'
import { settleDelivery } from '../triage/index.ts'
import { ourWrites } from '../writeback/index.ts'
import { judge } from './judge.ts'
import { maskChanges, maskFresh } from './mask-changes.ts'
import { finalLabels } from './resolve.ts'

export { type Correction, listCorrections } from '../labels/corrections.ts'
export { type LabelFilter, listLabels, listOverrides, type OverrideFilter } from '../labels/list.ts'
export { retry, settleByPerson } from '../review/index.ts'

export type FeedbackNeeds = {
  database: Database
  vault: Vault
  connectors: Connectors
  helpdesks: Helpdesks
  queue: Pick<Queue, 'complete'>
  events: { overridden(override: Overridden): void }
  log: Logger
}

export type Overridden = {
  connection: string
  key: string
  field: string
  before: string | null
  after: string | null
  minutesAfter: number
}

export const feedbackTask = (needs: FeedbackNeeds): Task<{ delivery: string }> => ({
  run: (job) => feedback(needs, job),
  giveUp: (tx, job, error) => settleDelivery(tx, job.data.delivery, 'failed', `${error.message}. ${error.next}`),
})

type Row = typeof deliveries.$inferSelect

/** Works off everything that waits for the ticket, in the order it came: one job of a ticket runs at a time. */
async function feedback(needs: FeedbackNeeds, job: Job<{ delivery: string }>): Promise<void> {
  const { db } = needs.database
  const [asked] = await db.select().from(deliveries).where(eq(deliveries.id, job.data.delivery))
  if (!asked || asked.state === 'done' || asked.state === 'ignored') return
  const connection = await knownConnection({ db, vault: needs.vault }, asked.connectionId)
  for (const row of await waitingFor(db, asked)) {
    const event = needs.connectors[connection.kind].read(parseBody(row.body), connection)
    await handle(needs, connection, row, event)
  }
}

async function waitingFor(db: Tx, asked: Row): Promise<Row[]> {
  const waiting = await db
    .select()
    .from(deliveries)
    .where(
      and(
        eq(deliveries.connectionId, asked.connectionId),
        asked.ticketId === null ? eq(deliveries.id, asked.id) : eq(deliveries.ticketId, asked.ticketId),
        inArray(deliveries.event, ['updated', 'commented', 'resolved', 'removed']),
        eq(deliveries.state, 'waiting'),
      ),
    )
    .orderBy(asc(deliveries.receivedAt), asc(deliveries.id))
  return asked.state === 'failed' ? [asked, ...waiting] : waiting
}

async function handle(needs: FeedbackNeeds, connection: Connection, row: Row, event: TicketEvent): Promise<void> {
  const { db } = needs.database
  const done = (state: 'done' | 'ignored', reason: string | null) => settleDelivery(db, row.id, state, reason)
  if (event.kind === 'ignored' || event.kind === 'created')
    return done('ignored', event.kind === 'ignored' ? event.reason : 'already triaged')
  const known = await findTicket(db, connection.id, event.ticketId)
  if (!known) return notOurs(needs, connection, event.ticketId, done)
  if (event.kind === 'commented') return done('done', 'a comment changes no field')
  if (event.kind === 'removed') {
    const removedWhy = event.why === 'spam' ? 'marked as spam' : event.why
    await db.transaction(async (tx) => {
      await tx.update(tickets).set({ status: 'removed', removedWhy }).where(eq(tickets.id, known.ticket.id))
      // Merging closes a ticket, which looks like work done on it.
      if (event.why === 'merged') await dropClosing(tx as Tx, known.ticket.id)
      await settleDelivery(tx as Tx, row.id, 'done', `the ticket was ${removedWhy}`)
    })
    return
  }
  const removed = known.ticket.status === 'removed'
  if (removed && known.ticket.removedWhy === 'merged') return done('ignored', 'the ticket was merged')
  // Thin bodies do not say what changed or who did it, and final values are read, not guessed.
  const thin = event.changes === null || event.by.kind === 'unknown' || removed
  const shown = thin || event.kind === 'resolved' ? await read(needs, connection, known.ticket.externalId) : null
  if (shown === 'gone') return done('ignored', 'the ticket is gone')
  const taxonomy = await currentTaxonomy(db)
  const ours = known.decision.values
  const hide = deskMask(connection.settings, shown ? shown.requester : undefined)
  const fresh = shown && maskFresh(shown, taxonomy, ours, hide)
  const changes = maskChanges((thin ? shown?.history : event.changes) ?? [], taxonomy, ours, hide)
  const { found, agreed } = findOverrides(known, changes)
  // Were they quicker than our write, or did they answer to it? That is told when it is settled.
  if (known.writeback?.state === 'sending' && (found.length > 0 || event.kind === 'resolved'))
    throw notYet('The ticket is being written')
  const resolved = fresh?.status.done ? finalLabels(taxonomy, known, fresh, event) : []
  const recorded = await db.transaction(async (raw) => {
    const tx = raw as Tx
    const recorded = await recordOverrides(tx, known, found)
    for (const change of [...recorded.map((override) => override.change), ...agreed]) {
      const field = taxonomy.fields.find((f) => f.id === change.field)
      if (field && change.to !== null && accepts(field, change.to))
        await saveLabel(tx, {
          ticketId: known.ticket.id,
          field: change.field,
          value: change.to,
          provenance: 'human',
          decisionId: known.decision.id,
          who: change.by.id,
          at: new Date(change.at),
        })
    }
    for (const label of resolved) await saveLabel(tx, label)
    if (fresh)
      await tx
        .update(tickets)
        .set({ status: fresh.status.done ? 'done' : 'open', removedWhy: null })
        .where(eq(tickets.id, known.ticket.id))
    await settleDelivery(tx, row.id, 'done', found.length === 0 ? 'no field of ours was corrected' : null)
    return recorded
  })
  for (const { change, before, after, minutesAfter } of recorded)
    needs.events.overridden({
      connection: connection.name,
      key: known.ticket.key,
      field: change.field,
      before,
      after,
      minutesAfter,
    })
}

/** A ticket we never decided, unless its created event is still waiting: then this one waits for it. */
async function notOurs(
  needs: FeedbackNeeds,
  connection: Connection,
  ticketId: string,
  done: (state: 'ignored', reason: string) => Promise<void>,
) {
  const [waiting] = await needs.database.db
    .select({ id: deliveries.id })
    .from(deliveries)
    .where(
      and(
        eq(deliveries.connectionId, connection.id),
        eq(deliveries.ticketId, ticketId),
        eq(deliveries.event, 'created'),
        eq(deliveries.state, 'waiting'),
      ),
    )
  if (!waiting) return done('ignored', 'the ticket was never ours')
  throw notYet('The ticket is not decided yet')
}

function notYet(message: string) {
  return new HelpdeskError('busy', message, { next: 'Nothing to do: the event waits for that.', retryAfterMs: 1_000 })
}

async function read(needs: FeedbackNeeds, connection: Connection, ticketId: string): Promise<FreshTicket | 'gone'> {
  try {
    return await needs.helpdesks.call(connection.id, (connector, c) => connector.fetch(c, ticketId))
  } catch (error) {
    if (error instanceof HelpdeskError && error.fault === 'gone') return 'gone'
    throw error
  }
}

export type Known = Exclude<Awaited<ReturnType<typeof findTicket>>, null>

/**
 * The ticket with the decision in force, and what all of its decisions wrote. In force is the newest that stands in the
 * helpdesk: a later one that was held or skipped changed nothing there.
 */
async function findTicket(db: Tx, connectionId: string, externalId: string) {
  const found = await db
    .select({ ticket: tickets, decision: decisions, writeback: writebacks })
    .from(tickets)
    .innerJoin(decisions, eq(decisions.ticketId, tickets.id))
    .leftJoin(writebacks, eq(writebacks.decisionId, decisions.id))
    .where(
      and(
        eq(tickets.connectionId, connectionId),
        sql`(${tickets.externalId} = ${externalId} or ${tickets.key} = ${externalId})`,
      ),
    )
    .orderBy(desc(decisions.createdAt), desc(decisions.id))
  const carried = ['sending', 'applied', 'suggested']
  const inForce = found.find(({ writeback }) => writeback && carried.includes(writeback.state)) ?? found[0]
  if (!inForce) return null
  return {
    ...inForce,
    decided: decidedFields(inForce),
    since: (inForce.writeback?.writtenAt ?? inForce.decision.createdAt).toISOString(),
    ours: ourWrites(found.map((f) => ({ id: f.decision.id, written: f.writeback?.written ?? null }))),
  }
}

// What a person could have corrected: what we wrote, found there already or suggested in a note; not what was held back.
function decidedFields({
  decision,
  writeback,
}: {
  decision: typeof decisions.$inferSelect
  writeback: typeof writebacks.$inferSelect | null
}): Labels {
  if (!writeback || writeback.state === 'failed') return {}
  if (writeback.state !== 'applied' && writeback.state !== 'suggested') return writeback.written
  const { group, assignee } = decision.route ?? {}
  const all = { ...decision.values, ...(group ? { group } : {}), ...(assignee ? { assignee } : {}) }
  return Object.fromEntries(Object.entries(all).filter(([field]) => !Object.hasOwn(writeback.heldBack, field)))
}

type Found = { change: Change; before: string; after: string | null; minutesAfter: number }

function findOverrides(known: Known, changes: Change[]): { found: Found[]; agreed: Change[] } {
  const found: Found[] = []
  const agreed: Change[] = []
  for (const change of changes) {
    const judged = judge(change, known)
    if (judged.kind === 'agreed') agreed.push(change)
    if (judged.kind !== 'override') continue
    const { before, after } = judged
    const minutesAfter = Math.max(0, (Date.parse(change.at) - Date.parse(known.since)) / 60_000)
    found.push({ change, before, after, minutesAfter })
  }
  return { found, agreed }
}

/** Takes back what the closing of a ticket alone said of it; what a reviewer said stays. */
async function dropClosing(tx: Tx, ticketId: string) {
  await tx
    .delete(labels)
    .where(
      and(
        eq(labels.ticketId, ticketId),
        inArray(labels.provenance, ['confirmed', 'machine', 'rule']),
        sql`not exists (select 1 from ${decisions} d where d.ticket_id = ${ticketId} and d.cause like 'review:%')`,
      ),
    )
}

/** Appends what is new; the same change may come as several events, and again from the history. */
async function recordOverrides(tx: Tx, known: Known, found: Found[]): Promise<Found[]> {
  const recorded: Found[] = []
  for (const override of found) {
    const { change, before, after, minutesAfter } = override
    const twins = await tx
      .select({ id: overrides.id })
      .from(overrides)
      .where(
        and(
          eq(overrides.ticketId, known.ticket.id),
          eq(overrides.field, change.field),
          sql`${overrides.after} is not distinct from ${after}`,
          sql`abs(extract(epoch from ${overrides.at} - ${change.at}::timestamptz)) < 5`,
        ),
      )
    if (twins.length > 0) continue
    const inserted = await tx
      .insert(overrides)
      .values({
        id: uuidv7(),
        ticketId: known.ticket.id,
        decisionId: known.decision.id,
        field: change.field,
        before,
        after,
        who: change.by.id,
        at: new Date(change.at),
        minutesAfter,
        changeKey: change.id ?? `${change.at}:${change.toRaw}`,
      })
      .onConflictDoNothing()
      .returning({ id: overrides.id })
    if (inserted.length > 0) recorded.push(override)
  }
  return recorded
}
