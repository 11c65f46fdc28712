/** /audit: who changed what, as a list, as a file, and whether it is as it was written. */

import { OpenAPIHono, z } from '@hono/zod-openapi'
import { type AuditFilter, type AuditRow, auditFacets, type Database, listAudit, verifyAudit } from '../../db/index.ts'
import { json } from '../../http/index.ts'
import type { Env } from '../access/index.ts'
import { csvLine } from './csv.ts'
import { guarded, listOf, Paged, pageOf, Span } from './route-helpers.ts'
import { streamOf } from './stream.ts'

const AuditEntry = z
  .object({
    id: z.uuid(),
    at: z.iso.datetime(),
    actor: z.string(),
    action: z.string(),
    subject: z.string(),
    before: z.unknown(),
    after: z.unknown(),
    emptied: z.boolean().openapi({ description: 'An erasure removed before and after.' }),
    seq: z.number().int().nullable().openapi({ description: 'The place in the chain.' }),
    hash: z.string().nullable().openapi({ description: 'SHA-256 over this row and the hash before it.' }),
  })
  .openapi('AuditEntry')

const Filter = {
  ...Span,
  actor: z.string().max(300).optional(),
  action: z
    .string()
    .max(100)
    .optional()
    .openapi({ description: 'An action, or the beginning of several, such as `decision.`' }),
  subject: z.string().max(300).optional().openapi({ description: 'A part of what was changed.' }),
}

const Chain = z
  .object({
    rows: z.number().int().openapi({ description: 'How many rows hold together.' }),
    emptied: z.number().int().openapi({ description: 'How many of them were emptied by erasures.' }),
    purged: z.number().int().openapi({ description: 'How many were deleted because their time was over.' }),
    head: z.object({ seq: z.number().int(), hash: z.string() }).openapi({
      description: 'The end of the chain. Noted elsewhere, it shows later that nothing before it was rewritten.',
    }),
    broken: z
      .object({ seq: z.number().int(), id: z.string().nullable(), why: z.string() })
      .nullable()
      .openapi({ description: 'The first row that is wrong; null: all hold.' }),
  })
  .openapi('AuditChain')

const tags = ['access']

const list = guarded('inspect', {
  method: 'get',
  path: '/audit',
  tags,
  summary: 'Who changed what, with before and after',
  request: { query: z.strictObject({ ...Paged, ...Filter }) },
  responses: { 200: json(listOf(AuditEntry), 'Newest first.') },
})

const facets = guarded('inspect', {
  method: 'get',
  path: '/audit/facets',
  tags,
  summary: 'Everyone who changed something, and everything that was done',
  responses: {
    200: json(
      z.object({ actors: z.array(z.string()), actions: z.array(z.string()) }),
      'What /audit can be filtered by.',
    ),
  },
})

const file = guarded('inspect', {
  method: 'get',
  path: '/audit/export',
  tags,
  summary: 'The same as a file',
  request: { query: z.strictObject({ ...Filter, format: z.enum(['csv', 'jsonl']).default('csv') }) },
  responses: {
    200: {
      description: 'All rows that match, newest first. The JSON lines are complete; CSV is for a spreadsheet.',
      content: { 'application/jsonl': { schema: z.string() }, 'text/csv': { schema: z.string() } },
    },
  },
})

const chain = guarded('inspect', {
  method: 'get',
  path: '/audit/chain',
  tags,
  summary: 'Is the audit log as it was written?',
  description: 'Reads and hashes every row, as `pointsman audit verify` does.',
  responses: { 200: json(Chain, 'What was found.') },
})

export function auditRoutes({ database: { db } }: { database: Pick<Database, 'db'> }) {
  return new OpenAPIHono<Env>()
    .openapi(facets, async (c) => c.json(await auditFacets(db), 200))
    .openapi(chain, async (c) => {
      const { rows, emptied, purged, head, broken } = await verifyAudit(db)
      return c.json({ rows, emptied, purged, head, broken }, 200)
    })
    .openapi(file, async (c) => {
      const { format, ...filter } = c.req.valid('query')
      const day = new Date().toISOString().slice(0, 10)
      c.header('Content-Type', format === 'csv' ? 'text/csv; charset=utf-8' : 'application/jsonl; charset=utf-8')
      c.header('Content-Disposition', `attachment; filename="pointsman-audit-${day}.${format}"`)
      return c.body(streamOf(format === 'csv' ? csvOf(allOf(filter)) : jsonOf(allOf(filter)))) as never // a file
    })
    .openapi(list, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query')
      const found = await listAudit(db, filter, { limit: limit + 1, before: cursor })
      return c.json(
        pageOf(found, limit, show, ({ id }) => id),
        200,
      )
    })

  async function* allOf(filter: AuditFilter) {
    for (let before: string | undefined; ; ) {
      const page = await listAudit(db, filter, { limit: 500, before })
      yield* page
      before = page.at(-1)?.id
      if (page.length < 500) return
    }
  }
}

async function* csvOf(entries: AsyncGenerator<AuditRow>): AsyncGenerator<string> {
  yield csvLine(['number', 'at', 'actor', 'action', 'subject', 'before', 'after', 'hash'])
  for await (const { seq, at, actor, action, subject, before, after, hash } of entries)
    yield csvLine([seq, at.toISOString(), actor, action, subject, textOf(before), textOf(after), hash])
}

async function* jsonOf(entries: AsyncGenerator<AuditRow>): AsyncGenerator<string> {
  for await (const entry of entries) yield `${JSON.stringify(show(entry))}\n`
}

const textOf = (value: unknown) => (value === null || value === undefined ? null : JSON.stringify(value))

const show = ({ id, at, actor, action, subject, before, after, salt, seq, hash }: AuditRow) => ({
  id,
  at: at.toISOString(),
  actor,
  action,
  subject,
  before: before ?? null,
  after: after ?? null,
  emptied: salt === null,
  seq,
  hash,
})
