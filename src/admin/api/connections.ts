/** /connections: the accounts at helpdesks. Credentials and secrets can be written but not read. */

import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Config } from '../../config.ts'
import type { SaveNeeds } from '../../connections/index.ts'
import {
  adapterView,
  alterConnection,
  ConnectionChange,
  ConnectionInput,
  ConnectionPatch,
  describeAdapter,
  findConnection,
  listConnections,
  listPauses,
  makeConnection,
  patchConnection,
  redact,
  tagOfConnection,
  webhookUrl,
} from '../../connections/index.ts'
import type { Connection, Connectors } from '../../contract/index.ts'
import { Rejected } from '../../errors.ts'
import { body, ConnectionName, json } from '../../http/index.ts'
import type { Queue } from '../../queue/index.ts'
import { type Actor, type Env, isAllowed } from '../access/index.ts'
import { ConnectionSaved, ConnectionShown } from './connection-schemas.ts'
import { deleteConnection } from './delete-connection.ts'
import { guarded, IfMatch, listOf } from './route-helpers.ts'

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
  request: { params: ByName, query: Check, headers: IfMatch, body: body(ConnectionChange) },
  responses: { 200: json(ConnectionSaved, 'Changed.') },
})

/** What an operator may change; everything else of a connection is for an admin. */
const OPERATED = {
  mode: true,
  settings: ['precision', 'precisions', 'threshold', 'thresholds', 'modes', 'promotion'],
} as const

const patch = guarded('operate', {
  method: 'patch',
  path: '/connections/{name}',
  tags,
  summary: 'Change single settings of a connection',
  description:
    'A JSON merge patch (RFC 7396): what is absent stays, null brings back the default. An operator may set `mode`, and `precision`, `precisions`, `threshold`, `thresholds`, `modes` and `promotion` of the settings; an admin everything. Less trust is never refused: it needs no answer from the helpdesk.',
  request: { params: ByName, query: Check, headers: IfMatch, body: body(ConnectionPatch) },
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

export function connectionRoutes(deps: SaveNeeds & { queue: Queue; config: Pick<Config, 'publicUrl'> }) {
  const needs = { db: deps.database.db, vault: deps.vault }
  const { publicUrl } = deps.config
  const shown = async (connection: Connection, pauses?: Awaited<ReturnType<typeof listPauses>>) => ({
    ...redact(adapterView(deps.connectors, connection)),
    pausedUntil: pauses?.get(connection.id)?.until.toISOString() ?? null,
    webhookUrl: publicUrl && webhookUrl(publicUrl, connection.name),
    tag: await tagOfConnection(connection),
  })
  return new OpenAPIHono<Env>()
    .openapi(list, async (c) => {
      const [all, pauses] = [await listConnections(needs), await listPauses(needs.db)]
      const items = await Promise.all(all.map((connection) => shown(connection, pauses)))
      return c.json({ items, next: null }, 200)
    })
    .openapi(create(deps.connectors), async (c) => {
      const options = { check: c.req.valid('query').check !== 'skip', actor: c.get('actor').name }
      const { connection, ...found } = await makeConnection(deps, c.req.valid('json'), options)
      return c.json({ ...(await shown(connection)), ...found }, 201)
    })
    .openapi(read, async (c) => {
      const connection = await findConnection(needs, c.req.valid('param').name)
      return c.json(await shown(connection, await listPauses(needs.db)), 200)
    })
    .openapi(change, async (c) => {
      const { connection, ...found } = await alterConnection(
        deps,
        c.req.valid('param').name,
        c.req.valid('json'),
        optionsOf(c.req.valid('query'), c.req.valid('header'), c.get('actor')),
      )
      return c.json({ ...(await shown(connection)), ...found }, 200)
    })
    .openapi(patch, async (c) => {
      const given = c.req.valid('json')
      refuseBeyond(c.get('actor'), given)
      const { connection, ...found } = await patchConnection(
        deps,
        c.req.valid('param').name,
        given,
        optionsOf(c.req.valid('query'), c.req.valid('header'), c.get('actor')),
      )
      return c.json({ ...(await shown(connection)), ...found }, 200)
    })
    .openapi(remove, async (c) =>
      c.json(await deleteConnection(deps, c.req.valid('param').name, c.get('actor').name), 200),
    )
}

function optionsOf({ check }: z.infer<typeof Check>, header: z.infer<typeof IfMatch>, { name: actor }: Actor) {
  return { check: check !== 'skip', expected: header['if-match'], actor }
}
