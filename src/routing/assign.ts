/** Who takes a ticket, by the map and by whose turn it is. */
import { eq, sql } from 'drizzle-orm'
import type { Labels } from '../contract/index.ts'
import { rotations, type Tx } from '../db/index.ts'
import { deadOf } from './dead-targets.ts'
import { pick, type RoutingMap, route, type Strategy } from './map.ts'

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
