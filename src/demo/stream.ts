import { desc, eq } from 'drizzle-orm'
import type { Labels, PlayedDesk } from '../contract/index.ts'
import { decisions, tickets } from '../db/index.ts'
import { readLedger } from '../decisions/index.ts'
import type { Deps } from '../deps.ts'
import type { Screen } from './screen.ts'

type Played = { id: string; lang: string; subject: string; text: string; labels: Labels | null }
type Sent = { ticket: Played; desk: PlayedDesk; id: string; key: string; at: number; handled: boolean }
type Counts = Map<string, { n: number; right: number }>

/** Fields that the simulated agents check. The others are not written into the helpdesk, so nobody corrects them there. */
const CHECKED = ['service', 'category', 'priority']

/**
 * Sends every ticket, has agents correct and resolve what was decided, and waits until the ledger balances. Returns the
 * accuracy of the decisions, by field, against the labels that only the agents know.
 */
export async function playStream(deps: Deps, desks: PlayedDesk[], played: Played[], screen: Screen, paceMs: number) {
  const began = new Date()
  const sent = new Map<string, Sent>()
  const counts: Counts = new Map()
  let chain: Promise<void> = Promise.resolve()

  // One line and one agent at a time, in the order of events. Held and skipped tickets are final when decided.
  deps.events.watch((happening) => {
    if (happening.kind === 'overridden' || happening.kind === 'demoted') return
    const outcome = happening.kind === 'written' ? happening.state : FINAL_PLANS[happening.plan]
    if (outcome) chain = chain.then(() => finish(deps, sent, counts, screen, happening.decision, outcome))
  })

  for (const [i, ticket] of played.entries()) {
    const desk = desks[i % desks.length]!
    const at = performance.now()
    const { id, key } = await desk.create({ subject: ticket.subject, body: ticket.text })
    sent.set(`${id}`, { ticket, desk, id, key, at, handled: false })
    if (paceMs > 0) await new Promise((resolve) => setTimeout(resolve, paceMs))
  }
  await untilQuiet(deps, desks, () => chain, began, sent)
  return Object.fromEntries(
    [...counts].map(([field, { n, right }]) => [field, { n, accuracy: Math.round((right / n) * 1000) / 1000 }]),
  )
}

/** Plans without a write-back, as outcomes. */
const FINAL_PLANS: Record<string, string> = { hold: 'held', skip: 'skipped' }

/** Shows the ticket, and lets an agent correct and resolve it. */
async function finish(
  deps: Deps,
  sent: Map<string, Sent>,
  counts: Counts,
  screen: Screen,
  decisionId: string,
  outcome: string,
) {
  const [row] = await deps.database.db
    .select({ decision: decisions, ticket: tickets })
    .from(decisions)
    .innerJoin(tickets, eq(tickets.id, decisions.ticketId))
    .where(eq(decisions.id, decisionId))
    .orderBy(desc(decisions.createdAt))
  const one = row && (await whenSent(sent, row.ticket.externalId))
  if (!row || !one || one.handled) return
  one.handled = true
  const { decision } = row
  const { ticket, desk, key, at } = one
  screen.ticket({ outcome, key, subject: ticket.subject || ticket.text, decision, ms: performance.now() - at })
  const truth = ticket.labels
  if (!truth) return
  for (const [field, value] of Object.entries(decision.values)) {
    const count = counts.get(field) ?? { n: 0, right: 0 }
    counts.set(field, { n: count.n + 1, right: count.right + (value === truth[field] ? 1 : 0) })
  }
  const wrong = CHECKED.filter((field) => outcome !== 'applied' || decision.values[field] !== truth[field])
  if (wrong.length > 0 && outcome !== 'failed')
    await desk.correct(one.id, Object.fromEntries(wrong.map((field) => [field, truth[field]!])))
  await desk.resolve(one.id)
}

// The decision may be there before the sandbox has returned the id of the new ticket.
async function whenSent(sent: Map<string, Sent>, id: string): Promise<Sent | undefined> {
  for (let i = 0; i < 50 && !sent.has(id); i++) await new Promise((resolve) => setTimeout(resolve, 20))
  return sent.get(id)
}

/** Every ticket handled, every delivery answered, every job done. Gives up when nothing has moved for two minutes. */
async function untilQuiet(
  deps: Deps,
  desks: PlayedDesk[],
  chain: () => Promise<void>,
  began: Date,
  sent: Map<string, Sent>,
) {
  let last = ''
  let movedAt = Date.now()
  for (;;) {
    await Promise.all(desks.map((desk) => desk.settled()))
    await chain()
    const ledger = await readLedger(deps.database.db, began)
    const busy = await jobsAtWork(deps)
    if (ledger.events + ledger.ignored >= sent.size && ledger.waiting === 0 && busy === 0) {
      await Promise.all(desks.map((desk) => desk.settled()))
      await chain()
      if ((await jobsAtWork(deps)) === 0) return
    }
    const now = JSON.stringify([ledger, busy])
    if (now !== last) movedAt = Date.now()
    last = now
    if (Date.now() - movedAt > 120_000) return
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

async function jobsAtWork({ queue }: Deps): Promise<number> {
  const depth = await queue.depth()
  return ['triage', 'writeback', 'feedback'].reduce(
    (sum, kind) => sum + (depth[kind]?.queued ?? 0) + (depth[kind]?.active ?? 0),
    0,
  )
}
