/** /routing-map/draft/check and preview: what is wrong with a map, and what it would do. Nothing is stored. */
import { OpenAPIHono, z } from '@hono/zod-openapi'
import { listConnections, type MetadataOf, type Vault } from '../../connections/index.ts'
import type { Connection, Metadata } from '../../contract/index.ts'
import type { Database, Tx } from '../../db/index.ts'
import { Rejected, TriageError } from '../../errors.ts'
import { body, json } from '../../http/index.ts'
import { checkMap, draftMap, examine, findDead, listTargets, MapDocument, publishedMap } from '../../routing/index.ts'
import { currentTaxonomy } from '../../taxonomy/index.ts'
import type { Env } from '../access/index.ts'
import { guarded } from './route-helpers.ts'
import { DeadTarget, MapFault, Unchecked } from './routing.ts'
import { LabelsPreview, previewLabels, previewLast, SamplePreview } from './routing-preview.ts'

const Document = MapDocument.optional().openapi({ description: 'A map that is not saved; absent: the draft.' })
const RowNumber = z.number().int().openapi({ description: 'The number of the row, from 1.' })
const tags = ['policy']

const preview = guarded('read', {
  method: 'post',
  path: '/routing-map/draft/preview',
  tags,
  summary: 'Preview a map on labels, or on the last decisions',
  request: {
    body: body(
      z.union([
        z.strictObject({ labels: z.record(z.string(), z.string()), document: Document }),
        z.strictObject({
          last: z.number().int().min(1).max(5000).openapi({ description: 'How many of the last decisions.' }),
          examples: z
            .strictObject({
              offset: z.number().int().min(0).max(5000).default(0),
              limit: z.number().int().min(0).max(200).default(20),
            })
            .default({ offset: 0, limit: 20 }),
          document: Document,
        }),
      ]),
    ),
  },
  responses: {
    200: json(
      z.discriminatedUnion('kind', [LabelsPreview, SamplePreview]),
      'The row that wins, or the decisions that would be routed differently. Hours and absence are those of the moment of each decision.',
    ),
  },
})

const Finding = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('hole'), field: z.string(), value: z.string() }),
    z.object({ kind: z.literal('shadowed'), row: RowNumber, by: z.array(z.number().int()) }),
    z.object({ kind: z.literal('overlap'), row: RowNumber, with: z.array(z.number().int()) }),
  ])
  .openapi('MapFinding', {
    description:
      'hole: the default row takes every ticket with this value. shadowed: other rows take every ticket of this row. overlap: rows with as many conditions take some of its tickets, and send them elsewhere.',
  })

const check = guarded('read', {
  method: 'post',
  path: '/routing-map/draft/check',
  tags,
  summary: 'What is wrong or odd with a map',
  description: 'Helpdesks are asked at most every five minutes, and waited for at most two seconds.',
  request: { body: body(z.strictObject({ document: Document })) },
  responses: {
    200: json(
      z.object({
        faults: z.array(MapFault).openapi({ description: 'What must be fixed before it can be published.' }),
        findings: z
          .array(Finding)
          .nullable()
          .openapi({ description: 'What is odd; null: the map names too many values together to look.' }),
        dead: z.array(DeadTarget).openapi({ description: 'Groups and people that cannot take tickets.' }),
        unchecked: Unchecked,
      }),
      'Nothing is stored.',
    ),
  },
})

const Target = z.object({
  name: z.string(),
  connections: z
    .array(z.string())
    .openapi({ description: 'The connections whose mapping knows it; empty: none does.' }),
})

const targets = guarded('read', {
  method: 'get',
  path: '/routing-map/targets',
  tags,
  summary: 'Groups and people that rows can name',
  description: 'Those in the mappings of the connections, and those that the map names already.',
  responses: { 200: json(z.object({ groups: z.array(Target), people: z.array(Target) }), 'By name.') },
})

const Offered = z.array(z.object({ id: z.string(), name: z.string() }))

