/** Decide again: one decision, or all that a filter means. */

import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Database } from '../../db/index.ts'
import { body, json } from '../../http/index.ts'
import type { Queue } from '../../queue/index.ts'
import { retry, retryMany } from '../../review/index.ts'
import type { Env } from '../access/index.ts'
import { Outcome } from './decision-schemas.ts'
import { FilterQuery, filterOf } from './decisions-filter.ts'
import { ById, guarded } from './route-helpers.ts'

const again = guarded('review', {
  method: 'post',
  path: '/decisions/{id}/retry',
  tags: ['decisions'],
  summary: 'Decide the ticket again, with the current rules, model and routing map',
  request: {
    params: ById,
    body: {
      ...body(
        z.strictObject({
          force: z.boolean().default(false).openapi({
            description: 'Choose the person anew and add a note, even if the ticket has the decided values already.',
          }),
        }),
      ),
      required: false,
    },
  },
  responses: {
    202: json(
      z.object({
        cause: z.string().openapi({ description: 'The new decision will carry it.' }),
        will: z.array(z.string()).openapi({ description: 'What will happen, in words.' }),
      }),
      'Queued.',
    ),
  },
})

const many = guarded('review', {
  method: 'post',
  path: '/decisions/retry',
  tags: ['decisions'],
  summary: 'Try again all that a filter means',
  description:
    'What waits is tried now, what was given up is put back to work, and what was decided is decided again with the current rules, model and routing map; only the newest decision of a ticket counts.',
  request: {
    body: body(
      z.strictObject({
        ...FilterQuery,
        outcome: Outcome,
        limit: z.number().int().min(1).max(1000).default(1000),
        dryRun: z.boolean().default(false).openapi({ description: 'Only count.' }),
      }),
    ),
  },
  responses: {
    200: json(
      z.object({
        matched: z.number().int(),
        retried: z.number().int(),
        more: z.boolean().openapi({ description: 'The filter means more than `limit`: call again.' }),
      }),
      'Queued.',
    ),
  },
})

type Needs = { database: Pick<Database, 'db'>; queue: Queue }

export function decisionRetryRoutes({ database: { db }, queue }: Needs) {
  return new OpenAPIHono<Env>()
    .openapi(again, async (c) => {
      const { force } = c.req.valid('json')
      return c.json(await retry({ db, queue }, c.req.valid('param').id, c.get('actor').name, { force }), 202)
    })
    .openapi(many, async (c) => {
      const { limit, dryRun, ...query } = c.req.valid('json')
      const filter = { ...(await filterOf(db, query)), outcome: query.outcome }
      return c.json(await retryMany({ db, queue }, { filter, limit, dryRun, actor: c.get('actor').name }), 200)
    })
}
