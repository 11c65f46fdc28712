/** /routing-map: the published map, its one draft, what the draft would change, and publishing it. */

import { OpenAPIHono, z } from '@hono/zod-openapi'
import { Rejected } from '../../errors.ts'
import { body, json } from '../../http/index.ts'
import type { TargetNeeds } from '../../routing/index.ts'
import {
  checkMap,
  draftMap,
  listDead,
  listMaps,
  MapDocument,
  publishChecked,
  publishedMap,
  restoreMap,
  saveDraft,
} from '../../routing/index.ts'
import { currentTaxonomy } from '../../taxonomy/index.ts'
import type { Env } from '../access/index.ts'
import { guarded, listOf } from './route-helpers.ts'
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
  published: Published.nullable(),
  draft: Published.extend({
    author: z.string(),
    comment: z.string(),
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

const Comment = z.string().max(500)
const Saved = z.object({ version: z.number().int() })
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
  request: { body: body(MapDocument.extend({ comment: Comment.default('') })) },
  responses: { 200: json(Saved.extend({ faults: z.array(MapFault) }), 'Saved, with the faults that are left.') },
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
  request: { body: body(z.strictObject({ comment: Comment.optional(), force: z.boolean().default(false) })) },
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

const restore = guarded('edit', {
  method: 'post',
  path: '/routing-map/versions/{version}/restore',
  tags,
  summary: 'Make an old version the draft',
  request: { params: z.strictObject({ version: z.coerce.number<string>().int().min(1).max(2_000_000_000) }) },
  responses: { 200: json(Saved, 'The new draft; publish it to use it.') },
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
          published,
          draft: draft &&
            document && {
              ...document,
              version: draft.version,
              author: draft.author,
              comment: draft.comment,
              faults: checkMap(document, taxonomy),
            },
          dead: dead.map((target) => ({ ...target, checkedAt: target.checkedAt.toISOString() })),
        },
        200,
      )
    })
    .openapi(put, async (c) => {
      const { comment, rows } = c.req.valid('json')
      const { version } = await saveDraft(db, { rows }, c.get('actor').name, comment)
      return c.json({ version, faults: checkMap({ rows }, await currentTaxonomy(db)) }, 200)
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
        'labels' in asked ? previewLabels(maps, asked.labels, taxonomy) : await previewLast(db, maps, asked.last),
        200,
      )
    })
    .openapi(publishDraft, async (c) =>
      c.json(await publishChecked(deps, c.req.valid('json'), c.get('actor').name), 200),
    )
    .openapi(versions, async (c) => {
      const items = (await listMaps(db)).map(
        ({ version, state, author, comment, createdAt, publishedAt, document }) => ({
          version,
          state,
          author,
          comment,
          createdAt: createdAt.toISOString(),
          publishedAt: publishedAt?.toISOString() ?? null,
          rows: MapDocument.parse(document).rows.length,
        }),
      )
      return c.json({ items, next: null }, 200)
    })
    .openapi(restore, async (c) => c.json(await restoreMap(db, c.req.valid('param').version, c.get('actor').name), 200))
}
