/** The scheduled purge: empties and deletes what was kept for as long as the settings say. */
import { desc } from 'drizzle-orm'
import type { Config } from '../config.ts'
import { type Database, purgeAudit, purges, type Tx, uuidv7 } from '../db/index.ts'
import { dropTickets, emptyExplanations, expiredTickets } from '../decisions/index.ts'
import { eraseOverrides } from '../feedback/index.ts'
import { dropDeliveries, dropDeliveriesOf, emptyBodies } from '../intake/index.ts'
import { eraseLabels, purgeExamples } from '../labels/index.ts'
import { currentTaxonomy } from '../taxonomy/index.ts'
import { dropExported } from '../training/index.ts'

export type PurgeNeeds = {
  database: Pick<Database, 'db'>
  config: Pick<Config, 'retention'>
  events: { purged(what: string, rows: number): void }
}

/** Rows in one step. Each step is a transaction of its own, so no lock is held for long. */
const STEP = 500
/** Tickets in one step: each has many rows. */
const TICKETS = 50
/** What is left after so many steps is done by the next run. */
const STEPS = 4000
const FIRST = '00000000-0000-0000-0000-000000000000'

type Kind = { what: string; days: number; run(db: Tx, before: Date, stop: () => boolean): Promise<number> }

/** Purges everything whose time is over, one kind after the other, and stores what it did. A run that is stopped is continued by the next one. */
export async function purge(
  { database: { db }, config, events }: PurgeNeeds,
  { now = new Date(), signal }: { now?: Date; signal?: AbortSignal } = {},
): Promise<Record<string, number>> {
  const done: Record<string, number> = {}
  for (const { what, days, run } of kindsOf(config.retention, now)) {
    if (days === 0 || signal?.aborted) continue
    const before = daysBefore(now, days)
    const count = await run(db, before, () => signal?.aborted ?? false)
    if (count === 0) continue
    await db.insert(purges).values({ id: uuidv7(), what, rows: count, before })
    events.purged(what, count)
    done[what] = count
  }
  return done
}

/** What the runs did, newest first. */
export async function listPurges(db: Tx, limit: number) {
  return db.select().from(purges).orderBy(desc(purges.id)).limit(limit)
}

function kindsOf(retention: Config['retention'], now: Date): Kind[] {
  const { bodies, explanations, tickets, labels, audit } = retention
  return [
    {
      what: 'bodies',
      days: bodies,
      run: (db, before, stop) => paged(stop, (after) => emptyBodies(db, { before, after, limit: STEP })),
    },
    {
      what: 'explanations',
      days: explanations,
      async run(db, before, stop) {
        const { fields } = await currentTaxonomy(db)
        const entities = fields.filter((field) => field.kind === 'entity').map((field) => field.id)
        return paged(stop, (after) => emptyExplanations(db, { before, after, limit: STEP, entities }))
      },
    },
    // Two periods in one pass: a ticket that was taught waits for the longer one.
    {
      what: 'tickets',
      days: tickets || labels,
      run: (db, _, stop) => repeated(stop, () => expire(db, limitOf(now, tickets), limitOf(now, labels)), TICKETS),
    },
    {
      what: 'examples',
      days: labels,
      run: (db, before, stop) => repeated(stop, () => purgeExamples(db, before, STEP), STEP),
    },
    {
      what: 'deliveries',
      days: tickets,
      run: (db, before, stop) => paged(stop, (after) => dropDeliveries(db, { before, after, limit: STEP })),
    },
    { what: 'audit', days: audit, run: (db, before, stop) => repeated(stop, () => purgeAudit(db, before, STEP), STEP) },
  ]
}

/** Deletes one batch of tickets whose time is over, with all that belongs to them. */
async function expire(db: Tx, before: Date | null, labelled: Date | null): Promise<number> {
  return db.transaction(async (tx) => {
    const ids = await expiredTickets(tx, { before, labelled, limit: TICKETS })
    if (ids.length === 0) return 0
    await dropDeliveriesOf(tx, ids)
    await eraseLabels(tx, ids)
    await eraseOverrides(tx, ids)
    await dropExported(tx, ids)
    return (await dropTickets(tx, ids)).tickets
  })
}

async function paged(
  stop: () => boolean,
  step: (after: string) => Promise<{ count: number; last: string | null }>,
): Promise<number> {
  let total = 0
  let after: string | null = FIRST
  for (let steps = 0; after !== null && steps < STEPS && !stop(); steps++) {
    const { count, last }: { count: number; last: string | null } = await step(after)
    total += count
    after = last
  }
  return total
}

async function repeated(stop: () => boolean, step: () => Promise<number>, full: number): Promise<number> {
  let total = 0
  for (let steps = 0; steps < STEPS && !stop(); steps++) {
    const count = await step()
    total += count
    if (count < full) break
  }
  return total
}

const limitOf = (now: Date, days: number) => (days === 0 ? null : daysBefore(now, days))
const daysBefore = (now: Date, days: number) => new Date(now.getTime() - days * 86_400_000)
