/** The routing map: versions, edits, and who takes a ticket. */
import { and, desc, eq, sql } from 'drizzle-orm'
import type { Connection, Labels, Metadata, ROUTE_FIELDS, Taxonomy } from '../contract/index.ts'
import { recordAudit } from '../db/audit.ts'
import type { Tx } from '../db/index.ts'
import { recall } from '../db/recall.ts'
import { connections, deadTargets, rotations, routingMaps } from '../db/schema.ts'
import { Rejected } from '../errors.ts'
import { checkMap, MapDocument, type MapFault, pick, type RoutingMap, route, type Strategy, targets } from './map.ts'

export { checkMap, MapDocument, type MapFault, type RoutingMap, route, targets } from './map.ts'

/** The newest published version; null before the first one. In another process than the publisher's, a second later. */
export const publishedMap = (db: Tx): Promise<RoutingMap | null> => published.get(db)

const published = recall(1_000, readPublished)

async function readPublished(db: Tx): Promise<RoutingMap | null> {
  const [row] = await db
    .select()
    .from(routingMaps)
    .where(eq(routingMaps.state, 'published'))
    .orderBy(desc(routingMaps.version))
    .limit(1)
  return row ? { ...MapDocument.parse(row.document), version: row.version } : null
}

export async function draftMap(db: Tx) {
  const [row] = await db.select().from(routingMaps).where(eq(routingMaps.state, 'draft'))
  return row ?? null
}

export async function listMaps(db: Tx) {
  return db.select().from(routingMaps).orderBy(desc(routingMaps.version)).limit(200)
}

/** Writes the one draft. */
export async function saveDraft(
  db: Tx,
  document: MapDocument,
  author: string,
  comment = '',
): Promise<{ version: number }> {
  return db.transaction(async (tx) => {
    const draft = await draftMap(tx as Tx)
    const version = draft?.version ?? (await nextVersion(tx as Tx))
    await tx
      .insert(routingMaps)
      .values({ version, state: 'draft', document, author, comment })
      .onConflictDoUpdate({
        target: routingMaps.version,
        set: { document, author, comment },
        setWhere: eq(routingMaps.state, 'draft'),
      })
    await recordAudit(tx as Tx, {
      actor: author,
      action: 'routing-map.draft',
      subject: `routing map ${version}`,
      before: draft?.document,
      after: document,
    })
    return { version }
  })
}

/** Publishes the draft after the caller has checked its targets. Throws Rejected 409 without a draft, 422 when it is wrong. */
export async function publishDraft(db: Tx, taxonomy: Taxonomy, author: string, comment?: string): Promise<RoutingMap> {
  const map = await db.transaction(async (tx) => {
    const draft = await draftMap(tx as Tx)
    if (!draft)
      throw new Rejected(409, 'There is no draft to publish', { next: 'PUT /api/v1/routing-map/draft first.' })
    const document = MapDocument.parse(draft.document)
    refuse(checkMap(document, taxonomy))
    await tx
      .update(routingMaps)
      .set({ state: 'published', publishedAt: sql`now()`, author, ...(comment === undefined ? {} : { comment }) })
      .where(and(eq(routingMaps.version, draft.version), eq(routingMaps.state, 'draft')))
    await recordAudit(tx as Tx, {
      actor: author,
      action: 'routing-map.publish',
      subject: `routing map ${draft.version}`,
      after: document,
    })
    return { ...document, version: draft.version }
  })
  published.forget()
  return map
}

/** Makes an old version the draft. */
export async function restoreMap(db: Tx, version: number, author: string): Promise<{ version: number }> {
  const [old] = await db
    .select()
    .from(routingMaps)
    .where(and(eq(routingMaps.version, version), eq(routingMaps.state, 'published')))
  if (!old)
    throw new Rejected(404, `There is no published routing map ${version}`, {
      next: 'GET /api/v1/routing-map/versions lists them.',
    })
  return saveDraft(db, MapDocument.parse(old.document), author, `as version ${version}`)
}

export function refuse(faults: MapFault[]) {
  if (faults.length > 0)
    throw new Rejected(
      422,
      `The routing map has ${faults.length} fault(s): ${faults.map((f) => `${f.path}: ${f.message}`).join('; ')}`,
      {
        next: faults[0]!.next,
        faults,
      },
    )
}

async function nextVersion(tx: Tx): Promise<number> {
  const [row] = await tx.select({ newest: sql<number | null>`max(${routingMaps.version})` }).from(routingMaps)
  return Number(row?.newest ?? 0) + 1
}

// ------------------------------------------------------------------------------------------------------ dead targets

/** Groups and people that the connection cannot reach, by name, with the reason. Pure. */
export function findDead(map: MapDocument, connection: Connection, metadata: Metadata) {
  const { groups, people } = targets(map)
  const found: { kind: (typeof ROUTE_FIELDS)[number]; name: string; reason: string }[] = []
  for (const name of groups) {
    const reason = deadGroup(name, connection, metadata)
    if (reason) found.push({ kind: 'group', name, reason })
  }
  for (const name of people) {
    const id = connection.mapping.people[name]
    const person = metadata.people.find((p) => p.id === id)
    if (id === undefined) found.push({ kind: 'assignee', name, reason: 'is not in the mapping' })
    else if (!person)
      found.push({ kind: 'assignee', name, reason: 'is not known to the helpdesk, or cannot be assigned' })
    else if (!person.active) found.push({ kind: 'assignee', name, reason: 'is deactivated' })
  }
  return found
}

