/** Chooses the group and person for a ticket, with the state that the routing map needs. */
import { eq, sql } from 'drizzle-orm'
import type { Labels } from '../contract/index.ts'
import { rotations, type Tx } from '../db/index.ts'
import { countAssigned } from './assigned.ts'
import { pick, planGoal } from './choose.ts'
import { deadOf } from './dead-targets.ts'
import { type Goal, goalsOf, peopleOf, type RoutingMap, type Strategy } from './map.ts'
import { route } from './win.ts'

/** The group and person of a ticket, with the reason for people. */
export type Route = { group: string | null; assignee: string | null; because: string }

/** The route, or why the ticket cannot be routed. */
export type Assigned = { kind: 'routed'; route: Route } | { kind: 'dead'; reason: string }

/** `open`: the number of open tickets by person's name in the helpdesk, used by `least_loaded` only. */
type At = { now: Date; open: Record<string, number> }

/**
 * Routes a ticket by the map. Runs in the transaction of the decision, so that a round-robin turn is taken, and a limit
 * counted, only when the decision is recorded.
 */
export function assign(tx: Tx, map: RoutingMap, labels: Labels, connectionId: string, at: At): Promise<Assigned> {
  return choose(tx, map, labels, connectionId, at, { lock: true, turnOf: takeTurn })
}

/** The route that `assign` would choose now; takes no turn. */
export function previewRoute(db: Tx, map: RoutingMap, labels: Labels, connectionId: string, at: At): Promise<Assigned> {
  return choose(db, map, labels, connectionId, at, { lock: false, turnOf: nextTurn })
}

async function choose(
  tx: Tx,
  map: RoutingMap,
  labels: Labels,
  connectionId: string,
  { now, open }: At,
  { lock, turnOf }: { lock: boolean; turnOf: typeof takeTurn },
): Promise<Assigned> {
  const { row, because } = route(map, labels)
  const dead = await deadOf(tx, connectionId)
  const assigned = await countAssigned(tx, map, row, now, { lock })
  const planned = planGoal(map, row, { now, dead, assigned })
  if ('dead' in planned) return { kind: 'dead', reason: `${because}: ${planned.dead}` }
  const { there } = planned
  const { group, strategy } = planned.goal
  const turn = strategy.kind === 'round_robin' ? await turnOf(tx, connectionId, strategy) : 0
  const { assignee, because: why } = pick(strategy, { turn, open, there })
  return { kind: 'routed', route: { group, assignee, because: [because, ...planned.because, why].join('; ') } }
}

/**
 * The earlier route of a ticket, if the row that wins now could choose it again; null: the ticket is routed anew. A ticket
 * that is decided again must not move to another person because it is somebody else's turn, or because they are away.
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
  const chooses = ({ strategy }: Goal) =>
    assignee === null ? strategy.kind === 'group' : peopleOf(strategy).includes(assignee)
  if (!goalsOf(row).some((goal) => goal.group === group && chooses(goal))) return null
  const dead = await deadOf(tx, connectionId)
  if ((group && dead.group[group]) || (assignee && dead.assignee[assignee])) return null
  const kept = assignee ? `${assignee} has it already` : 'the group has it already'
  return { kind: 'routed', route: { group, assignee, because: `${because}; ${kept}` } }
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
