/** Behind a pooler that gives each transaction another connection. */
import { afterEach, describe, expect, test } from 'vitest'
import { openDatabase } from '../src/db/index.ts'
import { freshDatabase } from './support/database.ts'
import { deliver, openFleet, untilSettled } from './support/fleet.ts'
import { expectAllDecidedOnce } from './support/once.ts'
import { canPool, openPooler } from './support/pgbouncer.ts'

const server = process.env.TEST_DATABASE_URL
const able = canPool && server !== undefined
if (!able) console.log('pooler: left out; it needs pgbouncer and TEST_DATABASE_URL')

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

describe.skipIf(!able)('PgBouncer in transaction mode', () => {
  async function pooled(settings: Record<string, string | number> = {}) {
    const fresh = await freshDatabase()
    closers.push(fresh.drop)
    const pooler = await openPooler(fresh.url!, settings)
    closers.push(pooler.close)
    return { fresh, url: pooler.url }
  }
  const open = (url: string, prepare?: 'auto' | 'on' | 'off') =>
    openDatabase({ url, dataDir: '', pool: 4, migrations: '', prepare })

  test('is noticed, and nothing is prepared behind it', async () => {
    const { url, fresh } = await pooled()
    const behind = await open(url)
    expect(behind.server).toMatchObject({ pooled: true, prepares: false })
    await behind.close()
    const direct = await open(fresh.url!)
    expect(direct.server).toMatchObject({ pooled: false, prepares: true })
    await direct.close()
  })

  test('does not let statements be prepared that it would lose', async () => {
    const { url } = await pooled()
    await expect(open(url, 'on')).rejects.toMatchObject({
      name: 'DatabaseError',
      next: expect.stringContaining('DATABASE_PREPARE=auto'),
    })
  })

  test('in session mode keeps what was prepared, if it is asked for', async () => {
    const { url } = await pooled({ pool_mode: 'session' })
    const behind = await open(url, 'on')
    expect(behind.server).toMatchObject({ pooled: true, prepares: true })
    await behind.close()
  })

  test('with a single connection to the server hangs nothing', async () => {
    const { url } = await pooled({ default_pool_size: 1 })
    const behind = await open(url)
    expect(behind.server).toMatchObject({ pooled: true, prepares: false })
    await behind.close()
  })

  test('costs no webhook its answer, and two processes share it', { timeout: 300_000 }, async () => {
    const { url } = await pooled()
    const fleet = await openFleet({ url, dataDir: '' })
    closers.push(fleet.close)
    const members = await Promise.all([fleet.start(), fleet.start()])
    const acknowledged: string[] = []
    for (let round = 0; round < 4; round++) {
      const webhooks = await Promise.all(Array.from({ length: 24 }, (_, n) => fleet.webhook(n)))
      acknowledged.push(...(await Promise.all(webhooks.map((each, n) => deliver(() => members[n % 2]!.port, each)))))
    }
    for (const member of members) await untilSettled(member)
    await expectAllDecidedOnce(fleet, acknowledged, 96)
  })
})
