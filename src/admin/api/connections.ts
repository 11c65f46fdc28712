/** /connections: the accounts at helpdesks. Credentials and secrets can be written but not read. */

import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { MetadataOf, SaveNeeds } from '../../connections/index.ts'
import {
  adapterView,
  alterConnection,
  ConnectionChange,
  ConnectionInput,
  ConnectionPatch,
  describeAdapter,
  findConnection,
  inspectConnection,
  keepSelf,
  listConnections,
  listPauses,
  makeConnection,
  patchConnection,
  redact,
  resumeConnection,
} from '../../connections/index.ts'
import { type Connection, ConnectionSettings, type Connectors, Filters, Mapping, Mode } from '../../contract/index.ts'
import { Rejected } from '../../errors.ts'
import { body, ConnectionName, json } from '../../http/index.ts'
import type { Queue } from '../../queue/index.ts'
import { currentTaxonomy } from '../../taxonomy/index.ts'
import { type Actor, type Env, isAllowed } from '../access/index.ts'
import { deleteConnection } from './delete-connection.ts'
import { guarded, listOf } from './route-helpers.ts'

const ConnectionShown = z
  .object({
    id: z.uuid(),
    name: z.string(),
    kind: z.string(),
    baseUrl: z.string(),
    mode: Mode,
    credentials: z.object({ kind: z.string(), email: z.string().optional() }),
    secrets: z.array(z.object({ kind: z.string(), header: z.string().optional() })),
    mapping: Mapping,
    filters: Filters,
    settings: ConnectionSettings,
    selfId: z
      .string()
      .nullable()
      .openapi({ description: 'Our own account in the helpdesk; null until the connection was tested.' }),
  })
  .openapi('Connection')

const Named = z.object({ id: z.string(), name: z.string() })
const Choice = Named.extend({ active: z.boolean().optional(), where: z.array(z.string()).optional() })
const MetadataShown = z
  .object({
    self: Named.extend({ email: z.string().optional() }),
    places: z.array(Named).openapi({ description: 'The projects or forms that the filters let through.' }),
    fields: z.array(
      Named.extend({
        type: z.string(),
        writeAs: z.array(z.string()).openapi({ description: 'How a mapping can write it; empty: not at all.' }),
        never: z.string().optional().openapi({ description: 'Why it must never be written.' }),
        active: z.boolean(),
        successor: z.string().optional(),
        where: z.array(z.string()),
        required: z.boolean(),
        defaults: z.record(z.string(), z.string()),
        options: z.array(Choice.extend({ children: z.array(Choice).optional() })),
        optionsComplete: z.boolean(),
      }),
    ),
    priorities: z.array(
      Named.extend({ isDefault: z.boolean(), where: z.array(z.string()), defaultIn: z.array(z.string()) }),
    ),
    components: z.array(Named.extend({ project: z.string(), active: z.boolean(), assignee: z.string().nullable() })),
    groups: z.array(Named.extend({ active: z.boolean(), private: z.boolean() })),
    people: z.array(
      Named.extend({
        email: z.string().optional(),
        active: z.boolean(),
        groups: z.array(z.string()),
        problem: z.object({ message: z.string(), next: z.string() }).optional(),
      }),
    ),
    peopleComplete: z.boolean(),
    givenTo: z
      .array(Named.extend({ kind: z.enum(['assignee', 'group']), why: z.string(), every: z.literal(true).optional() }))
      .openapi({
        description: 'Accounts and groups that new tickets get without a choice by anybody; every: all new tickets do.',
      }),
    unread: z.array(z.string()).openapi({ description: 'What could not be read; checks say nothing about it.' }),
    missing: z.array(z.object({ what: z.string(), next: z.string() })),
  })
  .openapi('Metadata')

const ConnectionSaved = ConnectionShown.extend({
  missing: MetadataShown.shape.missing.openapi({
    description: 'Permissions that the mode needs and our account lacks.',
  }),
  unread: MetadataShown.shape.unread,
}).openapi('ConnectionSaved')

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

const ByName = z.strictObject({ name: ConnectionName })
const Check = z.strictObject({
  check: z
    .enum(['skip'])
    .optional()
    .openapi({ description: 'skip: save without asking the helpdesk, for offline work.' }),
})

const tags = ['connections']

const list = guarded('read-connections', {
  method: 'get',
  path: '/connections',
  tags,
  summary: 'The connections, without credentials and secrets',
  responses: { 200: json(listOf(ConnectionShown), 'All connections, by name.') },
})

const create = (connectors: Connectors) =>
  guarded('administer', {
    method: 'post',
    path: '/connections',
    tags,
    summary: 'Create a connection',
    description: [
      'Credentials and mapping are checked against the helpdesk first; 422 lists every fault. `kind` is one of:',
      ...Object.values(connectors).map((connector) => `- ${describeAdapter(connector)}.`),
    ].join('\n'),
    request: { query: Check, body: body(ConnectionInput) },
    responses: { 201: json(ConnectionSaved, 'Created.') },
  })

