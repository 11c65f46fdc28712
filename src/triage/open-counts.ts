import type { Helpdesks } from '../connections/index.ts'
import type { Connection, Labels } from '../contract/index.ts'
import { goalsOf, type RoutingMap, route } from '../routing/index.ts'

const counts = new Map<string, { at: number; open: Record<string, number> }>()
const KEEP_COUNTS_MS = 60_000

/**
 * The number of open tickets by person's name; empty unless the row for these labels, or what it falls back to, is `least_loaded`. Asks the helpdesk at
 * most once a minute.
 */
export async function openCounts(
  helpdesks: Helpdesks,
  connection: Connection,
  map: RoutingMap,
  labels: Labels,
): Promise<Record<string, number>> {
  const candidates = goalsOf(route(map, labels).row).flatMap(({ strategy }) =>
    strategy.kind === 'least_loaded' ? strategy.people : [],
  )
  const names = [...new Set(candidates)].filter((name) => connection.mapping.people[name])
  if (names.length === 0) return {}
  const key = `${connection.id}:${names.join('\n')}`
  const cached = counts.get(key)
  if (cached && Date.now() - cached.at < KEEP_COUNTS_MS) return cached.open
  const ids = names.map((name) => connection.mapping.people[name]!)
  const byId = await helpdesks.call(connection.id, (connector, c) => connector.countOpen(c, ids))
  const open = Object.fromEntries(names.map((name, i) => [name, byId[ids[i]!] ?? 0]))
  if (counts.size > 1000) counts.clear()
  counts.set(key, { at: Date.now(), open })
  return open
}
