/** POST /classify: what would be decided for a text, now. Nothing is stored, nothing is written back. */
import { OpenAPIHono, z } from '@hono/zod-openapi'
import { findConnection } from '../../connections/index.ts'
import { type Connection, ConnectionSettings, type Labels } from '../../contract/index.ts'
import type { Tx } from '../../db/index.ts'
import type { Deps } from '../../deps.ts'
import { type Assigned, previewRoute, publishedMap, type RoutingMap, route } from '../../routing/index.ts'
import { consider, openCounts } from '../../triage/index.ts'
import type { Env } from '../access/roles.ts'
import { Answers, Plan, Route, Sources, showAnswers, Values } from './decision-schemas.ts'
import { body, ConnectionName, guarded, json } from './route-helpers.ts'

const Input = z.strictObject({
  subject: z.string().max(1000).default(''),
  text: z.string().min(1).max(200_000),
  connection: ConnectionName.optional().openapi({
    description: 'Decide as this connection would: its mode, thresholds and people.',
  }),
})

const Classified = z
  .object({
    plan: Plan,
    reason: z.string(),
    values: Values,
    sources: Sources,
    answers: Answers,
    route: Route.nullable(),
    model: z.string().nullable(),
    taxonomyVersion: z.number().int(),
    rulesVersion: z.number().int(),
    mapVersion: z.number().int().nullable(),
    tokens: z.object({ prompt: z.number(), completion: z.number(), cached: z.number() }).nullable(),
    trace: z.record(z.string(), z.unknown()),
    ms: z.number(),
    modelMs: z.number().nullable(),
  })
  .openapi('Classified')

const classify = guarded('classify', {
  method: 'post',
  path: '/classify',
  tags: ['decisions'],
  summary: 'Decide a text without writing anything',
  request: { body: body(Input) },
  responses: { 200: json(Classified, 'What would be decided, and why.') },
})

export function classifyRoutes(deps: ClassifyNeeds) {
  return new OpenAPIHono<Env>().openapi(classify, async (c) =>
    c.json(await classifyText(deps, c.req.valid('json'), c.req.raw.signal), 200),
  )
}

type ClassifyNeeds = Pick<Deps, 'database' | 'vault' | 'helpdesks' | 'classifiers'>

/** Decides a text as triage would, and shows the work. Throws ModelError when nobody can answer now. */
export async function classifyText(
  { database: { db }, vault, helpdesks, classifiers }: ClassifyNeeds,
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
  const { decision } = await consider(
    { db, classifiers },
    { subject, body: text, format: 'plain', metadata: {} },
    policy,
    signal,
    { urgent: true },
  )
  const map = await publishedMap(db)
  const writes = decision.plan === 'apply' || decision.plan === 'suggest'
  const routed = await wouldRoute({ db, helpdesks }, map, decision.values, connection)
  const blocked = writes && routed?.kind === 'dead' ? { plan: 'hold' as const, reason: routed.reason } : {}
  const { plan, reason, values, sources, answers, trace, model, tokens, taxonomyVersion, rulesVersion, modelMs } = {
    ...decision,
    ...blocked,
  }
  return {
    plan,
    reason,
    values,
    sources,
    trace,
    taxonomyVersion,
    rulesVersion,
    answers: showAnswers(answers),
    route: routed?.kind === 'routed' ? routed.route : null,
    model: model ?? null,
    mapVersion: map?.version ?? null,
    tokens: tokens ?? null,
    ms: Math.round((performance.now() - started) * 10) / 10,
    modelMs: modelMs ?? null,
  }
}

/** Where the ticket would go; null when nothing was decided that a map could route. */
async function wouldRoute(
  { db, helpdesks }: { db: Tx } & Pick<Deps, 'helpdesks'>,
  map: RoutingMap | null,
  values: Labels,
  connection: Connection | null,
): Promise<Assigned | null> {
  if (Object.keys(values).length === 0) return null
  if (!map) return { kind: 'dead', reason: 'no routing map is published' }
  if (connection) {
    const open = await openCounts(helpdesks, connection, map, values)
    return previewRoute(db, map, values, connection.id, open)
  }
  // Whose turn it is and who is away differs from helpdesk to helpdesk.
  const { row, because } = route(map, values)
  const assignee = row.strategy.kind === 'fixed' ? row.strategy.assignee : null
  return { kind: 'routed', route: { group: row.group, assignee, because } }
}
