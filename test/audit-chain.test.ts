/** The chain of audit rows: with several writers, erasures and purges it holds; whatever else was done to it is found. */
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eraseAudit, listAudit, purgeAudit, recordAudit } from '../src/db/audit.ts'
import { verifyAudit } from '../src/db/audit-chain.ts'
import { migrationsFolder, openDatabase } from '../src/db/index.ts'
import { audit, auditHead } from '../src/db/schema.ts'
import type { Database } from '../src/db/types.ts'
import { type Fresh, freshDatabase } from './support/database.ts'

let fresh: Fresh
const opened: Database[] = []
const open = async () => {
  const database = await openDatabase({ ...fresh, pool: 4, migrations: migrationsFolder() })
  opened.push(database)
  return database
}
let db: Database['db']
beforeAll(async () => {
  fresh = await freshDatabase()
  db = (await open()).db
})
beforeEach(async () => {
  for (const statement of [
    'truncate audit',
    `update audit_head set seq = 0, hash = ''`,
    'alter table audit enable trigger chain_audit',
  ])
    await db.execute(statement)
})
afterAll(async () => {
  for (const database of opened) await database.close()
  await fresh.drop()
})

const record = (n: number, at = db) =>
  recordAudit(at, {
    actor: 'Ada',
    action: 'rules.publish',
    subject: `decision ${n}`,
    after: { n, text: 'Zoë\u0001 "é"' },
  })
const fill = async (count: number) => {
  for (let n = 1; n <= count; n++) await record(n)
}
const row = async (seq: number) => (await db.select().from(audit).where(eq(audit.seq, seq)))[0]!
const brokenAt = async () => (await verifyAudit(db)).broken?.seq ?? null

test('writers of several processes make one chain, in the order of their commits, and a change that is undone leaves no gap', async () => {
  const other = fresh.url ? (await open()).db : db
  await Promise.all(Array.from({ length: 40 }, (_, n) => record(n, n % 2 ? db : other)))
  await expect(
    db.transaction(async (tx) => {
      await record(99, tx)
      throw new Error('undone')
    }),
  ).rejects.toThrow('undone')
  await db.transaction(async (tx) => {
    for (const n of [100, 101]) await record(n, tx)
  })
  const report = await verifyAudit(db)
  expect(report).toMatchObject({ rows: 42, emptied: 0, purged: 0, head: { seq: 42 }, broken: null })
  expect((await row(41)).subject).toBe('decision 100')
})

test('a long change holds up nobody: the chain is locked only while a transaction commits', async ({ skip }) => {
  if (!fresh.url) skip('the embedded database has one connection')
  const other = (await open()).db
  await db.transaction(async (tx) => {
    await record(1, tx)
    await record(2, other) // would wait for ever
  })
  expect((await row(1)).subject).toBe('decision 2')
  expect(await brokenAt()).toBeNull()
})

test('what an erasure empties still verifies, and cannot be guessed from its hash', async () => {
  await fill(3)
  await eraseAudit(db, ['decision 2'], { actor: 'Ada', subject: 'erasure 1' })
  expect(await row(2)).toMatchObject({ before: null, after: null, salt: null, content: expect.any(String) })
  expect(await verifyAudit(db)).toMatchObject({ rows: 4, emptied: 1, broken: null })
})

test('what a purge deletes is named by the chain, which begins after it', async () => {
  await fill(5)
  const middle = (await row(3)).at
  const gone = await purgeAudit(db, middle, 100)
  expect(gone).toBe(2)
  expect(await verifyAudit(db)).toMatchObject({ rows: 4, purged: 2, broken: null })
  expect(await purgeAudit(db, new Date(Date.now() + 60_000), 100)).toBe(4)
  expect(await verifyAudit(db)).toMatchObject({ rows: 1, purged: 6, head: { seq: 7 }, broken: null })
  expect((await listAudit(db, {}, { limit: 9 })).map(({ action }) => action)).toEqual(['audit.purge'])
})

describe('it is broken at the first row that', () => {
  const change = (set: string) => db.execute(sql.raw(set))
  test.each([
    ['says another person', `update audit set actor = 'Eve' where seq = 3`, 3],
    ['says another time', `update audit set at = at - interval '1 hour' where seq = 3`, 3],
    ['says other values', `update audit set after = '{"n": 4}' where seq = 3`, 3],
    ['is deleted', `delete from audit where seq in (3, 4)`, 3],
    ['is deleted at the beginning', `delete from audit where seq < 3`, 1],
    ['is deleted at the end', `delete from audit where seq > 3`, 4],
    ['is deleted at the end, with the end moved', `delete from audit where seq > 3; update audit_head set seq = 3`, 3],
    ['was emptied by hand', `update audit set before = null, after = null, salt = null where seq = 3`, 3],
    [
      'changed places with another',
      `update audit set seq = -1 where seq = 3; update audit set seq = 3 where seq = 4; update audit set seq = 4 where seq = -1`,
      3,
    ],
    [
      'was put in without the trigger',
      `alter table audit disable trigger chain_audit; insert into audit (id, actor, action, subject) values (gen_random_uuid(), 'Eve', 'x', 'y')`,
      6,
    ],
    [
      'was changed together with its hash',
      `update audit set actor = 'Eve', hash = encode(sha256('x'), 'hex') where seq = 3`,
      3,
    ],
  ])('%s', async (_, how, seq) => {
    await fill(5)
    for (const statement of how.split('; ')) await change(statement)
    const { broken } = await verifyAudit(db)
    expect(broken).toMatchObject({ seq, why: expect.any(String) })
  })

  test('is not the one that was noted: the whole chain was made anew', async () => {
    await fill(5)
    const { head } = await verifyAudit(db)
    expect((await verifyAudit(db, head)).broken).toBeNull()
    const kept = await db.select().from(audit).orderBy(audit.seq)
    await db.delete(audit)
    await db.update(auditHead).set({ seq: 0, hash: '' })
    for (const { id, at, actor, action, subject } of kept)
      await db.insert(audit).values({ id, at, actor: actor.replace('Ada', 'Eve'), action, subject })
    expect(await brokenAt()).toBeNull()
    expect((await verifyAudit(db, head)).broken).toMatchObject({ seq: 5 })
    expect((await verifyAudit(db, { ...head, seq: 6 })).broken).toMatchObject({ seq: 6 })
  })
})
