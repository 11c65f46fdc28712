/** Whether the end is as it must be: every delivery has an end, nothing was done twice, and nothing of a person is gone. */
import type { Sql } from 'postgres'
import type { SandboxTicket } from '../../connectors/sandbox.ts'
import { readLedger } from '../../src/decisions/ledger.ts'
import type { Fleet } from '../support/fleet.ts'
import type { Post } from './post.ts'

/** The outcomes, for people, and what is wrong. */
export async function judge(fleet: Fleet, admin: Sql, post: Post) {
  const violations = [...(await deliveriesWithoutEnd(admin, post)), ...(await ticketsWithoutEnd(fleet, admin))]
  let outcomes = {}
  await fleet.withDeps(async ({ database }) => {
    const ledger = await readLedger(database.db)
    outcomes = ledger
    const { lost, waiting, balanced } = ledger
    if (!balanced || lost > 0 || waiting > 0)
      violations.push(`the ledger is not balanced: ${JSON.stringify({ balanced, lost, waiting })}`)
  })
  for (const vendor of ['jira', 'zendesk'] as const) {
    const desk = fleet[vendor]
    const agents = new Set(desk.agents.map(({ id }) => id))
    for (const ticket of desk.tickets())
      violations.push(...judgeTicket(ticket, desk.self.id, agents).map((what) => `${vendor} ${ticket.key}: ${what}`))
  }
  return { outcomes, violations }
}

async function deliveriesWithoutEnd(admin: Sql, { acknowledged }: Post): Promise<string[]> {
  const stored = await admin<{ id: string; state: string; event: string; reason: string | null }[]>`
    select id, state, event, reason from deliveries`
  const byId = new Map(stored.map((row) => [row.id, row]))
  const lost = [...acknowledged].filter(([id]) => !byId.has(id))
  return [
    ...lost.map(([id, path]) => `the acknowledged delivery ${id} to ${path} is not stored`),
    ...stored
      .filter(({ state, reason }) => state === 'waiting' || ((state === 'failed' || state === 'ignored') && !reason))
      .map(({ id, event, state }) => `the delivery ${id} (${event}) is ${state} without a reason`),
  ]
}

/** Each ticket was decided once because of its creation, or it says why not. */
async function ticketsWithoutEnd({ jira, zendesk }: Fleet, admin: Sql): Promise<string[]> {
  const rows = await admin<{ key: string; decided: number; settled: number }[]>`
    select c.name || ' ' || d.ticket_id as key, count(x.id)::int as decided,
      count(*) filter (where d.state in ('ignored', 'failed') and d.reason is not null)::int as settled
    from deliveries d join connections c on c.id = d.connection_id
      left join decisions x on x.cause = 'delivery:' || d.id
    where d.event = 'created' group by 1`
  const byKey = new Map(rows.map((row) => [row.key, row]))
  const tickets = Object.entries({ jira, zendesk }).flatMap(([name, desk]) =>
    desk.tickets().map(({ id }) => `${name} ${id}`),
  )
  return tickets.flatMap((key) => {
    const row = byKey.get(key)
    if (!row) return [`${key}: nobody told us that it was created`]
    if (row.decided > 1) return [`${key}: its creation was decided ${row.decided} times`]
    return row.decided + row.settled === 0 ? [`${key}: its creation has no end`] : []
  })
}

/** Zendesk keeps the tags of its drop-downs among the tags. */
const FOLLOWS = 'tags'

type Change = SandboxTicket['history'][number]

/** Pure: from the history of the helpdesk alone. */
export function judgeTicket({ history, comments }: SandboxTicket, self: string, agents: Set<string>): string[] {
  const ofPeople = new Map<string, string>()
  const last = new Map<string, string>()
  const writes = new Set<string>()
  for (const change of history) {
    const to = given(change)
    if (agents.has(change.by) && change.field !== FOLLOWS) ofPeople.set(change.field, to)
    // To give back what a person set, after we overwrote it unseen, is no second write.
    if (change.by === self && ofPeople.get(change.field) !== to) writes.add(change.changeId)
    last.set(change.field, to)
  }
  const notes = comments.filter(({ author }) => author === self).length
  return [
    ...[...ofPeople]
      .filter(([field, value]) => last.get(field) !== value)
      .map(([field, value]) => `${field} is ${last.get(field)}, and a person had set it to ${value}`),
    ...(writes.size > 1 ? [`${writes.size} writes: ${JSON.stringify(history)}`] : []),
    ...(notes > 1 ? [`${notes} notes: ${JSON.stringify(comments.map(({ text }) => text.slice(0, 200)))}`] : []),
  ]
}

const given = ({ to }: Change): string => JSON.stringify(to ?? null)
