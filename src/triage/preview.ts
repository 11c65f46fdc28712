/** Previews the decision for a text. Stores nothing and writes nothing back. */
import type { Classifiers } from '../classifiers/index.ts'
import { findConnection, type Helpdesks, type Vault } from '../connections/index.ts'
import { type Connection, ConnectionSettings, type Labels } from '../contract/index.ts'
import type { Database, Tx } from '../db/index.ts'
import { showAnswers } from '../decisions/index.ts'
import { type Assigned, planGoal, previewRoute, publishedMap, type RoutingMap, route } from '../routing/index.ts'
import { openCounts } from './open-counts.ts'
import { routeBy, runPipeline, withRoute } from './pipeline.ts'

/** What a preview needs. */
export type PreviewNeeds = {
  database: Pick<Database, 'db'>
  vault: Vault
  helpdesks: Helpdesks
  classifiers: Classifiers
}

/** Decides a text as triage would, with the trace. Throws ModelError when no classifier can answer now. */
export async function previewDecision(
  { database: { db }, vault, helpdesks, classifiers }: PreviewNeeds,
  { subject = '', text, connection: name }: { subject?: string; text: string; connection?: string },
  signal: AbortSignal = new AbortController().signal,
) {
  const started = performance.now()
  const connection = name === undefined ? null : await findConnection({ db, vault }, name)
  // Without a connection the preview uses automate mode, so that it shows what the model would decide.
  const policy: Pick<Connection, 'mode' | 'settings'> & { id?: string } = connection ?? {
    mode: 'automate',
    settings: ConnectionSettings.parse({}),
  }
  const { decision } = await runPipeline(
    { db, classifiers },
    { subject, body: text, format: 'plain', metadata: {} },
    policy,
    signal,
    { urgent: true },
  )
  const map = await publishedMap(db)
  const { plan, reason, route, values, sources, answers, trace, model, tokens, ...rest } = withRoute(
    decision,
    await wouldRoute({ db, helpdesks }, map, decision.values, connection),
  )
  return {
    plan,
    reason,
    values,
    sources,
    trace,
    taxonomyVersion: rest.taxonomyVersion,
    rulesVersion: rest.rulesVersion,
    answers: showAnswers(answers),
    route: route ?? null,
    model: model ?? null,
    mapVersion: map?.version ?? null,
    tokens: tokens ?? null,
    ms: Math.round((performance.now() - started) * 10) / 10,
    modelMs: rest.modelMs ?? null,
  }
}

/** The route that the ticket would get; null: no value was decided to route by. */
async function wouldRoute(
  { db, helpdesks }: { db: Tx; helpdesks: Helpdesks },
  map: RoutingMap | null,
  values: Labels,
  connection: Connection | null,
): Promise<Assigned | null> {
  if (Object.keys(values).length === 0) return null
  return routeBy(map, async (map) => {
    if (connection) {
      const open = await openCounts(helpdesks, connection, map, values)
      return previewRoute(db, map, values, connection.id, { now: new Date(), open })
    }
    // The person in turn and the dead targets are different in each helpdesk, so only a fixed person is known.
    const { row, because } = route(map, values)
    const planned = planGoal(map, row, { now: new Date(), dead: { group: {}, assignee: {} }, assigned: {} })
    if ('dead' in planned) return { kind: 'dead', reason: `${because}: ${planned.dead}` }
    const { group, strategy } = planned.goal
    const assignee = strategy.kind === 'fixed' ? strategy.assignee : null
    return { kind: 'routed', route: { group, assignee, because: [because, ...planned.because].join('; ') } }
  })
}
