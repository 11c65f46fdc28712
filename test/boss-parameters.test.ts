/** Parameters as pg-boss passes them: JSON as text, or as a value. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openDatabase } from '../src/db/index.ts'
import { type Fresh, freshDatabase } from './support/database.ts'

let fresh: Fresh
let database: Database
beforeAll(async () => {
  fresh = await freshDatabase()
  database = await openDatabase({ ...fresh, pool: 2, migrations: '' })
})
afterAll(async () => {
  await database?.close()
  await fresh?.drop()
})

const fired = [{ name: 'train', key: '', jobId: '01900000-0000-7000-8000-000000000000' }]
const RECORDS = 'json_to_recordset($1::json) as x (name text, key text, "jobId" uuid)'

test.each([
  ['JSON as text is JSON, not a text in JSON', `select name from ${RECORDS}`, [JSON.stringify(fired)], 'train'],
  ['a value becomes JSON', "select $1::jsonb ->> 'name' as name", [{ name: 'train' }], 'train'],
  ['a list becomes an array', 'select $1::text[] as name', [['a', 'b']], ['a', 'b']],
])('%s', async (_, text, values, name) => {
  expect((await database.boss.executeSql(text, values)).rows).toEqual([{ name }])
})
