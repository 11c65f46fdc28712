/** After the storm: all that waits is made due, until nothing is left to do. */
import type { Sql } from 'postgres'
import { type Fleet, pause } from '../support/fleet.ts'
import type { Chance, Tally } from './chance.ts'
import type { Post } from './post.ts'

const LONGEST_MS = 240_000
/** How often what was given up is put back to work: after that its reason stands. */
const REQUEUES = 3

type Needs = { fleet: Fleet; ports: () => number[]; admin: Sql; post: Post; chance: Chance; tally: Tally }

/** Until what has come so far is worked off, for so long at most: helpdesks and models still fail. */
export async function workOff(needs: Needs, ms: number): Promise<void> {
  const end = Date.now() + ms
  while (Date.now() < end) {
    await hurry(needs)
    if (needs.post.open() === 0 && (await openWork(needs.admin)) === null) return
    await pause(1_000)
  }
}

/** What people do when the faults are over, and as if hours had passed. Says what is still open when it gives up. */
export async function calm(needs: Needs): Promise<string | null> {
  const { fleet, admin, post, tally } = needs
  const end = Date.now() + LONGEST_MS
  let requeues = 0
  let retried = false
  for (;;) {
    await Promise.all([fleet.jira.settled(), fleet.zendesk.settled()])
    await post.onIdle()
    await hurry(needs)
    const open = await openWork(admin)
    if (open === null && post.open() === 0) {
      const requeued = requeues++ < REQUEUES ? await requeue(needs) : 0
      tally.add('dead letter requeued', requeued)
      if (requeued > 0) continue
      if (retried) return null
      retried = true
      for (const outcome of ['held', 'failed']) {
        const { retried: n } = await api<{ retried: number }>(needs, 'POST', '/decisions/retry', { outcome })
        tally.add(`${outcome} decision tried again`, n)
      }
    }
    if (open !== null && Date.now() > end) return open
    await pause(500)
  }
}

/** Ends the pauses that helpdesks and models caused, and makes what waits due now. */
export async function hurry(needs: Needs): Promise<void> {
  const { admin } = needs
  for (const name of ['jira', 'zendesk']) await api(needs, 'POST', `/connections/${name}/resume`)
  const paused = await api<{ items: { model: string }[] }>(needs, 'GET', '/model-pauses')
  for (const { model } of paused.items) await api(needs, 'POST', '/model-pauses/resume', { model })
  await admin`update queue.job set start_after = now() where state in ('created', 'retry') and start_after > now()
    and name in ('triage', 'writeback', 'feedback', 'erase')`
}

async function requeue(needs: Needs): Promise<number> {
  return (await api<{ requeued: number }>(needs, 'POST', '/dead-letters/requeue', {})).requeued
}

/** Null: nothing is open. */
async function openWork(admin: Sql): Promise<string | null> {
  const found = await admin<{ what: string; n: number }[]>`
    select what, sum(n)::int as n from (
      select 'job ' || name || ' ' || state as what, 1 as n from queue.job
        where state in ('created', 'retry', 'active') and name in ('triage', 'writeback', 'feedback', 'erase')
      union all select 'delivery ' || event, 1 from deliveries where state = 'waiting'
      union all select 'write-back ' || state, 1 from writebacks where state in ('waiting', 'sending')
    ) open group by what`
  return found.length === 0 ? null : found.map(({ what, n }) => `${n} × ${what}`).join(', ')
}

/** Asks the processes until one answers. */
async function api<T>(
  { fleet, ports, chance }: Pick<Needs, 'fleet' | 'ports' | 'chance'>,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  for (const end = Date.now() + LONGEST_MS; Date.now() < end; ) {
    const answer = await fetch(`http://127.0.0.1:${chance.pick(ports())}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${fleet.settings.ADMIN_TOKEN}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(10_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch(() => null)
    if (answer?.ok) return (await answer.json()) as T
    if (answer && answer.status < 500) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    await pause(200)
  }
  throw new Error(`${method} ${path}: no process answered for ${LONGEST_MS / 1000} s`)
}
