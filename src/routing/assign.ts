/** Chooses the group and person for a ticket, with the state that the routing map needs. */
import { eq, sql } from 'drizzle-orm'
import type { Labels } from '../contract/index.ts'
import { rotations, type Tx } from '../db/index.ts'
import { deadOf } from './dead-targets.ts'
import { pick, type RoutingMap, type Strategy } from './map.ts'
import { route } from './win.ts'

/** The group and person of a ticket, with the reason for people. */
export type Route = { group: string | null; assignee: string | null; because: string }

/** The route, or why the ticket cannot be routed. */
export type Assigned = { kind: 'routed'; route: Route } | { kind: 'dead'; reason: string }

/**
 * Routes a ticket by the map. `open`: the number of open tickets by person's name, used by `least_loaded` only. Runs in
 * the transaction of the decision, so that a round-robin turn is taken only when the decision is recorded.
 */
export async function assign(
  tx: Tx,
  map: RoutingMap,
  labels: Labels,
  connectionId: string,
  open: Record<string, number>,
  readTurn = takeTurn,
): Promise<Assigned> {
  const { row, because } = route(map, labels)
  const dead = await deadOf(tx, connectionId)
  if (row.group && dead.group[row.group])
    return { kind: 'dead', reason: `${because}: group ${row.group} ${dead.group[row.group]}` }
  const turn = row.strategy.kind === 'round_robin' ? await readTurn(tx, connectionId, row.strategy) : 0
  const picked = pick(row.strategy, { turn, open, dead: dead.assignee })
  if ('dead' in picked) return { kind: 'dead', reason: `${because}: ${picked.dead}` }
  return {
    kind: 'routed',
    route: { group: row.group, assignee: picked.assignee, because: `${because}; ${picked.because}` },
  }
}

/**
 * The earlier route of a ticket, if the row that wins now could choose it again; null: the ticket is routed anew. A ticket
 * that is decided again must not move to another person because it is somebody else's turn.
 */
export async function keepRoute(
  tx: Tx,
  map: RoutingMap,
  labels: Labels,
  connectionId: string,
  earlier: Pick<Route, 'group' | 'assignee'>,
): Promise<Assigned | null> {
  const { row, because } = route(map, labels)
  const { group, assignee } = earlier
  if (row.group !== group || !peopleOf(row.strategy).includes(assignee)) return null
  const dead = await deadOf(tx, connectionId)
  if ((group && dead.group[group]) || (assignee && dead.assignee[assignee])) return null
  const kept = assignee ? `${assignee} has it already` : 'the group has it already'
  return { kind: 'routed', route: { group, assignee, because: `${because}; ${kept}` } }
}

function peopleOf(strategy: Strategy): (string | null)[] {
  if (strategy.kind === 'group') return [null]
  return strategy.kind === 'fixed' ? [strategy.assignee] : strategy.people
}

/** The route that `assign` would choose now; takes no turn. */
export function previewRoute(
  db: Tx,
  map: RoutingMap,
  labels: Labels,
  connectionId: string,
  open: Record<string, number>,
): Promise<Assigned> {
  return assign(db, map, labels, connectionId, open, nextTurn)
}

type RoundRobin = Extract<Strategy, { kind: 'round_robin' }>

const rotationKey = (connectionId: string, { people }: RoundRobin) => `${connectionId}:${JSON.stringify(people)}`

async function nextTurn(db: Tx, connectionId: string, strategy: RoundRobin): Promise<number> {
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
