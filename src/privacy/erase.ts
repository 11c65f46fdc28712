/** Erases a ticket, or everything of a person: previewed first, then done in small steps, with a receipt. */
import { z } from 'zod'
import { eraseAnswers } from '../classifiers/index.ts'
import type { Config } from '../config.ts'
import { findConnection, listConnections, openKeys, type Vault } from '../connections/index.ts'
import type { Connection, Connectors } from '../contract/index.ts'
import { type Database, eraseAudit, recordAudit, type Tx, uuidv7 } from '../db/index.ts'
import { decisionsToErase, dropTickets, type NamedTicket } from '../decisions/index.ts'
import { Rejected } from '../errors.ts'
import { eraseOverrides } from '../feedback/index.ts'
import { deliveriesOf, emptyDeliveries, eraseDeliveries } from '../intake/index.ts'
import { eraseExamples, eraseLabels } from '../labels/index.ts'
import { eraseJobs } from '../queue/index.ts'
import { exportsWith, markExports } from '../training/index.ts'
import { answersOf, countScope, findScope, jobsOf, type Scope, type Wanted } from './find.ts'
import { type Receipt, storeReceipt } from './receipts.ts'

const Name = z.string().trim().min(1).max(300)

/** What to erase: one ticket, or a person. */
export const EraseInput = z
  .strictObject({
    connection: Name.optional(),
    requester: Name.optional(),
    ticket: Name.optional(),
    also: z.array(Name.min(4, 'has fewer than four characters, which would match too much')).max(20).default([]),
  })
  .refine(({ requester, ticket, also }) => requester || ticket || also.length > 0, {
    error: 'name a requester, a ticket, or texts in "also"',
  })
export type EraseInput = z.input<typeof EraseInput>

export type Erasable = {
  database: Pick<Database, 'db'>
  vault: Vault
  connectors: Connectors
  config: Pick<Config, 'encryptionKeys' | 'dataDir'>
  events: { erased(actor: string, counts: Record<string, number>): void }
}

/** What an erasure would do. */
export type Found = {
  tickets: { connection: string; key: string }[]
  /** Rows by table. `bodies`: deliveries about other tickets that name the person. */
  counts: Record<string, number>
  /** Ids of the exports that contain some of it: their files are not ours to change. */
  exports: string[]
  /** Deliveries about other tickets that name the person and wait for their job: erase again when they are done. */
  waiting: number
}

export type Erased = Receipt & { waiting: number }

/** Says what an erasure would do, and changes nothing. */
export async function previewErasure(needs: Erasable, input: EraseInput): Promise<Found> {
  const { db } = needs.database
  const wanted = await wantedOf(needs, input)
  const { scope, connections } = await scopeOf(needs, wanted)
  const nameOf = (id: string) => connections.find((connection) => connection.id === id)?.name ?? id
  const tickets = scope.tickets.map(({ connectionId, key }) => ({ connection: nameOf(connectionId), key }))
  return { tickets, ...(await countScope(db, scope, wanted.also)), waiting: scope.waiting }
}

/** Tickets in one step: each step is a transaction of its own. */
const STEP = 20

/**
 * Erases, and returns the receipt. A ticket goes with all that belongs to it in one transaction; an erasure that breaks
 * off is completed by asking again.
 */
export async function erase(needs: Erasable, input: EraseInput, by: By): Promise<Erased> {
  const wanted = await wantedOf(needs, input)
  const { scope } = await scopeOf(needs, wanted)
  return eraseScope(needs, wanted, scope, by)
}

/** On whose order, and the job that erases, if one does: it is about what it erases, and stays. */
type By = { actor: string; job?: string }

