/** /connections: the Jira sites and Zendesk accounts. Their credentials and secrets go in and never come out. */
import { OpenAPIHono, z } from '@hono/zod-openapi'
import {
  ConnectionChange,
  ConnectionInput,
  changeConnection,
  findConnection,
  inspectConnection,
  keepSelf,
  listConnections,
  redact,
  saveConnection,
} from '../connections/index.ts'
import type { Deps } from '../deps.ts'
import { HelpdeskError, Rejected } from '../errors.ts'
import { uuidv7 } from '../id.ts'
import { currentTaxonomy } from '../taxonomy/index.ts'
import { type Connection, ConnectionSettings, Filters, Mapping, type Metadata, Mode } from '../ticket.ts'
import type { Env } from './access.ts'
import { body, ConnectionName, guarded, json, listOf } from './shapes.ts'

const ConnectionShown = z
  .object({
    id: z.uuid(),
    name: z.string(),
    kind: z.enum(['jira', 'zendesk']),
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
      .openapi({ description: 'Our own account in the helpdesk; null until it was tested.' }),
  })
  .openapi('Connection')

const Named = z.object({ id: z.string(), name: z.string() })
const MetadataShown = z
  .object({
    self: Named.extend({ email: z.string().optional() }),
    fields: z.array(
      Named.extend({ type: z.string(), options: z.array(Named.extend({ children: z.array(Named).optional() })) }),
    ),
    priorities: z.array(Named.extend({ isDefault: z.boolean() })),
    components: z.array(Named.extend({ project: z.string() })),
    groups: z.array(Named.extend({ active: z.boolean() })),
    people: z.array(Named.extend({ active: z.boolean(), groups: z.array(z.string()) })),
    missing: z.array(z.object({ what: z.string(), next: z.string() })),
  })
  .openapi('Metadata')

const Tested = z.object({
  ok: z.boolean(),
  self: MetadataShown.shape.self,
  missing: MetadataShown.shape.missing.openapi({ description: 'Permissions that our account lacks for this mode.' }),
  faults: z
    .array(z.object({ path: z.string(), message: z.string(), next: z.string() }))
    .openapi({ description: 'What is wrong with the mapping.' }),
})

const ByName = z.strictObject({ name: ConnectionName })
const Check = z.strictObject({
  check: z
    .enum(['skip'])
    .optional()
    .openapi({ description: 'skip: save without asking the helpdesk, for work offline.' }),
})

const tags = ['connections']

const list = guarded('read-connections', {
  method: 'get',
  path: '/connections',
  tags,
  summary: 'The connections, without credentials and secrets',
  responses: { 200: json(listOf(ConnectionShown), 'All of them, by name.') },
})

const create = guarded('administer', {
  method: 'post',
  path: '/connections',
  tags,
  summary: 'Make a connection',
  description: 'Credentials and mapping are checked against the helpdesk first; 422 lists every fault.',
  request: { query: Check, body: body(ConnectionInput) },
  responses: { 201: json(ConnectionShown, 'Made.') },
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
  description: 'A part that is absent stays as it is; a part that is given takes the place of the old one as a whole.',
  request: { params: ByName, query: Check, body: body(ConnectionChange) },
  responses: { 200: json(ConnectionShown, 'Changed.') },
})

const test = guarded('administer', {
  method: 'post',
  path: '/connections/{name}/test',
  tags,
  summary: 'Ask the helpdesk who we are, what we may do, and whether the mapping still holds',
  request: { params: ByName },
  responses: { 200: json(Tested, 'What was found.') },
})

const metadata = guarded('read-connections', {
  method: 'get',
  path: '/connections/{name}/metadata',
  tags,
  summary: "The helpdesk's fields, groups and people, as they are now",
  request: { params: ByName },
  responses: { 200: json(MetadataShown, 'Ids and names for the mapping.') },
})

type Needs = Pick<Deps, 'database' | 'vault' | 'connectors' | 'helpdesks'>

