/** pg-boss inside a transaction of drizzle. */
import { sql } from 'drizzle-orm'
import { fromDrizzle } from 'pg-boss'
import type { Tx } from '../db/index.ts'
import { TriageError } from '../errors.ts'
import type { Affected } from './job.ts'

/** Makes pg-boss run its statement in this transaction: pass it as the `db` option of a call. */
export function inTransaction(tx: Tx) {
  const { executeSql } = fromDrizzle(tx as never, sql as never)
  return { executeSql: (text: string, values: unknown[] = []) => executeSql(text, values.map(asJson)) }
}

/** Throws when pg-boss changed no row: the job belongs to another process now. */
export async function mustOwn(done: Promise<Affected>): Promise<void> {
  const { affected } = await done
  if (affected === 0)
    throw new TriageError('The job was taken over by another process', {
      next: 'Nothing to do: that process settles it.',
      retry: false,
    })
}

// drizzle keeps postgres.js from writing objects as JSON: a job's result would be stored as "[object Object]".
function asJson(value: unknown): unknown {
  const isPlain = typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
  return isPlain ? JSON.stringify(value) : value
}
