/** /routing-map: the published map, its one draft, what the draft would change, and publishing it. */

import { OpenAPIHono, z } from '@hono/zod-openapi'
import { Rejected } from '../../errors.ts'
import { body, json } from '../../http/index.ts'
import type { TargetNeeds } from '../../routing/index.ts'
import {
  checkMap,
  discardDraft,
  draftMap,
  listDead,
  listMaps,
  listTargets,
  MapDocument,
  publishChecked,
  publishedMap,
  readMap,
  restoreMap,
  saveDraft,
  tagOf,
} from '../../routing/index.ts'
import { currentTaxonomy } from '../../taxonomy/index.ts'
import type { Env } from '../access/index.ts'
import { ByVersion, Comment, guarded, IfMatch, listOf, Tag } from './route-helpers.ts'
import { LabelsPreview, previewLabels, previewLast, SamplePreview } from './routing-preview.ts'

const MapFault = z.object({ path: z.string(), message: z.string(), next: z.string() })
const Published = MapDocument.extend({ version: z.number().int() }).openapi('RoutingMap')

const DeadTarget = z.object({
  connection: z.string(),
  kind: z.enum(['group', 'assignee']),
  name: z.string(),
  reason: z.string(),
  checkedAt: z.iso.datetime(),
})

const MapState = z.object({
  tag: Tag,
  published: Published.nullable(),
  draft: Published.extend({
    author: z.string(),
    comment: z.string(),
    base: z.number().int().nullable().openapi({ description: 'The published version that it was started from.' }),
    faults: z.array(MapFault).openapi({ description: 'What must be fixed before it can be published.' }),
  }).nullable(),
  dead: z
    .array(DeadTarget)
    .openapi({ description: 'Groups and people that the last check found unable to take tickets.' }),
})

const VersionShown = z.object({
  version: z.number().int(),
  state: z.enum(['draft', 'published']),
  author: z.string(),
  comment: z.string(),
  createdAt: z.iso.datetime(),
  publishedAt: z.iso.datetime().nullable(),
  rows: z.number().int(),
})

const Saved = z.object({ version: z.number().int(), tag: Tag })
const tags = ['policy']

const read = guarded('read', {
  method: 'get',
  path: '/routing-map',
  tags,
  summary: 'The published map, the draft, and dead targets',
  responses: { 200: json(MapState, 'The published map, the draft and the dead targets.') },
})

const put = guarded('edit', {
  method: 'put',
  path: '/routing-map/draft',
  tags,
  summary: 'Save the draft',
  request: { headers: IfMatch, body: body(MapDocument.extend({ comment: Comment.default('') })) },
  responses: { 200: json(Saved.extend({ faults: z.array(MapFault) }), 'Saved, with the faults that are left.') },
})

const discard = guarded('edit', {
  method: 'delete',
  path: '/routing-map/draft',
  tags,
  summary: 'Throw the draft away',
  request: { headers: IfMatch },
  responses: { 204: { description: 'There is no draft any more; the published map stays.' } },
})

const preview = guarded('read', {
  method: 'post',
  path: '/routing-map/draft/preview',
  tags,
  summary: 'Preview the draft on labels, or on the last decisions',
  request: {
    body: body(
      z.union([
        z.strictObject({ labels: z.record(z.string(), z.string()) }),
        z.strictObject({
          last: z.number().int().min(1).max(5000).openapi({ description: 'How many of the last decisions.' }),
          examples: z
            .strictObject({
              offset: z.number().int().min(0).max(5000).default(0),
              limit: z.number().int().min(0).max(200).default(20),
            })
            .default({ offset: 0, limit: 20 }),
        }),
      ]),
    ),
  },
  responses: {
    200: json(
      z.discriminatedUnion('kind', [LabelsPreview, SamplePreview]),
      'The row that wins, or the decisions that would be routed differently.',
    ),
  },
})

const publishDraft = guarded('edit', {
  method: 'post',
  path: '/routing-map/draft/publish',
  tags,
  summary: 'Publish the draft',
  description:
    'Every group and person is looked up in every helpdesk first. `force` publishes in spite of dead targets and records them.',
  request: {
    headers: IfMatch,
    body: body(z.strictObject({ comment: Comment.optional(), force: z.boolean().default(false) })),
  },
  responses: {
    200: json(
      Published.extend({
        dead: z.array(DeadTarget.omit({ checkedAt: true })),
        unchecked: z
          .array(z.object({ connection: z.string(), reason: z.string() }))
          .openapi({ description: 'Helpdesks that did not answer.' }),
      }),
      'Published.',
    ),
  },
})