async function eraseScope({ database: { db }, config, events }: Erasable, wanted: Wanted, scope: Scope, by: By) {
  const { actor, job } = by
  const erasure = uuidv7()
  const counts: Counts = { deliveries: 0, bodies: 0, tickets: 0, decisions: 0, writebacks: 0, overrides: 0, labels: 0 }
  const exports = new Set<string>()
  const add = (more: Counts) => {
    for (const [what, count] of Object.entries(more)) counts[what] = (counts[what] ?? 0) + count
  }
  for (let from = 0; from < scope.tickets.length; from += STEP) {
    const step = await db.transaction((tx) => eraseTickets(tx, erasure, scope.tickets.slice(from, from + STEP), by))
    add(step.counts)
    for (const id of step.exports) exports.add(id)
  }
  const receipt = await db.transaction(async (tx) => {
    const held = await exportsWith(tx, scope.examples)
    for (const id of held.keys()) exports.add(id)
    await markExports(tx, erasure, held)
    const jobs = await eraseJobs(tx, jobsOf([], scope.own, wanted.also), job)
    const examples = await eraseExamples(tx, scope.examples)
    await eraseDeliveries(tx, scope.own)
    await emptyDeliveries(tx, scope.naming)
    add({ examples, jobs })
    // Counted before they lost their ticket: the steps above have erased most of them.
    Object.assign(counts, { deliveries: scope.own.length, bodies: scope.naming.length })
    const concerned = [wanted.requester, wanted.ticket, ...wanted.also].filter((name) => name !== undefined)
    const stored = await storeReceipt(tx, keysOf(config), {
      id: erasure,
      actor,
      concerned,
      counts,
      exports: [...exports],
    })
    await recordAudit(tx, {
      actor,
      action: 'erase',
      subject: `erasure ${erasure}`,
      after: { counts, exports: [...exports] },
    })
    return stored
  })
  events.erased(actor, counts)
  return { ...receipt, waiting: scope.waiting }
}

type Counts = Record<string, number>

/** Erases tickets with all that belongs to them. */
async function eraseTickets(
  tx: Tx,
  erasure: string,
  tickets: NamedTicket[],
  { actor, job }: By,
): Promise<{ counts: Counts; exports: string[] }> {
  const ids = tickets.map(({ id }) => id)
  const own: string[] = []
  for (const { connectionId, externalId, key } of tickets)
    own.push(...(await deliveriesOf(tx, connectionId, [externalId, key])))
  // The jobs first: one that runs now cannot settle any more, and stores nothing.
  const jobs = await eraseJobs(tx, jobsOf(tickets, own), job)
  const answers = await eraseAnswers(tx, await answersOf(tx, ids))
  const held = await exportsWith(tx, ids)
  await markExports(tx, erasure, held)
  const audit = await eraseAudit(
    tx,
    (await decisionsToErase(tx, ids)).map(({ id }) => `decision ${id}`),
    { actor, subject: `erasure ${erasure}` },
  )
  const labels = await eraseLabels(tx, ids)
  const overrides = await eraseOverrides(tx, ids)
  const dropped = await dropTickets(tx, ids)
  await eraseDeliveries(tx, own)
  return { counts: { jobs, answers, audit, labels, overrides, ...dropped }, exports: [...held.keys()] }
}

async function wantedOf({ database: { db }, vault }: Erasable, input: EraseInput): Promise<Wanted> {
  const parsed = EraseInput.safeParse(input)
  if (!parsed.success)
    throw new Rejected(422, `This cannot be erased: ${parsed.error.issues.map((issue) => issue.message).join('; ')}`, {
      next: 'Name a requester by the account id of the helpdesk, or a ticket by its key or id.',
    })
  const { connection, ...wanted } = parsed.data
  return { ...wanted, ...(connection ? { connection: await findConnection({ db, vault }, connection) } : {}) }
}

async function scopeOf({ database: { db }, vault, connectors }: Erasable, wanted: Wanted) {
  const connections: Connection[] = wanted.connection ? [wanted.connection] : await listConnections({ db, vault })
  return { connections, scope: await findScope({ db, connectors, connections }, wanted) }
}

/** The keys of receipts. */
export const keysOf = (config: Erasable['config']): string[] => openKeys(config)