const read = guarded('read-connections', {
  method: 'get',
  path: '/connections/{name}',
  tags,
  summary: 'One connection',
  request: { params: ByName },
  responses: { 200: json(ConnectionShown, 'Without credentials and secrets.') },
})

const change = guarded('administer', {
  method: 'put',
  path: '/connections/{name}',
  tags,
  summary: 'Change a connection',
  description: 'A part that is absent stays as it is. A part that is given replaces the old one completely.',
  request: { params: ByName, query: Check, body: body(ConnectionChange) },
  responses: { 200: json(ConnectionSaved, 'Changed.') },
})

/** What an operator may change; everything else of a connection is for an admin. */
const OPERATED = { mode: true, settings: ['precision', 'precisions', 'threshold', 'thresholds', 'modes'] } as const

const patch = guarded('operate', {
  method: 'patch',
  path: '/connections/{name}',
  tags,
  summary: 'Change single settings of a connection',
  description:
    'A JSON merge patch (RFC 7396): what is absent stays, null brings back the default. An operator may set `mode`, and `precision`, `precisions`, `threshold`, `thresholds` and `modes` of the settings; an admin everything. Less trust is never refused: it needs no answer from the helpdesk.',
  request: { params: ByName, query: Check, body: body(ConnectionPatch) },
  responses: { 200: json(ConnectionSaved, 'Changed.') },
})

const remove = guarded('administer', {
  method: 'delete',
  path: '/connections/{name}',
  tags,
  summary: 'Delete a connection',
  description:
    'Its credentials and secrets are destroyed, what waits is ended, and its history is kept. Its webhooks are answered with 410. The name can be used again for the same helpdesk only: its history goes on.',
  request: { params: ByName },
  responses: {
    200: json(
      z.object({ deliveries: z.number().int(), writebacks: z.number().int() }),
      'Deleted; how many deliveries and write-backs waited and were ended.',
    ),
  },
})

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

const resume = guarded('operate', {
  method: 'post',
  path: '/connections/{name}/resume',
  tags,
  summary: 'End the pause that the helpdesk asked for',
  request: { params: ByName },
  responses: { 200: json(z.object({ resumed: z.boolean() }), 'false: the connection was not paused.') },
})

/** Throws Rejected 403 for what an operator may not change. */
function refuseBeyond({ role, name }: Actor, { mode: _mode, settings, ...rest }: z.infer<typeof ConnectionPatch>) {
  if (isAllowed(role, 'administer')) return
  const inSettings = settings === null ? ['settings'] : Object.keys(settings ?? {}).map((key) => `settings.${key}`)
  const own = OPERATED.settings.map((key) => `settings.${key}`)
  const beyond = [...Object.keys(rest), ...inSettings.filter((path) => !own.includes(path))]
  if (beyond.length === 0) return
  throw new Rejected(403, `${name} is ${role}; ${beyond.join(', ')} needs admin`, {
    next: `You may change mode, ${own.join(', ')}. Ask an admin for the rest.`,
  })
}

export function connectionRoutes(deps: SaveNeeds & { queue: Queue; metadataOf: MetadataOf }) {
  const needs = { db: deps.database.db, vault: deps.vault }
  const shown = (connection: Connection, pauses?: Awaited<ReturnType<typeof listPauses>>) => ({
    ...redact(adapterView(deps.connectors, connection)),
    pausedUntil: pauses?.get(connection.id)?.until.toISOString() ?? null,
  })
  return new OpenAPIHono<Env>()
    .openapi(list, async (c) => {
      const [all, pauses] = [await listConnections(needs), await listPauses(needs.db)]
      return c.json({ items: all.map((connection) => shown(connection, pauses)), next: null }, 200)
    })
    .openapi(create(deps.connectors), async (c) => {
      const options = { check: c.req.valid('query').check !== 'skip', actor: c.get('actor').name }
      const { connection, ...found } = await makeConnection(deps, c.req.valid('json'), options)
      return c.json({ ...shown(connection), ...found }, 201)
    })
    .openapi(read, async (c) => {
      const connection = await findConnection(needs, c.req.valid('param').name)
      return c.json(shown(connection, await listPauses(needs.db)), 200)
    })
    .openapi(resume, async (c) => {
      const resumed = await resumeConnection(needs, c.req.valid('param').name, c.get('actor').name)
      return c.json({ resumed }, 200)
    })
    .openapi(change, async (c) => {
      const options = { check: c.req.valid('query').check !== 'skip', actor: c.get('actor').name }
      const { connection, ...found } = await alterConnection(
        deps,
        c.req.valid('param').name,
        c.req.valid('json'),
        options,
      )
      return c.json({ ...shown(connection), ...found }, 200)
    })
    .openapi(patch, async (c) => {
      const given = c.req.valid('json')
      refuseBeyond(c.get('actor'), given)
      const options = { check: c.req.valid('query').check !== 'skip', actor: c.get('actor').name }
      const { connection, ...found } = await patchConnection(deps, c.req.valid('param').name, given, options)
      return c.json({ ...shown(connection), ...found }, 200)
    })
    .openapi(remove, async (c) =>
      c.json(await deleteConnection(deps, c.req.valid('param').name, c.get('actor').name), 200),
    )
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
}
