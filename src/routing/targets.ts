import { asc, isNull } from 'drizzle-orm'
import { connections, type Tx } from '../db/index.ts'
import { namesOf } from './versions.ts'

export type NamedTarget = { name: string; connections: string[] }

/** The groups and people that a row can name: those of the mappings, and those that the map names already. */
export async function listTargets(db: Tx): Promise<{ groups: NamedTarget[]; people: NamedTarget[] }> {
  const [named, mapped] = await Promise.all([
    namesOf(db),
    db
      .select({ name: connections.name, mapping: connections.mapping })
      .from(connections)
      .where(isNull(connections.deletedAt))
      .orderBy(asc(connections.name)),
  ])
  const collect = (kind: 'groups' | 'people') => {
    const found = new Map<string, string[]>(named[kind].map((name) => [name, []]))
    for (const { name: connection, mapping } of mapped)
      for (const name of Object.keys(mapping[kind])) found.set(name, [...(found.get(name) ?? []), connection])
    return [...found].map(([name, connections]) => ({ name, connections })).sort((a, b) => a.name.localeCompare(b.name))
  }
  return { groups: collect('groups'), people: collect('people') }
}

/** The names that a mapping should have: those of the routing map, or, where it has none, those of other mappings. */
export async function wantedNames(db: Tx): Promise<{ groups: string[]; people: string[] }> {
  const [named, all] = [await namesOf(db), await listTargets(db)]
  const wanted = (kind: 'groups' | 'people') =>
    named[kind].length > 0 ? named[kind] : all[kind].map(({ name }) => name)
  return { groups: wanted('groups'), people: wanted('people') }
}
