/** The number of open tickets of each person. */
import { z } from 'zod'
import type { Connection } from '../../src/contract/index.ts'
import { type Api, broken, openApi } from './client.ts'
import { isId } from './json.ts'

const Count = z.object({ count: z.number().int().nonnegative() })

/** The search index lags behind writes by seconds or more: good enough to share out work, not to count exactly. */
export async function countOpen(connection: Connection, people: string[]): Promise<Record<string, number>> {
  const api = openApi(connection)
  const waiting = [...new Set(people)].filter(isId)
  const counts: [string, number][] = []
  while (waiting.length > 0) {
    const some = waiting.splice(0, connection.settings.concurrency)
    counts.push(...(await Promise.all(some.map(async (id): Promise<[string, number]> => [id, await count(api, id)]))))
  }
  return Object.fromEntries(counts)
}

const count = (api: Api, id: string) => countFound(api, `type:ticket assignee:${id} status<solved`)

export async function countFound(api: Api, query: string): Promise<number> {
  const answer = await api.library.search.showResultsCount(query)
  const parsed = Count.safeParse((answer as { result?: unknown }).result)
  if (!parsed.success) throw broken('The search count from Zendesk has an unknown shape', parsed.error)
  return parsed.data.count
}
