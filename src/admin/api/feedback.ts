/** /overrides and /labels: what people changed, and the final values of fields. */

import { OpenAPIHono, z } from '@hono/zod-openapi'
import { Provenance } from '../../contract/index.ts'
import type { Database } from '../../db/index.ts'
import { listOverrides } from '../../feedback/index.ts'
import { ConnectionName, json } from '../../http/index.ts'
import { listLabels } from '../../labels/index.ts'
import type { Env } from '../access/index.ts'
import { checkFilter } from './check-filter.ts'
import { guarded, listOf, Paged, pagedBy, pageOf, Span } from './route-helpers.ts'

const About = { ticket: z.uuid(), key: z.string(), url: z.string(), connection: z.string() }

export const OverrideShown = z
  .object({
    id: z.uuid(),
    ...About,
    decision: z.uuid(),
    field: z.string(),
    before: z.string().nullable(),
    after: z.string().nullable(),
    who: z.string().nullable().openapi({ description: 'The account id in the helpdesk.' }),
    at: z.iso.datetime(),
    minutesAfter: z.number().openapi({ description: 'From our write, or from the decision when nothing was written.' }),
  })
  .openapi('Override')

export const LabelShown = z
  .object({
    ...About,
    field: z.string(),
    value: z.string(),
    provenance: Provenance,
    decision: z.uuid().nullable(),
    who: z.string().nullable(),
    at: z.iso.datetime(),
  })
  .openapi('Label')

const Common = {
  ...Span,
  connection: ConnectionName.optional(),
  ticket: z.uuid().optional(),
  field: z.string().max(63).optional(),
}

const overrides = guarded('read', {
  method: 'get',
  path: '/overrides',
  tags: ['feedback'],
  summary: 'Fields that a person changed after we decided them',
  request: { query: z.strictObject({ ...Paged, ...Common }) },
  responses: { 200: json(listOf(OverrideShown), 'Newest first.') },
})

const Place = z.strictObject({ updatedAt: z.iso.datetime(), ticket: z.uuid(), field: z.string() })

const labels = guarded('read', {
  method: 'get',
  path: '/labels',
  tags: ['feedback'],
  summary: 'The final value of each field, and its provenance',
  request: {
    query: z.strictObject({
      ...pagedBy(Place),
      ...Common,
      value: z.string().max(63).optional(),
      provenance: Provenance.optional(),
    }),
  },
  responses: { 200: json(listOf(LabelShown), 'Last changed first.') },
})

export function feedbackRoutes({ database: { db } }: { database: Pick<Database, 'db'> }) {
  return new OpenAPIHono<Env>()
    .openapi(overrides, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query')
      await checkFilter(db, filter)
      const found = await listOverrides(db, filter, { limit: limit + 1, before: cursor })
      return c.json(
        pageOf(found, limit, showOverride, ({ override }) => override.id),
        200,
      )
    })
    .openapi(labels, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query')
      await checkFilter(db, filter)
      const found = await listLabels(db, filter, { limit: limit + 1, before: cursor })
      const place = ({ label }: (typeof found)[number]) => ({
        updatedAt: label.updatedAt,
        ticket: label.ticketId,
        field: label.field,
      })
      return c.json(pageOf(found, limit, showLabel, place), 200)
    })
}

export function showOverride({
  override,
  key,
  url,
  connection,
}: Awaited<ReturnType<typeof listOverrides>>[number]): z.infer<typeof OverrideShown> {
  const { id, ticketId, decisionId, field, before, after, who, at, minutesAfter } = override
  return {
    id,
    ticket: ticketId,
    key,
    url,
    connection,
    decision: decisionId,
    field,
    before,
    after,
    who,
    at: at.toISOString(),
    minutesAfter,
  }
}

export function showLabel({
  label,
  key,
  url,
  connection,
}: Awaited<ReturnType<typeof listLabels>>[number]): z.infer<typeof LabelShown> {
  const { ticketId, field, value, provenance, decisionId, who, at } = label
  return {
    ticket: ticketId,
    key,
    url,
    connection,
    field,
    value,
    provenance,
    decision: decisionId,
    who,
    at: at.toISOString(),
  }
}
