/** /review: what waits for a person, and why. */

import { OpenAPIHono, z } from '@hono/zod-openapi'
import { valuesOf } from '../../contract/index.ts'
import type { Database, Tx } from '../../db/index.ts'
import { countQueue, listQueue } from '../../decisions/index.ts'
import { json } from '../../http/index.ts'
import { claimsOf } from '../../review/index.ts'
import { currentTaxonomy } from '../../taxonomy/index.ts'
import type { Env } from '../access/index.ts'
import { Decision, showDecision } from './decision-shown.ts'
import { FilterQuery, filterOf } from './decisions-filter.ts'
import { guarded, listOf, pagedBy, pageOf } from './route-helpers.ts'

const { outcome: _, newest: __, ...Filter } = FilterQuery
const Kind = z.enum(['held', 'sampled'])

const Doubt = z.looseObject({
  field: z.string(),
  confidence: z.number().nullable(),
  threshold: z.number().nullable().openapi({ description: 'Null: no confidence is enough yet.' }),
  why: z.string().optional(),
})

const Queued = Decision.extend({
  kind: Kind.openapi({ description: 'sampled: decided without a person, and drawn at random to be looked at.' }),
  sample: z.number().nullable().openapi({ description: 'The share with which it was drawn.' }),
  doubts: z.array(Doubt).openapi({ description: 'The fields whose confidence did not pass its threshold.' }),
  claim: z
    .object({ who: z.string(), until: z.iso.datetime() })
    .nullable()
    .openapi({ description: 'Who looks at it now.' }),
}).openapi('Queued')

const Place = z.strictObject({ part: z.number().int().min(0), id: z.uuid() })
const tags = ['decisions']

const list = guarded('read', {
  method: 'get',
  path: '/review',
  tags,
  summary: 'The review queue: the most urgent and then the oldest first, sampled decisions last',
  description:
    'Held decisions of open tickets, and sampled decisions that nobody has touched; only the newest decision of each ticket.',
  request: { query: z.strictObject({ ...pagedBy(Place), ...Filter, kind: Kind.optional() }) },
  responses: { 200: json(listOf(Queued), 'One page.') },
})

const counts = guarded('read', {
  method: 'get',
  path: '/review/counts',
  tags,
  summary: 'How many decisions wait for a person',
  request: { query: z.strictObject(Filter) },
  responses: { 200: json(z.object({ held: z.number().int(), sampled: z.number().int() }), 'The counts.') },
})

export function reviewQueueRoutes({ database: { db } }: { database: Pick<Database, 'db'> }) {
  return new OpenAPIHono<Env>()
    .openapi(list, async (c) => {
      const { limit, cursor, kind, ...query } = c.req.valid('query')
      const filter = { ...(await filterOf(db, query)), kind }
      const found = await listQueue(db, filter, await priorities(db), { limit: limit + 1, after: cursor })
      const claims = await claimsOf(
        db,
        found.map(({ decision }) => decision.id),
      )
      const show = (row: (typeof found)[number]): z.infer<typeof Queued> => {
        const claim = claims.get(row.decision.id)
        return {
          ...showDecision(row),
          kind: row.kind,
          sample: row.decision.sample,
          doubts: doubtsIn(row.decision.trace),
          claim: claim ? { who: claim.who, until: claim.until.toISOString() } : null,
        }
      }
      return c.json(
        pageOf(found, limit, show, ({ part, decision }) => ({ part, id: decision.id })),
        200,
      )
    })
    .openapi(counts, async (c) => c.json(await countQueue(db, await filterOf(db, c.req.valid('query'))), 200))
}

/** The values of the priority, the most urgent first: the taxonomy has them in rising order. */
async function priorities(db: Tx): Promise<string[]> {
  const { fields } = await currentTaxonomy(db)
  const field = fields.find(({ id }) => id === 'priority')
  return field
    ? valuesOf(field)
        .map(({ id }) => id)
        .reverse()
    : []
}

function doubtsIn({ gates }: Record<string, unknown>): z.infer<typeof Doubt>[] {
  return Array.isArray(gates) ? gates.filter(({ passed }) => passed === false) : []
}
