/** Dead targets: groups and people of the routing map that cannot take a ticket. Stored until the next check. */
import { eq } from 'drizzle-orm'
import { type Helpdesks, listConnections, type Vault } from '../connections/index.ts'
import { type Connection, didYouMean, isFree, type Metadata, type ROUTE_FIELDS } from '../contract/index.ts'
import { connections, type Database, deadTargets, type Tx } from '../db/index.ts'
import { HelpdeskError } from '../errors.ts'
import { type MapDocument, targets } from './map.ts'

/** A group or person that cannot take a ticket; `reason` continues a sentence that starts with the name. */
export type DeadTarget = { kind: (typeof ROUTE_FIELDS)[number]; name: string; reason: string }

/** What a check of the targets needs. */
export type TargetNeeds = { database: Pick<Database, 'db'>; vault: Vault; helpdesks: Helpdesks }

/** A connection that was just asked what its helpdesk offers. */
export type Known = { connection: Connection; metadata: Metadata }

/**
 * Looks up every group and person of the map in every helpdesk. A helpdesk that fails to answer is in `unchecked` with
 * its error; the others are still checked.
 */
export async function inspectTargets(
  { database: { db }, vault, helpdesks }: TargetNeeds,
  map: MapDocument,
  priority = 0,
  known: Known[] = [],
) {
  const checked: { connection: Connection; found: DeadTarget[] }[] = known.map(({ connection, metadata }) => ({
    connection,
    found: findDead(map, connection, metadata),
  }))
  const unchecked: { connection: Connection; error: HelpdeskError }[] = []
  for (const connection of await listConnections({ db, vault })) {
    if (known.some((each) => each.connection.name === connection.name)) continue
    try {
      const metadata = await helpdesks.call(connection.id, (connector, c) => connector.inspect(c), priority)
      checked.push({ connection, found: findDead(map, connection, metadata) })
    } catch (error) {
      if (!(error instanceof HelpdeskError)) throw error
      unchecked.push({ connection, error })
    }
  }
  return { checked, unchecked }
}

/** Lists the groups and people of the map that the connection cannot assign, with the reason. Pure. */
export function findDead(map: MapDocument, connection: Connection, metadata: Metadata): DeadTarget[] {
  const { groups, people } = targets(map)
  const found: DeadTarget[] = []
  for (const name of groups) {
    const reason = deadGroup(name, connection, metadata)
    if (reason) found.push({ kind: 'group', name, reason })
  }
  for (const name of people) {
    const id = connection.mapping.people[name]
    const person = metadata.people.find((p) => p.id === id)
    if (id === undefined) found.push({ kind: 'assignee', name, reason: unmapped(name, connection.mapping.people) })
    else if (!person && metadata.peopleComplete)
      found.push({ kind: 'assignee', name, reason: 'does not exist in the helpdesk or cannot be assigned' })
    else if (person && !person.active) found.push({ kind: 'assignee', name, reason: 'is deactivated' })
    else if (person?.problem) found.push({ kind: 'assignee', name, reason: person.problem.message })
  }
  return found
}

const unmapped = (name: string, mapped: Record<string, string>) =>
  `is not in the mapping${didYouMean(name, Object.keys(mapped))}`

function deadGroup(name: string, { mapping }: Connection, metadata: Metadata): string | null {
  const target = mapping.group
  if (!target) return null // this connection does not write the group
  const id = mapping.groups[name]
  if (id === undefined) return target.to === 'label' ? null : unmapped(name, mapping.groups)
  switch (target.to) {
    case 'native': {
      const group = metadata.groups.find((g) => g.id === id)
      if (!group) return 'does not exist in the helpdesk'
      return group.active ? null : 'is deleted'
    }
    case 'component':
      return metadata.components.some((c) => c.id === id && c.active) ? null : 'has no active component in the helpdesk'
    case 'field': {
      const field = metadata.fields.find((f) => f.id === target.id)
      // Nothing is dead for not being in a list that was cut off, or that this kind of field does not have.
      if (isFree(target) || field?.optionsComplete === false) return null
      const parent = id.split('/')[0]
      return field?.options.some((o) => o.id === id || o.id === parent)
        ? null
        : `has no option in the field ${target.id}`
    }
    case 'label':
    case 'priority':
      return null
    default:
      return target satisfies never
  }
}

/** Replaces the stored dead targets of a connection. */
export async function recordDead(db: Tx, connectionId: string, found: DeadTarget[]): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.delete(deadTargets).where(eq(deadTargets.connectionId, connectionId))
    if (found.length > 0) await tx.insert(deadTargets).values(found.map((dead) => ({ connectionId, ...dead })))
  })
}

/** The dead targets of a connection: the reason by name. */
export async function deadOf(
  db: Tx,
  connectionId: string,
): Promise<{ group: Record<string, string>; assignee: Record<string, string> }> {
  const dead = { group: {} as Record<string, string>, assignee: {} as Record<string, string> }
  for (const row of await db.select().from(deadTargets).where(eq(deadTargets.connectionId, connectionId)))
    dead[row.kind][row.name] = row.reason
  return dead
}

/** Lists the dead targets of all connections. */
export async function listDead(db: Tx) {
  const { kind, name, reason, checkedAt } = deadTargets
  return db
    .select({ connection: connections.name, kind, name, reason, checkedAt })
    .from(deadTargets)
    .innerJoin(connections, eq(connections.id, deadTargets.connectionId))
    .orderBy(connections.name, kind, name)
}