const versions = guarded('read', {
  method: 'get',
  path: '/routing-map/versions',
  tags,
  summary: 'All versions',
  responses: { 200: json(listOf(VersionShown), 'Newest first, at most 200.') },
})

const readVersion = guarded('read', {
  method: 'get',
  path: '/routing-map/versions/{version}',
  tags,
  summary: 'One version with its rows',
  request: { params: ByVersion },
  responses: { 200: json(Published.extend(VersionShown.omit({ rows: true }).shape), 'The version.') },
})

const restore = guarded('edit', {
  method: 'post',
  path: '/routing-map/versions/{version}/restore',
  tags,
  summary: 'Make an old version the draft',
  request: { headers: IfMatch, params: ByVersion },
  responses: { 200: json(Saved, 'The new draft; publish it to use it.') },
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

export function routingRoutes(deps: TargetNeeds) {
  const { db } = deps.database
  return new OpenAPIHono<Env>()
    .openapi(read, async (c) => {
      const [published, draft, dead, taxonomy] = await Promise.all([
        publishedMap(db),
        draftMap(db),
        listDead(db),
        currentTaxonomy(db),
      ])
      const document = draft && MapDocument.parse(draft.document)
      return c.json(
        {
          tag: tagOf({ draft, published: published?.version ?? null }),
          published,
          draft: draft &&
            document && {
              ...document,
              version: draft.version,
              author: draft.author,
              comment: draft.comment,
              base: draft.base,
              faults: checkMap(document, taxonomy),
            },
          dead: dead.map((target) => ({ ...target, checkedAt: target.checkedAt.toISOString() })),
        },
        200,
      )
    })
    .openapi(put, async (c) => {
      const { comment, rows } = c.req.valid('json')
      const expected = c.req.valid('header')['if-match']
      const draft = await saveDraft(db, { rows }, c.get('actor').name, { comment, expected })
      const faults = checkMap({ rows }, await currentTaxonomy(db))
      return c.json({ version: draft.version, tag: tagOf({ draft, published: null }), faults }, 200)
    })
    .openapi(discard, async (c) => {
      await discardDraft(db, c.get('actor').name, c.req.valid('header')['if-match'])
      return c.body(null, 204)
    })
    .openapi(preview, async (c) => {
      const asked = c.req.valid('json')
      const draft = await draftMap(db)
      if (!draft) throw new Rejected(409, 'There is no draft', { next: 'PUT /api/v1/routing-map/draft first.' })
      const maps = {
        draft: { ...MapDocument.parse(draft.document), version: draft.version },
        published: await publishedMap(db),
      }
      const taxonomy = await currentTaxonomy(db)
      return c.json(
        'labels' in asked
          ? previewLabels(maps, asked.labels, taxonomy)
          : await previewLast(db, maps, asked.last, asked.examples),
        200,
      )
    })
    .openapi(publishDraft, async (c) =>
      c.json(
        await publishChecked(
          deps,
          { ...c.req.valid('json'), expected: c.req.valid('header')['if-match'] },
          c.get('actor').name,
        ),
        200,
      ),
    )
    .openapi(readVersion, async (c) => {
      const { version } = c.req.valid('param')
      const row = await readMap(db, version)
      if (!row)
        throw new Rejected(404, `There is no routing map ${version}`, {
          next: 'GET /api/v1/routing-map/versions lists the versions.',
        })
      const { rows: _, ...shown } = showVersion(row)
      return c.json({ ...MapDocument.parse(row.document), ...shown }, 200)
    })
    .openapi(versions, async (c) => {
      const items = (await listMaps(db)).map(showVersion)
      return c.json({ items, next: null }, 200)
    })
    .openapi(restore, async (c) => {
      const { version } = c.req.valid('param')
      const draft = await restoreMap(db, version, c.get('actor').name, c.req.valid('header')['if-match'])
      return c.json({ version: draft.version, tag: tagOf({ draft, published: null }) }, 200)
    })
    .openapi(targets, async (c) => c.json(await listTargets(db), 200))
}

type VersionRow = Awaited<ReturnType<typeof listMaps>>[number]

function showVersion({ version, state, author, comment, createdAt, publishedAt, document }: VersionRow) {
  return {
    version,
    state,
    author,
    comment,
    createdAt: createdAt.toISOString(),
    publishedAt: publishedAt?.toISOString() ?? null,
    rows: MapDocument.parse(document).rows.length,
  }
}
