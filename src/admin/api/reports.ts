/** /reports/ledger and /dead-letters: whether everything balances, and which jobs were given up. */

import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Database } from '../../db/index.ts'
import { type Ledger, readLedger } from '../../decisions/index.ts'
import { body, json } from '../../http/index.ts'
import type { Queue } from '../../queue/index.ts'
import { requeue as requeueLetters } from '../../review/index.ts'
import type { Env } from '../access/index.ts'
import { guarded, listOf, Span } from './route-helpers.ts'

const count = z.number().int()
const LedgerShown = z
  .object({
    events: count.openapi({ description: 'Created events that were acknowledged, without the ignored ones.' }),
    applied: count,
    suggested: count,
    held: count,
    skipped: count,
    failed: count,
    waiting: count,
    lost: count.openapi({ description: 'Waiting without a job: must be zero, always.' }),
    ignored: count,
    duplicates: count,
    overrides: count,
    balanced: z.boolean(),
  } satisfies Record<keyof Ledger, z.ZodType>)
  .openapi('Ledger')

const DeadLetter = z
  .object({
    id: z.uuid(),
    kind: z.string(),
    data: z.record(z.string(), z.unknown()),
    reason: z.string(),
    next: z.string(),
    at: z.iso.datetime(),
  })
  .openapi('DeadLetter')

const ledgerAt = <P extends string>(path: P) =>
  guarded('read', {
    method: 'get',
    path,
    tags: ['reports'],
    summary: 'Created events compared with their outcomes',
    request: { query: z.strictObject({ since: Span.since }) },
    responses: { 200: json(LedgerShown, 'Counted from the rows at the time of the request.') },
  })

const deadLetters = guarded('read-operations', {
  method: 'get',
  path: '/dead-letters',
  tags: ['operations'],
  summary: 'Jobs that were given up, with the reason',
  request: { query: z.strictObject({ limit: z.coerce.number<string>().int().min(1).max(1000).default(200) }) },
  responses: { 200: json(listOf(DeadLetter), 'Jobs that wait for a person.') },
})

const requeue = guarded('operate', {
  method: 'post',
  path: '/dead-letters/requeue',
  tags: ['operations'],
  summary: 'Requeue dead letters',
  request: {
    body: body(
      z.strictObject({
        ids: z.array(z.uuid()).min(1).max(1000).optional().openapi({ description: 'Absent: all of them.' }),
      }),
    ),
  },
  responses: { 200: json(z.object({ requeued: count }), 'Requeued.') },
})

export function reportRoutes({ database: { db }, queue }: { database: Pick<Database, 'db'>; queue: Queue }) {
  return new OpenAPIHono<Env>()
    .openapi(ledgerAt('/reports/ledger'), async (c) => c.json(await readLedger(db, c.req.valid('query').since), 200))
    .openapi(ledgerAt('/ledger'), async (c) => c.json(await readLedger(db, c.req.valid('query').since), 200))
    .openapi(deadLetters, async (c) =>
      c.json({ items: await queue.deadLetters(c.req.valid('query').limit), next: null }, 200),
    )
    .openapi(requeue, async (c) => {
      const { ids } = c.req.valid('json')
      const requeued = await requeueLetters({ db, queue }, ids, c.get('actor').name)
      return c.json({ requeued }, 200)
    })
}
