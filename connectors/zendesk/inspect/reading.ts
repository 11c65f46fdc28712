/** What every part of the inspection needs. */
import { z } from 'zod'
import type { Connection } from '../../../src/contract/index.ts'
import { HelpdeskError } from '../../../src/errors.ts'
import type { Api, Lane } from '../client.ts'
import { parsed } from '../parsed.ts'

export type Reading = {
  api: Api
  connection: Connection
  /** All calls go through it: a bounded number at once, and each is counted. */
  lane: Lane
  /** What could not be read, in words. */
  unread: string[]
}

/** Of 100 records each. Longer lists are cut off: nothing is wrong for not being in them. */
const PAGES = 300

export async function readList<T>(
  { api, lane }: Reading,
  path: string,
  key: string,
  schema: z.ZodType<T>,
  query: [name: string, value: string][] = [],
): Promise<{ items: T[]; complete: boolean }> {
  const { items, complete } = await api.listSome(path, key, { pages: PAGES, lane, query })
  return { items: parsed(z.array(schema), items, path), complete }
}

/** For what not every plan has and not every role may read: null, and a line that says so. Every other failure counts. */
export async function orUnread<T>({ unread }: Reading, what: string, answer: Promise<T>): Promise<T | null> {
  try {
    return await answer
  } catch (error) {
    if (!(error instanceof HelpdeskError) || !['forbidden', 'gone', 'invalid'].includes(error.fault)) throw error
    unread.push(`${what}: ${error.message}`)
    return null
  }
}
