/** Connections after values were merged: what was read as the old value is read as the one that took its place. */
import { eq, isNull, sql } from 'drizzle-orm'
import {
  type Connection,
  ConnectionSettings,
  follow,
  Mapping,
  type Merge,
  type SingleTarget,
  type Target,
} from '../contract/index.ts'
import { connections, recordAudit, type Tx } from '../db/index.ts'
import { forgetConnections } from './find.ts'

type Parts = Pick<Connection, 'settings' | 'mapping'>

/** The mapping and settings with the new names, and what changed, in words. Pure. */
export function followInConnection({ mapping, settings }: Parts, merges: Merge[]): Parts & { followed: string[] } {
  const followed: string[] = []
  const fields = Object.fromEntries(
    Object.entries(mapping.fields).map(([field, target]): [string, Target] => {
      const renamed = (part: SingleTarget) => withValues(part, field, merges, followed)
      return [field, target.to === 'all' ? { ...target, parts: target.parts.map(renamed) } : renamed(target)]
    }),
  )
  const gone = merges.map(({ field, from }) => `${field}/${from}`).filter((name) => name in settings.thresholds)
  followed.push(...gone.map((name) => `its threshold of ${name} goes`))
  const thresholds = Object.fromEntries(Object.entries(settings.thresholds).filter(([name]) => !gone.includes(name)))
  return { mapping: { ...mapping, fields }, settings: { ...settings, thresholds }, followed }
}

/** What was written for the value that stays is still written; what was read as the other one is read as it too. */
function withValues(part: SingleTarget, field: string, merges: Merge[], followed: string[]): SingleTarget {
  const values: SingleTarget['values'] = {}
  // Those that stay come first, so that the first entry of a list is what is written.
  const entries = Object.entries(part.values).sort(
    ([a], [b]) => Number(follow(merges, field, a) !== a) - Number(follow(merges, field, b) !== b),
  )
  for (const [value, raw] of entries) {
    const now = follow(merges, field, value)
    const all = [...new Set([values[now] ?? [], raw].flat())]
    values[now] = all.length === 1 ? all[0]! : all
    if (now !== value) followed.push(`${[raw].flat().join(', ')} is read as ${field} ${now}`)
  }
  return { ...part, values }
}

/** Changes the stored connections, each with its audit row. */
export async function followInConnections(tx: Tx, merges: Merge[], actor: string): Promise<void> {
  const rows = await tx
    .select({
      id: connections.id,
      name: connections.name,
      mapping: connections.mapping,
      settings: connections.settings,
    })
    .from(connections)
    .where(isNull(connections.deletedAt))
    .orderBy(connections.id)
    .for('update')
  for (const { id, name, ...row } of rows) {
    const before = { mapping: Mapping.parse(row.mapping), settings: ConnectionSettings.parse(row.settings) }
    const { followed, ...after } = followInConnection(before, merges)
    if (followed.length === 0) continue
    await tx
      .update(connections)
      .set({ ...after, updatedAt: sql`now()` })
      .where(eq(connections.id, id))
    await recordAudit(tx, { actor, action: 'connection.save', subject: `connection ${name}`, before, after })
  }
  forgetConnections()
}
