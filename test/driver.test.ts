/** What our patch of the driver promises, each on a connection that is cut. */
import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, openDatabase, rows } from '../src/db/index.ts'
import { type Fresh, freshDatabase } from './support/database.ts'
import { addressOf, openProxy, type TestProxy, through } from './support/proxy.ts'

const server = process.env.TEST_DATABASE_URL
if (!server) console.log('driver: left out; it needs TEST_DATABASE_URL')

describe.skipIf(!server)('a connection that is cut', () => {
  let fresh: Fresh
  let proxy: TestProxy
  let database: Database
  beforeEach(async () => {
    fresh = await freshDatabase()
    proxy = await openProxy(addressOf(fresh.url!))
    database = await openDatabase({ url: through(proxy, fresh.url!), dataDir: '', pool: 2, migrations: '' })
  })
  afterEach(async () => {
    await database.close()
    proxy.close()
    await fresh.drop()
  })

  test('fails what is said in its transaction afterwards, and nothing of it runs on the next one', async () => {
    await database.db.execute(sql`create table marks (n int)`)
    let after: unknown
    const cut = database.db.transaction(async (tx) => {
      await tx.execute(sql`insert into marks values (1)`)
      proxy.cut()
      await expect(tx.execute(sql`insert into marks values (2)`)).rejects.toThrow()
      await reconnected(database)
      after = await tx.execute(sql`insert into marks values (3)`).then(
        () => 'ran',
        () => 'failed',
      )
    })
    await expect(cut).rejects.toThrow()
    await expect.poll(() => after).toBe('failed')
    expect(await rows(database.db, sql`select n from marks`)).toEqual([])
  })

  test('costs no place in the pool, however often it could not be opened', async () => {
    const script = 'begin; select 1; commit;'
    await database.boss.executeSql(script)
    proxy.set('refuse')
    proxy.cut()
    for (let i = 0; i < 6; i++) {
      const failed = await Promise.allSettled([1, 2, 3].map(() => database.boss.executeSql(script)))
      expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    }
    proxy.set('pass')
    await expect.poll(() => reconnected(database), { timeout: 30_000 }).toBe(true)
    for (let i = 0; i < 6; i++) await Promise.all([1, 2, 3].map(() => database.boss.executeSql(script)))
  })

  test('is given up when it says nothing, and the next one works', async () => {
    const url = through(proxy, fresh.url!)
    const patient = await openDatabase({ url, dataDir: '', pool: 2, migrations: '', silence: 1 })
    await patient.db.execute(sql`select 1`)
    proxy.set('silent')
    await expect(patient.db.execute(sql`select 1`)).rejects.toMatchObject({ cause: { code: 'CONNECTION_SILENT' } })
    await expect(patient.prepared('select $1::int', [1])).rejects.toThrow()
    proxy.set('pass')
    await expect.poll(() => reconnected(patient), { timeout: 30_000 }).toBe(true)
    await patient.close()
  })

  test('ends no process when it is cut while it opens', async () => {
    for (let i = 0; i < 40; i++) {
      proxy.cut()
      const asked = [1, 2, 3].map(() => database.db.execute(sql`select 1`))
      await new Promise((resolve) => setTimeout(resolve, i % 8))
      proxy.cut()
      await Promise.allSettled(asked)
    }
    await expect.poll(() => reconnected(database), { timeout: 30_000 }).toBe(true)
  })
})

function reconnected({ db }: Database): Promise<boolean> {
  return db.execute(sql`select 1`).then(
    () => true,
    () => false,
  )
}