const offered = guarded('read-connections', {
  method: 'get',
  path: '/routing-map/targets/unmapped',
  tags,
  summary: 'Groups and people of the helpdesks that no mapping has yet',
  description:
    'As read in the last five minutes. A row can name them once they are in the mapping of their connection.',
  responses: {
    200: json(
      z.object({
        items: z.array(z.object({ connection: z.string(), groups: Offered, people: Offered })),
        unchecked: Unchecked,
      }),
      'By connection.',
    ),
  },
})

type Needs = { database: Pick<Database, 'db'>; vault: Vault; metadataOf: MetadataOf }

export function mapTrialRoutes(deps: Needs) {
  const { db } = deps.database
  return new OpenAPIHono<Env>()
    .openapi(preview, async (c) => {
      const asked = c.req.valid('json')
      const maps = { draft: asked.document ?? (await savedDraft(db)), published: await publishedMap(db) }
      const taxonomy = await currentTaxonomy(db)
      return c.json(
        'labels' in asked
          ? previewLabels(maps, asked.labels, taxonomy)
          : await previewLast(db, maps, asked.last, asked.examples),
        200,
      )
    })
    .openapi(check, async (c) => {
      const document = c.req.valid('json').document ?? (await savedDraft(db))
      const taxonomy = await currentTaxonomy(db)
      const { read, unchecked } = await readHelpdesks(deps)
      const dead = read.flatMap(({ connection, metadata }) =>
        findDead(document, connection, metadata).map((found) => ({ connection: connection.name, ...found })),
      )
      const [faults, findings] = [checkMap(document, taxonomy), examine(document, taxonomy)]
      return c.json({ faults, findings, dead, unchecked }, 200)
    })
    .openapi(targets, async (c) => c.json(await listTargets(db), 200))
    .openapi(offered, async (c) => {
      const { read, unchecked } = await readHelpdesks(deps)
      return c.json({ items: read.map(unmapped), unchecked }, 200)
    })
}

async function savedDraft(db: Tx): Promise<MapDocument> {
  const draft = await draftMap(db)
  if (draft) return MapDocument.parse(draft.document)
  throw new Rejected(409, 'There is no draft', {
    next: 'Send a "document", or save a draft with PUT /api/v1/routing-map/draft.',
  })
}

/** A large account takes minutes to read, and somebody is typing: what is not there yet is told as such. */
const WAIT_MS = 2_000

async function readHelpdesks({ database: { db }, vault, metadataOf }: Needs) {
  const all = await Promise.all(
    (await listConnections({ db, vault })).map(async (connection) => {
      const found = await soon(metadataOf(connection)).catch(unread)
      return { connection, found }
    }),
  )
  return {
    read: all.flatMap(({ connection, found }) => ('self' in found ? [{ connection, metadata: found }] : [])),
    unchecked: all.flatMap(({ connection, found }) =>
      'reason' in found ? [{ connection: connection.name, reason: found.reason }] : [],
    ),
  }
}

async function soon(reading: Promise<Metadata>): Promise<Metadata | { reason: string }> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<{ reason: string }>((resolve) => {
    timer = setTimeout(() => resolve({ reason: 'it is still being read' }), WAIT_MS)
  })
  return Promise.race([reading, late]).finally(() => clearTimeout(timer))
}

function unread(error: unknown): { reason: string } {
  if (error instanceof TriageError) return { reason: error.message }
  throw error
}

function unmapped({ connection, metadata }: { connection: Connection; metadata: Metadata }) {
  const { groups, people } = connection.mapping
  const without = (all: { id: string; name: string; active: boolean }[], mapped: Record<string, string>) =>
    all
      .filter(({ id, active }) => active && !Object.values(mapped).includes(id))
      .map(({ id, name }) => ({ id, name }))
      .sort((a, b) => a.name.localeCompare(b.name))
  return {
    connection: connection.name,
    groups: without(groupsOf(connection, metadata), groups),
    people: without(
      metadata.people.filter(({ problem }) => !problem),
      people,
    ),
  }
}

/** What the group of a route can be in this helpdesk, where it can be listed. */
function groupsOf({ mapping: { group } }: Connection, { groups, components }: Metadata) {
  if (group?.to === 'native') return groups
  return group?.to === 'component' ? components : []
}