export function connectionRoutes(deps: Needs) {
  const needs = { db: deps.database.db, vault: deps.vault }
  return new OpenAPIHono<Env>()
    .openapi(list, async (c) => c.json({ items: (await listConnections(needs)).map(redact), next: null }, 200))
    .openapi(create, async (c) => {
      const input = c.req.valid('json')
      if ((await listConnections(needs)).some(({ name }) => name === input.name))
        throw new Rejected(409, `There is a connection ${input.name} already`, {
          next: `PUT /api/v1/connections/${input.name} changes it.`,
        })
      const draft = await signedIn(deps, { ...input, id: uuidv7(), selfId: null })
      const self =
        c.req.valid('query').check === 'skip'
          ? null
          : await checked(deps, draft, () => deps.connectors[draft.kind].inspect(draft))
      const saved = await saveConnection(needs, { ...input, credentials: draft.credentials }, self, c.get('actor').name)
      return c.json(redact(saved), 201)
    })
    .openapi(read, async (c) => c.json(redact(await findConnection(needs, c.req.valid('param').name)), 200))
    .openapi(change, async (c) => {
      const given = c.req.valid('json')
      const current = await findConnection(needs, c.req.valid('param').name)
      const draft = await signedIn(deps, { ...current, ...given }, given.credentials !== undefined)
      const self =
        c.req.valid('query').check === 'skip'
          ? current.selfId
          : await checked(deps, draft, () => ask(deps, draft, given))
      const changed = given.credentials ? { ...given, credentials: draft.credentials } : given
      return c.json(redact(await changeConnection(needs, current.name, changed, self, c.get('actor').name)), 200)
    })
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
      return c.json(await deps.helpdesks.call(connection.id, (connector, current) => connector.inspect(current)), 200)
    })
}

/** New OAuth credentials may come without an access token; it is fetched once and kept, for a refresh token works once. */
async function signedIn({ connectors }: Needs, draft: Connection, fresh = true): Promise<Connection> {
  const { credentials } = draft
  if (!fresh || credentials.kind !== 'oauth' || credentials.accessToken) return draft
  return { ...draft, credentials: { ...credentials, ...(await connectors[draft.kind].refresh(draft)) } }
}

// Stored credentials are used as they are at the moment of the call: a token may be renewed on the way.
function ask({ connectors, helpdesks }: Needs, draft: Connection, given: ConnectionChange): Promise<Metadata> {
  if (given.credentials) return connectors[draft.kind].inspect(draft)
  return helpdesks.call(draft.id, (connector, { credentials }) => connector.inspect({ ...draft, credentials }))
}

/** Checks a connection before it is saved; returns our account there. */
async function checked(
  { connectors, database }: Needs,
  draft: Connection,
  inspect: () => Promise<Metadata>,
): Promise<string> {
  const found = await inspect().catch((error: unknown) => {
    if (!(error instanceof HelpdeskError)) throw error
    if (error.fault === 'auth' || error.fault === 'forbidden')
      throw new Rejected(422, error.message, {
        next: error.next,
        faults: [{ path: 'credentials', message: error.message }],
        cause: error,
      })
    const { fault, message, status, retryAfterMs } = error
    throw new HelpdeskError(fault, message, {
      next: `${error.next} Or save with ?check=skip and test it later.`,
      status,
      retryAfterMs,
      cause: error,
    })
  })
  const faults = connectors[draft.kind].checkMapping(draft.mapping, found, await currentTaxonomy(database.db))
  if (faults.length > 0)
    throw new Rejected(
      422,
      `The mapping has ${faults.length} fault(s): ${faults.map((f) => `${f.path}: ${f.message}`).join('; ')}`,
      {
        next: faults[0]!.next,
        faults: faults.map((fault) => ({ ...fault, path: `mapping.${fault.path}` })),
      },
    )
  return found.self.id
}
