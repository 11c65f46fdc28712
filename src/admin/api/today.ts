/** /reports/today and /reports/timeline: what a support lead looks at first. */

import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Classifiers, EndpointHealth } from '../../classifiers/index.ts'
import { valuesOf } from '../../contract/index.ts'
import type { Database, Tx } from '../../db/index.ts'
import { frequentChanges, oldestHeld, readLatency, readTimeline, readTraffic } from '../../decisions/index.ts'
import { json } from '../../http/index.ts'
import { currentTaxonomy } from '../../taxonomy/index.ts'
import type { Env } from '../access/index.ts'
import { OutcomeCounts } from './decision-schemas.ts'
import { guarded, Span } from './route-helpers.ts'

export type TodayNeeds = {
  database: Pick<Database, 'db'>
  classifiers: Pick<Classifiers, 'choice' | 'embedded'>
  endpoints(): EndpointHealth[]
}

const DAY_MS = 86_400_000
const CHANGES = 6
const count = z.number().int()

const timeline = guarded('read', {
  method: 'get',
  path: '/reports/timeline',
  tags: ['reports'],
  summary: 'Decisions by outcome over time',
  request: {
    query: z.strictObject({
      ...Span,
      columns: z.coerce
        .number<string>()
        .int()
        .min(1)
        .max(400)
        .default(48)
        .openapi({ description: 'At most so many steps; their length follows from it.' }),
    }),
  },
  responses: {
    200: json(
      z.object({
        seconds: count.openapi({ description: 'The length of a step.' }),
        items: z.array(OutcomeCounts.extend({ at: z.iso.datetime() })),
      }),
      'From the first decision of the time span to the last, without gaps. Default: the last 24 hours.',
    ),
  },
})

const Connection = z.object({
  name: z.string(),
  kind: z.string(),
  mode: z.string(),
  pausedUntil: z.iso.datetime().nullable().openapi({ description: 'The helpdesk asked for no call until then.' }),
  deliveries: count,
  refused: count.openapi({ description: 'Deliveries that could not be taken.' }),
  lastAt: z.iso.datetime().nullable().openapi({ description: 'The newest delivery, whenever it was.' }),
})

const Model = z.object({
  kind: z.enum(['endpoint', 'embedded']),
  name: z.string(),
  state: z.enum(['up', 'down', 'trying', 'not trained']),
  error: z.string().nullable(),
})

const today = guarded('read', {
  method: 'get',
  path: '/reports/today',
  tags: ['reports'],
  summary: 'Latency, the oldest critical ticket, what people change, connections and models',
  request: { query: z.strictObject({ since: Span.since }) },
  responses: {
    200: json(
      z.object({
        latency: z.object({ p50: z.number().nullable(), p95: z.number().nullable(), n: count }).openapi({
          description: 'Seconds from the webhook to the write into the helpdesk, of the 5,000 newest at most.',
        }),
        critical: z
          .string()
          .nullable()
          .openapi({ description: 'The highest value of the field priority; null: there is no such field.' }),
        oldestCritical: z
          .object({ decision: z.uuid(), key: z.string(), subject: z.string(), receivedAt: z.iso.datetime() })
          .nullable()
          .openapi({ description: 'The held ticket of the highest priority that has waited longest.' }),
        changes: z
          .array(z.object({ field: z.string(), before: z.string(), after: z.string(), n: count }))
          .openapi({ description: 'What people change most.' }),
        connections: z.array(Connection),
        models: z.array(Model),
      }),
      'Since then; default: the last 24 hours.',
    ),
  },
})

export function todayRoutes(deps: TodayNeeds) {
  const { db } = deps.database
  return new OpenAPIHono<Env>()
    .openapi(timeline, async (c) => {
      const { until = new Date(), columns, since = new Date(until.getTime() - DAY_MS) } = c.req.valid('query')
      const { seconds, items } = await readTimeline(db, { since, until }, columns)
      return c.json({ seconds, items: items.map((item) => ({ ...item, at: item.at.toISOString() })) }, 200)
    })
    .openapi(today, async (c) => {
      const since = c.req.valid('query').since ?? new Date(Date.now() - DAY_MS)
      const critical = await highestPriority(db)
      const [latency, oldest, changes, traffic, models] = await Promise.all([
        readLatency(db, since),
        critical === null ? null : oldestHeld(db, critical),
        frequentChanges(db, since, CHANGES),
        readTraffic(db, since),
        listModels(deps),
      ])
      const connections = traffic.map((each) => ({
        ...each,
        pausedUntil: each.pausedUntil && each.pausedUntil > new Date() ? each.pausedUntil.toISOString() : null,
        lastAt: each.lastAt?.toISOString() ?? null,
      }))
      const oldestCritical = oldest && {
        decision: oldest.decision,
        key: oldest.key,
        subject: oldest.subject,
        receivedAt: oldest.receivedAt.toISOString(),
      }
      return c.json({ latency, critical, oldestCritical, changes, connections, models }, 200)
    })
}

async function highestPriority(db: Tx): Promise<string | null> {
  const { fields } = await currentTaxonomy(db)
  const field = fields.find(({ id }) => id === 'priority')
  return (field && valuesOf(field).at(-1)?.id) ?? null
}

/** The classifiers that are asked, with what is known of them now. */
async function listModels({ classifiers, endpoints }: TodayNeeds): Promise<z.infer<typeof Model>[]> {
  const asked = endpoints().map(({ name, state, lastError }) => ({
    kind: 'endpoint' as const,
    name,
    state,
    error: state === 'up' ? null : lastError,
  }))
  if (classifiers.choice === 'endpoint') return asked
  const embedded = await classifiers.embedded()
  const own = embedded
    ? { kind: 'embedded' as const, name: embedded.model, state: 'up' as const, error: null }
    : { kind: 'embedded' as const, name: 'embedded', state: 'not trained' as const, error: null }
  return [...asked, own]
}
