/** One run: opens all, lets it happen, waits for the end and judges it. */
import type { serve } from '@hono/node-server'
import { SingleBar } from 'cli-progress'
import postgres from 'postgres'
import { ownDatabase } from '../bench/database.ts'
import { openCluster, postgresBinaries, serverUser } from '../support/cluster.ts'
import { listen, openFleet, pause, SECRET } from '../support/fleet.ts'
import { calm, hurry, workOff } from './calm.ts'
import { openChance, openTally, type Tally } from './chance.ts'
import { faultyDesk } from './faulty-desk.ts'
import { faultyModel } from './faulty-model.ts'
import { type Arena, harm } from './harm.ts'
import { judge } from './judge.ts'
import { people } from './people.ts'
import { openPost } from './post.ts'
import { startProcesses } from './processes.ts'

type Options = { seed: number; seconds: number; processes: number }

/** How often the helpdesks' and models' pauses end and what waits becomes due: else a short run would only wait. */
const HURRY_EVERY_MS = 1_500

export async function storm({ seed, seconds, processes: count }: Options) {
  const chance = openChance(seed + count)
  const tally = openTally()
  const violations: string[] = []
  const servers: ReturnType<typeof serve>[] = []
  await using closing = new AsyncDisposableStack()
  closeAtSignals(closing)
  const arena = closing.use(await openArena())
  const faults = { on: true }
  const model = await faultyModel(faults, chance.part(1), tally)
  const fleet = await openFleet({ url: arena.url, dataDir: '' }, await modelEnv(model.handle, servers), {
    settings: { timeoutMs: 4_000 },
    front: (vendor, api) => faultyDesk(vendor, api, faults, chance.part(vendor === 'jira' ? 2 : 3), tally),
  })
  closing.defer(async () => {
    for (const server of servers) server.close()
    await fleet.close()
  })
  const admin = postgres(arena.url, { max: 2, onnotice: () => {}, connection: { application_name: 'chaos' } })
  closing.defer(() => admin.end())
  const processes = await startProcesses(fleet, count, tally, violations)
  closing.defer(processes.stop)
  const post = openPost(processes.ports, chance.part(4), tally, violations)
  const url = await listen(post.handle, servers)
  for (const vendor of ['jira', 'zendesk'] as const)
    fleet[vendor].webhooks.push({
      url: `${url}/webhooks/${vendor}`,
      secret: { kind: 'signature', secret: SECRET },
      style: 'events',
    })
  const needs = { fleet, ports: processes.ports, admin, post, chance: chance.part(5), tally }
  const over = AbortSignal.timeout(seconds * 1_000)
  await Promise.all([
    people({ fleet, post }, over, chance.part(6), tally),
    harm({ processes, admin, arena }, over, chance.part(7), tally),
    hurrying(() => hurry(needs), over),
    showProgress(seconds, over, () => `${fleet.jira.tickets().length + fleet.zendesk.tickets().length} tickets`),
  ])
  await processes.ready()
  await workOff(needs, seconds * 1_000)
  faults.on = false
  const open = await calm(needs)
  if (open !== null) violations.push(`it did not come to its end: ${open}`)
  const judged = await judge(fleet, admin, post)
  violations.push(...judged.violations)
  if (model.state.trapped > 0) violations.push(`${model.state.trapped} prompts followed a redirect`)
  return { figures: figures(tally, judged.outcomes, post.acknowledged.size, processes.peakMb()), violations }
}

/** Who stops a run leaves no server and no process behind. */
function closeAtSignals(closing: AsyncDisposableStack): void {
  const stop = () => void closing.disposeAsync().finally(() => process.exit(130))
  const signals = ['SIGINT', 'SIGTERM'] as const
  for (const signal of signals) process.once(signal, stop)
  closing.defer(() => signals.forEach((signal) => void process.removeListener(signal, stop)))
}

/** A cluster of our own can be restarted; the server of DATABASE_URL cannot. */
async function openArena(): Promise<Arena & AsyncDisposable> {
  if (process.env.DATABASE_URL) {
    const { url, drop } = await ownDatabase()
    return { url: url!, restart: null, [Symbol.asyncDispose]: drop }
  }
  if (postgresBinaries === null || serverUser === null)
    throw new Error('Install PostgreSQL (initdb, pg_ctl), or set DATABASE_URL: the database is then not restarted.')
  const cluster = await openCluster()
  return {
    url: cluster.url,
    async restart(how, downMs) {
      await cluster.stop(how)
      await pause(downMs)
      await cluster.start()
    },
    [Symbol.asyncDispose]: cluster.remove,
  }
}

async function modelEnv(handle: Parameters<typeof listen>[0], servers: Parameters<typeof listen>[1]) {
  return {
    LLM_BASE_URL: `${await listen(handle, servers)}/v1`,
    LLM_MODEL: 'triage',
    LLM_TIMEOUT_MS: '4000',
    LLM_CONCURRENCY: '8',
    CLASSIFIER: 'endpoint',
    ENDPOINT_DOWN: 'wait',
    ANSWER_LIMIT_MB: '8',
  }
}

async function hurrying(work: () => Promise<void>, until: AbortSignal): Promise<void> {
  while (!until.aborted) {
    await pause(HURRY_EVERY_MS)
    await work().catch(() => {}) // the database may be away; at the end it is asked once more
  }
}

async function showProgress(seconds: number, until: AbortSignal, said: () => string): Promise<void> {
  const bar = new SingleBar({
    format: '{bar} {value} of {total} s, {said}',
    stream: process.stderr,
    noTTYOutput: true,
    notTTYSchedule: 10_000,
  })
  bar.start(seconds, 0, { said: '' })
  const began = Date.now()
  while (!until.aborted) {
    await pause(250)
    bar.update(Math.min(seconds, Math.round((Date.now() - began) / 1_000)), { said: said() })
  }
  bar.stop()
}

function figures(tally: Tally, outcomes: object, acknowledged: number, peakMb: number): Record<string, string> {
  const listed = (counts: object) =>
    Object.entries(counts)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, n]) => `${name} ${n}`)
      .join(', ')
  return {
    happened: listed(tally.all()),
    deliveries: `${acknowledged} acknowledged`,
    ledger: listed(outcomes),
    memory: `${peakMb} MB at most in one process`,
  }
}
