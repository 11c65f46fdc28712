/** The number of open issues of each person, for the strategy "least loaded". */
import type { Connection } from '../../src/contract/index.ts'
import { quoted } from './api.ts'
import { openApi } from './open.ts'

export async function countOpen(connection: Connection, people: string[]): Promise<Record<string, number>> {
  const api = await openApi(connection)
  const { projects = [] } = connection.filters
  const within = projects.length > 0 ? ` AND project in (${projects.map(quoted).join(', ')})` : ''
  const counts: Record<string, number> = {}
  const remaining = [...new Set(people)]
  while (remaining.length > 0) {
    const batch = remaining.splice(0, connection.settings.concurrency)
    const jql = (person: string) => `assignee = ${quoted(person)} AND statusCategory != Done${within}`
    await Promise.all(
      batch.map(async (person) => {
        counts[person] = await api.count(jql(person))
      }),
    )
  }
  return counts
}
