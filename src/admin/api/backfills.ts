/** /backfills: reading the past tickets of a connection, to learn from what people made of them. */
import { OpenAPIHono, z } from '@hono/zod-openapi'
import { findConnection } from '../../connections/index.ts'
import type { Connection, Metadata } from '../../contract/index.ts'
import { Rejected } from '../../errors.ts'
import {
  type BackfillNeeds,
  type BackfillRow,
  findBackfill,
  listBackfills,
  nameOutside,
  sinceOf,
  startBackfill,
  stopBackfill,
} from '../../history/index.ts'
import { body, json } from '../../http/index.ts'
import { currentTaxonomy } from '../../taxonomy/index.ts'
import type { Env } from '../access/index.ts'
import { ById, guarded, listOf, Paged, pageOf } from './route-helpers.ts'

const Count = z.number().int()
const BackfillShown = z
  .object({
    id: z.uuid(),
    connection: z.string(),
    since: z.iso.datetime(),
    state: z.enum(['running', 'done', 'stopped', 'failed']),
    total: Count.nullable().openapi({
      description: 'About how many tickets there are; null: the helpdesk did not say.',
    }),
    counts: z
      .object({ read: Count, labelled: Count, unlabelled: Count, open: Count, decided: Count, filtered: Count })
      .openapi({
        description:
          'Tickets. `read` is the sum of the others. `unlabelled`: solved, and no person chose a value. `decided`: Pointsman decided them, so that feedback labels them. `filtered`: outside the filters of the connection.',
      }),
    labels: z.record(z.string(), Count).openapi({ description: 'How many labels each field got.' }),
    reason: z.string().nullable().openapi({ description: 'Why it failed, and what to do.' }),
    actor: z.string(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .openapi('Backfill')

const OutsideShown = z.object({
  field: z.string(),
  value: z.string().openapi({ description: 'As the helpdesk stores it.' }),
  name: z.string().nullable().openapi({ description: 'What people call it there.' }),
  n: Count.openapi({ description: 'Solved tickets that have it.' }),
  alias: z.string().nullable().openapi({ description: 'The value of the taxonomy that it may stand for.' }),
})

const tags = ['training']

const start = guarded('learn', {
  method: 'post',
  path: '/connections/{name}/backfill',
  tags,
  summary: 'Read past tickets from the helpdesk',
  description:
    'Runs as jobs, within the limits of the connection, behind tickets that arrive. One that runs already goes on. Nothing is written into the helpdesk. The embedded classifier is trained when it ends.',
  request: {
    params: z.strictObject({ name: z.string() }),
    body: body(
      z.strictObject({
        since: z.string().max(40).default('180d').openapi({
          description: 'Tickets created since then: a span such as 180d, 12h or 26w, or an ISO 8601 time.',
          example: '180d',
        }),
      }),
    ),
  },
  responses: { 202: json(BackfillShown, 'It runs.') },
})

const list = guarded('read-models', {
  method: 'get',
  path: '/backfills',
  tags,
  summary: 'Backfills and how far they are',
  request: { query: z.strictObject(Paged) },
  responses: { 200: json(listOf(BackfillShown), 'Newest first.') },
})

const read = guarded('read-models', {
  method: 'get',
  path: '/backfills/{id}',
  tags,
  summary: 'One backfill, with the values that stand for none of ours',
  description: 'Asks the helpdesk what its values are called, at most every five minutes.',
  request: { params: ById },
  responses: {
    200: json(BackfillShown.extend({ outside: z.array(OutsideShown) }), 'Most frequent values first.'),
  },
})

const stop = guarded('learn', {
  method: 'post',
  path: '/backfills/{id}/stop',
  tags,
  summary: 'Stop a backfill; what was read stays',
  request: { params: ById },
  responses: { 200: json(BackfillShown, 'As it is now.') },
})

type Needs = BackfillNeeds & { metadataOf(connection: Connection): Promise<Metadata> }

export function backfillRoutes({ metadataOf, ...needs }: Needs) {
  const { db } = needs.database
  return new OpenAPIHono<Env>()
    .openapi(start, async (c) => {
      const since = sinceOf(c.req.valid('json').since, new Date())
      const { name } = c.req.valid('param')
      const { backfill } = await startBackfill(needs, { connection: name, since }, c.get('actor').name)
      return c.json(show(backfill), 202)
    })
    .openapi(list, async (c) => {
      const { limit, cursor } = c.req.valid('query')
      return c.json(
        pageOf(await listBackfills(db, limit + 1, cursor), limit, show, ({ id }) => id),
        200,
      )
    })
    .openapi(read, async (c) => {
      const { id } = c.req.valid('param')
      const found = await findBackfill(db, id)
      if (!found) throw new Rejected(404, `There is no backfill ${id}`, { next: 'GET /api/v1/backfills lists them.' })
      const connection = await findConnection({ db, vault: needs.vault }, found.connection)
      const isAny = Object.keys(found.outside).length > 0
      const metadata = isAny ? await metadataOf(connection) : null
      const taxonomy = await currentTaxonomy(db)
      const outside = nameOutside(found.outside, taxonomy, connection.mapping.fields, metadata)
      return c.json({ ...show(found), outside }, 200)
    })
    .openapi(stop, async (c) => {
      const stopped = await stopBackfill(db, c.req.valid('param').id, c.get('actor').name)
      return c.json(show(stopped), 200)
    })
}

function show({ connectionId: _, cursor: _cursor, outside: _outside, ...row }: BackfillRow) {
  const { since, createdAt, updatedAt, finishedAt } = row
  return {
    ...row,
    since: since.toISOString(),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
  }
}
