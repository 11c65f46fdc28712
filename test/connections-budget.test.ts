/** The connections of a process are counted and bounded, and whoever gets none is told why. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectors } from '../connectors/index.ts'
import { examine } from '../src/commands/doctor.ts'
import { type Cluster, openCluster, postgresBinaries, serverUser } from './support/cluster.ts'
import { deliver, openFleet, untilSettled } from './support/fleet.ts'
import { expectAllDecidedOnce } from './support/once.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const able = postgresBinaries !== null && serverUser !== null
if (!able) console.log("connections-budget: left out; it needs PostgreSQL's initdb and pg_ctl")

describe.skipIf(!able)('a server with few connections', () => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await openCluster({ max_connections: 16, superuser_reserved_connections: 3 })
    const sql = postgres(cluster.url, { max: 1 })
    await sql`create role plain login`
    await sql`grant all on database postgres to plain`
    await sql.end()
  })
  afterAll(() => cluster?.remove())

  const environment = (pool: string) => ({
    DATABASE_URL: cluster.url,
    DATABASE_POOL: pool,
    ENCRYPTION_KEY: btoa('b'.repeat(32)),
    LOG_LEVEL: 'warn',
  })

  test.each([
    ['2', true, /13 allowed, 0 .*enough for 6 process/],
    ['20', false, /13 allowed, 0 .*enough for 0 process/],
  ])('is measured by the doctor against DATABASE_POOL=%s', async (pool, ok, says) => {
    const findings = await examine(environment(pool), connectors, `${root}migrations`)
    const found = findings.find(({ what }) => what === 'connections to the database')
    expect(found).toMatchObject({ ok, says: expect.stringMatching(says) })
    if (!ok) expect(found?.next).toMatch(/DATABASE_POOL to 13 or less/)
  })

  test('gives one process no more than its budget, and a budget of two is enough', { timeout: 300_000 }, async () => {
    const fleet = await openFleet({ url: cluster.url, dataDir: '' }, { DATABASE_POOL: '2' })
    const watcher = postgres(cluster.url, { max: 1, connection: { application_name: 'watcher' } })
    try {
      const member = await fleet.start()
      let most = 0
      const acknowledged: string[] = []
      for (let round = 0; round < 4; round++) {
        const webhooks = await Promise.all(Array.from({ length: 12 }, (_, n) => fleet.webhook(n)))
        acknowledged.push(...(await Promise.all(webhooks.map((each) => deliver(() => member.port, each)))))
        const [row] = await watcher<{ n: number }[]>`
          select count(*)::int as n from pg_stat_activity where application_name = 'pointsman'`
        most = Math.max(most, row!.n)
      }
      await untilSettled(member)
      expect(most).toBe(2)
      await member.kill()
      await expectAllDecidedOnce(fleet, acknowledged, 48)
    } finally {
      await watcher.end()
      await fleet.close()
    }
  })

  test('that gives none ends a command with the cause and what to do, in two lines', async () => {
    const url = new URL(cluster.url)
    url.username = 'plain'
    const hogs = postgres(url.href, { max: 13, fetch_types: false })
    await Promise.all(Array.from({ length: 13 }, () => hogs`select pg_sleep(0.5)`))
    const child = spawn(process.execPath, ['src/cli.ts', 'ledger'], {
      cwd: root,
      env: { ...process.env, ...environment('4'), DATABASE_URL: url.href },
    })
    let said = ''
    child.stderr.on('data', (chunk) => (said += chunk))
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(1)
    expect(said).toMatch(
      /^The database does not answer: .*(too many clients|remaining connection slots).*\(53300\)\n→ .*DATABASE_POOL.*\n$/,
    )
    await hogs.end()
  })
})
