/** Previews the decision for a text. Stores nothing and writes nothing back. */
import type { Classifiers } from '../classifiers/index.ts'
import { findConnection, type Helpdesks, type Vault } from '../connections/index.ts'
import { type Connection, ConnectionSettings, type Labels } from '../contract/index.ts'
import type { Database, Tx } from '../db/index.ts'
import { showAnswers } from '../decisions/index.ts'
import { Rejected } from '../errors.ts'
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

/** `classifier`: another one than the service is set to. */
type Previewed = { subject?: string; text: string; connection?: string; classifier?: Classifiers['choice'] | undefined }

/** Decides a text as triage would, with the trace. Throws ModelError when no classifier can answer now. */
export async function previewDecision(
  { database: { db }, vault, helpdesks, classifiers }: PreviewNeeds,
  { subject = '', text, connection: name, classifier }: Previewed,
  signal: AbortSignal = new AbortController().signal,
) {
  const started = performance.now()
  const connection = name === undefined ? null : await findConnection({ db, vault }, name)
  // Without a connection the preview uses automate mode, so that it shows what the model would decide.
  const policy: Pick<Connection, 'mode' | 'settings'> & { id?: string } = connection ?? {
    mode: 'automate',
    settings: ConnectionSettings.parse({}),
  }
  const { prepared, decision } = await runPipeline(
    { db, classifiers: await choose(classifiers, classifier) },
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
    prepared: { subject: prepared.subject, text: prepared.text, language: prepared.language.code },
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

/** Throws Rejected 422 where the classifier that is asked for is not there: another one would answer without saying so. */
async function choose(classifiers: Classifiers, choice: Classifiers['choice'] | undefined): Promise<Classifiers> {
  if (choice === undefined) return classifiers
  if (choice !== 'embedded' && !classifiers.endpoint)
    throw new Rejected(422, 'There is no model server', {
      next: 'Set LLM_BASE_URL and LLM_MODEL, or ask the embedded classifier.',
    })
  if (choice !== 'endpoint' && !(await classifiers.embedded()))
    throw new Rejected(422, 'The embedded classifier is not trained yet', {
      next: 'Confirm or correct tickets, then train it with POST /api/v1/models/train.',
    })
  return { ...classifiers, choice, endpointDown: 'wait' }
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