function deadGroup(name: string, { mapping }: Connection, metadata: Metadata): string | null {
  const target = mapping.group
  if (!target) return null // this connection writes no group
  const id = mapping.groups[name]
  if (id === undefined) return target.to === 'label' ? null : 'is not in the mapping'
  switch (target.to) {
    case 'native': {
      const group = metadata.groups.find((g) => g.id === id)
      if (!group) return 'does not exist in the helpdesk'
      return group.active ? null : 'is deleted'
    }
    case 'component':
      return metadata.components.some((c) => c.id === id) ? null : 'has no such component'
    case 'field': {
      if (target.type === 'text') return null
      const field = metadata.fields.find((f) => f.id === target.id)
      const parent = id.split('/')[0]
      return field?.options.some((o) => o.id === id || o.id === parent) ? null : `has no such option in ${target.id}`
    }
    case 'label':
    case 'priority':
      return null
    default:
      return target satisfies never
  }
}

/** Replaces what is known of a connection's dead targets. */
export async function recordDead(db: Tx, connectionId: string, found: ReturnType<typeof findDead>): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.delete(deadTargets).where(eq(deadTargets.connectionId, connectionId))
    if (found.length > 0) await tx.insert(deadTargets).values(found.map((dead) => ({ connectionId, ...dead })))
  })
}

export async function deadOf(
  db: Tx,
  connectionId: string,
): Promise<{ group: Record<string, string>; assignee: Record<string, string> }> {
  const dead = { group: {} as Record<string, string>, assignee: {} as Record<string, string> }
  for (const row of await db.select().from(deadTargets).where(eq(deadTargets.connectionId, connectionId)))
    dead[row.kind][row.name] = row.reason
  return dead
}

export async function listDead(db: Tx) {
  const { kind, name, reason, checkedAt } = deadTargets
  return db
    .select({ connection: connections.name, kind, name, reason, checkedAt })
    .from(deadTargets)
    .innerJoin(connections, eq(connections.id, deadTargets.connectionId))
    .orderBy(connections.name, kind, name)
}

// ------------------------------------------------------------------------------------------------------- assignment

export type Route = { group: string | null; assignee: string | null; because: string }

export type Assigned = { kind: 'routed'; route: Route } | { kind: 'dead'; reason: string }

/**
 * Routes by the map: pure choices, with the state they need read here. `open` counts tickets per person's name and is
 * only asked for `least_loaded`. In `tx`, so that a turn is taken if and only if the decision is recorded.
 */
export async function assign(
  tx: Tx,
  map: RoutingMap,
  labels: Labels,
  connectionId: string,
  open: Record<string, number>,
  turnOf = takeTurn,
): Promise<Assigned> {
  const { row, because } = route(map, labels)
  const dead = await deadOf(tx, connectionId)
  if (row.group && dead.group[row.group])
    return { kind: 'dead', reason: `${because}: group ${row.group} ${dead.group[row.group]}` }
  const turn = row.strategy.kind === 'round_robin' ? await turnOf(tx, connectionId, row.strategy) : 0
  const picked = pick(row.strategy, { turn, open, dead: dead.assignee })
  if ('dead' in picked) return { kind: 'dead', reason: `${because}: ${picked.dead}` }
  return {
    kind: 'routed',
    route: { group: row.group, assignee: picked.assignee, because: `${because}; ${picked.because}` },
  }
}

/** What `assign` would say now, without taking anybody's turn. */
export function previewRoute(
  db: Tx,
  map: RoutingMap,
  labels: Labels,
  connectionId: string,
  open: Record<string, number>,
): Promise<Assigned> {
  return assign(db, map, labels, connectionId, open, seeTurn)
}

type RoundRobin = Extract<Strategy, { kind: 'round_robin' }>

const rotationKey = (connectionId: string, { people }: RoundRobin) => `${connectionId}:${JSON.stringify(people)}`

async function seeTurn(db: Tx, connectionId: string, strategy: RoundRobin): Promise<number> {
  const [row] = await db
    .select({ turn: rotations.turn })
    .from(rotations)
    .where(eq(rotations.key, rotationKey(connectionId, strategy)))
  return Number(row?.turn ?? 0)
}

async function takeTurn(tx: Tx, connectionId: string, strategy: RoundRobin): Promise<number> {
  const key = rotationKey(connectionId, strategy)
  const [row] = await tx
    .insert(rotations)
    .values({ key, turn: 1 })
    .onConflictDoUpdate({ target: rotations.key, set: { turn: sql`${rotations.turn} + 1` } })
    .returning({ turn: rotations.turn })
  return Number(row!.turn) - 1
}
