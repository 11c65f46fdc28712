/** /erasures and /retention: what is erased on request, and what goes when its time is over. */

import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Config } from '../../config.ts'
import { body, json } from '../../http/index.ts'
import {
  type Erasable,
  EraseInput,
  erase,
  keysOf,
  listErasures,
  listPurges,
  previewErasure,
  type Receipt,
} from '../../privacy/index.ts'
import type { Env } from '../access/index.ts'
import { guarded, listOf, Paged, pageOf } from './route-helpers.ts'

const Counts = z.record(z.string(), z.number().int()).openapi({
  description: 'Rows by table. `bodies`: deliveries about other tickets that name the person; only their text goes.',
})
const Exports = z.array(z.uuid()).openapi({
  description:
    'Exports that contained some of it. Their files left Pointsman: remove the lines there, see GET /exports/{id}.',
})
const Waiting = z.number().int().openapi({
  description: 'Deliveries about other tickets that name the person and still wait for their job: erase again later.',
})

const Found = z
  .object({
    tickets: z.array(z.object({ connection: z.string(), key: z.string() })),
    counts: Counts,
    exports: Exports,
    waiting: Waiting,
  })
  .openapi('ErasurePreview')

const ReceiptShown = z
  .object({
    id: z.uuid(),
    at: z.iso.datetime(),
    actor: z.string(),
    counts: Counts,
    exports: Exports,
    hashes: z
      .array(z.object({ kid: z.string(), hash: z.string() }))
      .openapi({ description: 'Keyed hashes of what was asked for. Nothing else of it is stored.' }),
  })
  .openapi('Erasure')

const Retention = z
  .object({
    days: z.record(z.string(), z.number().int()).openapi({ description: 'The settings; 0: for ever.' }),
    purges: z
      .array(
        z.object({
          at: z.iso.datetime(),
          what: z.string(),
          rows: z.number().int(),
          before: z.iso.datetime().openapi({ description: 'Rows from before then had to go.' }),
        }),
      )
      .openapi({ description: 'What the last runs did, newest first.' }),
  })
  .openapi('Retention')

const WANTED = `Name a requester by the account id of the helpdesk, a ticket by its key or id, or in \`also\` other texts that identify
the person: mail address, name, number of a document. Without a connection, all of them are searched.`

const tags = ['privacy']

const preview = guarded('administer', {
  method: 'post',
  path: '/erasures/preview',
  tags,
  summary: 'What an erasure would erase',
  description: WANTED,
  request: { body: body(EraseInput) },
  responses: { 200: json(Found, 'Nothing was changed.') },
})

const start = guarded('administer', {
  method: 'post',
  path: '/erasures',
  tags,
  summary: 'Erase a ticket, or everything of a person',
  description: `Cannot be undone: ask for the preview first. ${WANTED}`,
  request: { body: body(EraseInput) },
  responses: { 200: json(ReceiptShown.extend({ waiting: Waiting }).openapi('Erased'), 'The receipt.') },
})

const list = guarded('inspect', {
  method: 'get',
  path: '/erasures',
  tags,
  summary: 'Receipts of erasures',
  request: {
    query: z.strictObject({
      ...Paged,
      concerning: z.string().min(1).max(300).optional().openapi({
        description: 'Only those of this requester, ticket or text, found by its hash.',
      }),
    }),
  },
  responses: { 200: json(listOf(ReceiptShown), 'Newest first.') },
})

const retention = guarded('inspect', {
  method: 'get',
  path: '/retention',
  tags,
  summary: 'For how long what is kept, and what was purged',
  responses: { 200: json(Retention, 'Settings and the last runs.') },
})

export function privacyRoutes(needs: Erasable & { config: Pick<Config, 'retention'> }) {
  const { db } = needs.database
  return new OpenAPIHono<Env>()
    .openapi(preview, async (c) => c.json(await previewErasure(needs, c.req.valid('json')), 200))
    .openapi(start, async (c) => {
      const { waiting, ...receipt } = await erase(needs, c.req.valid('json'), { actor: c.get('actor').name })
      return c.json({ ...show(receipt), waiting }, 200)
    })
    .openapi(list, async (c) => {
      const { limit, cursor: before, concerning } = c.req.valid('query')
      const found = await listErasures(db, keysOf(needs.config), { limit: limit + 1, before, concerning })
      return c.json(
        pageOf(found, limit, show, ({ id }) => id),
        200,
      )
    })
    .openapi(retention, async (c) => {
      const found = await listPurges(db, 100)
      const purges = found.map(({ at, what, rows, before }) => ({
        at: at.toISOString(),
        what,
        rows,
        before: before.toISOString(),
      }))
      return c.json({ days: needs.config.retention, purges }, 200)
    })
}

const show = ({ id, at, actor, counts, exports, hashes }: Receipt) => ({
  id,
  at: at.toISOString(),
  actor,
  counts,
  exports,
  hashes,
})
