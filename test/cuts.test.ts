/** The database cuts connections, or stops and comes back: no process ends by itself, no delivery is lost. */
import postgres from 'postgres'
import { afterEach, expect, test } from 'vitest'
import { openCluster, postgresBinaries, serverUser } from './support/cluster.ts'
import { freshDatabase } from './support/database.ts'
import { deliver, type Fleet, openFleet, pause, untilSettled } from './support/fleet.ts'
import { expectAllDecidedOnce } from './support/once.ts'

const server = process.env.TEST_DATABASE_URL
if (!server) console.log('cuts: cutting connections is left out; it needs TEST_DATABASE_URL')
const canOpenCluster = postgresBinaries !== null && serverUser !== null
if (!canOpenCluster) console.log("cuts: restarting a server is left out; it needs PostgreSQL's initdb and pg_ctl")

const CUTS = 60
const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

test.skipIf(!server)(`${CUTS} times all connections are cut under three processes`, { timeout: 600_000 }, async () => {
  const fresh = await freshDatabase()
  closers.push(fresh.drop)
  const fleet = await openFleet(fresh)
  closers.push(fleet.close)
  const admin = postgres(fresh.url!, { max: 1, connection: { application_name: 'cutter' } })
  closers.push(() => admin.end())
  const acknowledged = await underWebhooks(fleet, CUTS, 5, async () => {
    await admin`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'pointsman'`
  })
  await expectAllDecidedOnce(fleet, acknowledged, acknowledged.length)
})

test.skipIf(!canOpenCluster)('the server is stopped and started again', { timeout: 600_000 }, async () => {
  const cluster = await openCluster()
  closers.push(cluster.remove)
  const fleet = await openFleet({ url: cluster.url, dataDir: '' })
  closers.push(fleet.close)
  const ways = ['fast', 'immediate', 'fast'] as const
  let stops = 0
  const acknowledged = await underWebhooks(fleet, ways.length, 40, async () => {
    await cluster.stop(ways[stops++]!)
    for (const { port } of fleet.members) {
      expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200)
      expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(503)
    }
    await cluster.start()
  })
  await expectAllDecidedOnce(fleet, acknowledged, acknowledged.length)
})

/** Three processes take webhooks; `harm` is done so many times, each time after `every` more were taken. */
async function underWebhooks(fleet: Fleet, times: number, every: number, harm: () => Promise<void>) {
  const ports: number[] = []
  const exits: string[] = []
  let over = false
  for (let i = 0; i < 3; i++) {
    const member = await fleet.start()
    ports.push(member.port)
    member.process.once('exit', (code) => over || exits.push(`exit ${code}:\n${member.said()}`))
  }
  let sent = 0
  let harming = true
  const acknowledged: string[] = []
  const sender = async () => {
    while (harming) {
      const n = sent++
      let attempt = n
      acknowledged.push(await deliver(() => ports[attempt++ % ports.length]!, await fleet.webhook(n)))
    }
  }
  const doHarm = async () => {
    for (let i = 1; i <= times && exits.length === 0; i++) {
      const target = acknowledged.length + every
      while (acknowledged.length < target && exits.length === 0) await pause(5)
      await harm()
    }
    harming = false
  }
  await Promise.all([doHarm().finally(() => (harming = false)), ...Array.from({ length: 8 }, sender)])
  expect(exits).toEqual([])
  for (const member of fleet.members) await untilSettled(member)
  expect(exits).toEqual([])
  over = true
  return acknowledged
}
