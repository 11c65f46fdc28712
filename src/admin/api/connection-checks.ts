/** /connections/{name}/...: what the helpdesk says and sends: its test, its metadata, its deliveries, its pause. */
import { OpenAPIHono, z } from '@hono/zod-openapi'
import {
  findConnection,
  inspectConnection,
  keepSelf,
  type MetadataOf,
  resumeConnection,
  type SaveNeeds,
} from '../../connections/index.ts'
import { ConnectionName, json } from '../../http/index.ts'
import { listArrivals } from '../../intake/index.ts'
import { currentTaxonomy } from '../../taxonomy/index.ts'
import type { Env } from '../access/index.ts'
import { MetadataShown } from './connection-schemas.ts'
import { guarded } from './route-helpers.ts'

const Tested = z.object({
  ok: z.boolean(),
  self: MetadataShown.shape.self,
  missing: MetadataShown.shape.missing.openapi({
    description: 'Permissions that the mode needs and our account lacks.',
  }),
  faults: z
    .array(z.object({ path: z.string(), message: z.string(), next: z.string() }))
    .openapi({ description: 'The faults of the mapping.' }),
})

const ArrivalShown = z.object({
  id: z.uuid(),
  receivedAt: z.iso.datetime(),
  event: z.string().openapi({ description: 'created, updated, ...; `rejected` for a delivery that was refused.' }),
  repeats: z.number().int().openapi({ description: 'How often it came again.' }),
  state: z.string(),
  reason: z.string().nullable(),
  ticket: z.object({ key: z.string(), subject: z.string(), createdAt: z.iso.datetime() }).nullable(),
  decision: z.object({ id: z.uuid(), at: z.iso.datetime() }).nullable(),
})

const ByName = z.strictObject({ name: ConnectionName })
const tags = ['connections']

const test = guarded('administer', {
  method: 'post',
  path: '/connections/{name}/test',
  tags,
  summary: 'Test a connection: our account, its permissions, and the mapping',
  request: { params: ByName },
  responses: { 200: json(Tested, 'The result.') },
})

const metadata = guarded('read-connections', {
  method: 'get',
  path: '/connections/{name}/metadata',
  tags,
  summary: "The helpdesk's fields, groups and people, as read in the last five minutes",
  request: {
    params: ByName,
    query: z.strictObject({
      fresh: z.enum(['true', 'false']).optional().openapi({ description: 'true: read them again now.' }),
    }),
  },
  responses: { 200: json(MetadataShown, 'Ids and names for the mapping.') },
})

const deliveries = guarded('read-connections', {
  method: 'get',
  path: '/connections/{name}/deliveries',
  tags,
  summary: 'The last deliveries of a connection, newest first, with what became of each',
  description:
    'A delivery that does not prove who sent it is refused. Of those, one in an hour is listed for each reason: anybody can send them.',
  request: {
    params: ByName,
    query: z.strictObject({
      refused: z.enum(['true', 'false']).optional().openapi({ description: 'true: only those that were refused.' }),
      limit: z.coerce.number<string>().int().min(1).max(100).default(20),
    }),
  },
  responses: { 200: json(z.object({ items: z.array(ArrivalShown) }), 'At most `limit`.') },
})

const resume = guarded('operate', {
  method: 'post',
  path: '/connections/{name}/resume',
  tags,
  summary: 'End the pause that the helpdesk asked for',
  request: { params: ByName },
  responses: { 200: json(z.object({ resumed: z.boolean() }), 'false: the connection was not paused.') },
})

export function connectionCheckRoutes(deps: SaveNeeds & { metadataOf: MetadataOf }) {
  const needs = { db: deps.database.db, vault: deps.vault }
  return new OpenAPIHono<Env>()
    .openapi(test, async (c) => {
      const connection = await findConnection(needs, c.req.valid('param').name)
      const taxonomy = await currentTaxonomy(needs.db)
      const inspected = await deps.helpdesks.call(connection.id, (_, current) =>
        inspectConnection(deps.connectors, current, taxonomy),
      )
      const { self, missing } = inspected.metadata
      await keepSelf(needs.db, connection.id, self.id)
      return c.json(
        { ok: missing.length === 0 && inspected.faults.length === 0, self, missing, faults: inspected.faults },
        200,
      )
    })
    .openapi(metadata, async (c) => {
      const connection = await findConnection(needs, c.req.valid('param').name)
      return c.json(await deps.metadataOf(connection, c.req.valid('query').fresh === 'true'), 200)
    })
    .openapi(deliveries, async (c) => {
      const { refused, limit } = c.req.valid('query')
      const { id } = await findConnection(needs, c.req.valid('param').name)
      const found = await listArrivals(needs.db, id, { refused: refused === 'true', limit })
      const items = found.map(({ receivedAt, ticket, decision, ...rest }) => ({
        ...rest,
        receivedAt: receivedAt.toISOString(),
        ticket: ticket && { ...ticket, createdAt: ticket.createdAt.toISOString() },
        decision: decision && { id: decision.id, at: decision.at.toISOString() },
      }))
      return c.json({ items }, 200)
    })
    .openapi(resume, async (c) => {
      const resumed = await resumeConnection(needs, c.req.valid('param').name, c.get('actor').name)
      return c.json({ resumed }, 200)
    })
}
