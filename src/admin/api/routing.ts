/** /routing-map: the published map, its one draft, its versions, and publishing. */

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

export const MapFault = z.object({ path: z.string(), message: z.string(), next: z.string() })
const Published = MapDocument.extend({ version: z.number().int() }).openapi('RoutingMap')

export const DeadTarget = z.object({
  connection: z.string(),
  kind: z.enum(['group', 'assignee']),
  name: z.string(),
  reason: z.string(),
})

export const Unchecked = z
  .array(z.object({ connection: z.string(), reason: z.string() }))
  .openapi({ description: 'Helpdesks that did not answer.' })

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
    .array(DeadTarget.extend({ checkedAt: z.iso.datetime() }))
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
export const SavedMap = Saved.extend({ faults: z.array(MapFault) })
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
  responses: { 200: json(SavedMap, 'Saved, with the faults that are left.') },
})

const discard = guarded('edit', {
  method: 'delete',
  path: '/routing-map/draft',
  tags,
  summary: 'Throw the draft away',
  request: { headers: IfMatch },
  responses: { 204: { description: 'There is no draft any more; the published map stays.' } },
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
        dead: z.array(DeadTarget),
        unchecked: Unchecked,
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
      const { comment, ...document } = c.req.valid('json')
      const expected = c.req.valid('header')['if-match']
      const draft = await saveDraft(db, document, c.get('actor').name, { comment, expected })
      const faults = checkMap(document, await currentTaxonomy(db))
      return c.json({ version: draft.version, tag: tagOf({ draft, published: null }), faults }, 200)
    })
    .openapi(discard, async (c) => {
      await discardDraft(db, c.get('actor').name, c.req.valid('header')['if-match'])
      return c.body(null, 204)
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
      if (!row) throw noSuchMap(version)
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
}

export const noSuchMap = (version: number) =>
  new Rejected(404, `There is no routing map ${version}`, {
    next: 'GET /api/v1/routing-map/versions lists the versions.',
  })

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
