/** What would be decided for a text, now. Nothing is stored, nothing is written back. */
import type { Classifiers } from '../classifiers/index.ts'
import { findConnection, type Helpdesks, type Vault } from '../connections/index.ts'
import { type Connection, ConnectionSettings, type Labels } from '../contract/index.ts'
import type { Database, Tx } from '../db/index.ts'
import { showAnswers } from '../decisions/index.ts'
import { type Assigned, previewRoute, publishedMap, type RoutingMap, route } from '../routing/index.ts'
import { openCounts } from './open-counts.ts'
import { routeBy, runPipeline, withRoute } from './pipeline.ts'

export type PreviewNeeds = {
  database: Pick<Database, 'db'>
  vault: Vault
  helpdesks: Helpdesks
  classifiers: Classifiers
}

/** Decides a text as triage would, and shows the work. Throws ModelError when nobody can answer now. */
export async function previewDecision(
  { database: { db }, vault, helpdesks, classifiers }: PreviewNeeds,
  { subject = '', text, connection: name }: { subject?: string; text: string; connection?: string },
  signal: AbortSignal = new AbortController().signal,
) {
  const started = performance.now()
  const connection = name === undefined ? null : await findConnection({ db, vault }, name)
  // Without a connection: as one that is fully trusted, so that the answer says what the model is good for.
  const policy: Pick<Connection, 'mode' | 'settings'> = connection ?? {
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

/** Where the ticket would go; null when nothing was decided that a map could route. */
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
      return previewRoute(db, map, values, connection.id, open)
    }
    // Whose turn it is and who is away differs from helpdesk to helpdesk.
    const { row, because } = route(map, values)
    const assignee = row.strategy.kind === 'fixed' ? row.strategy.assignee : null
    return { kind: 'routed', route: { group: row.group, assignee, because } }
  })
}
