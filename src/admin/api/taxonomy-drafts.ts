/** /taxonomy/draft and /taxonomy/versions: a change of the taxonomy, looked at before it holds. */
import { OpenAPIHono, z } from '@hono/zod-openapi'
import { TaxonomyField } from '../../contract/index.ts'
import type { Database } from '../../db/index.ts'
import { body, json } from '../../http/index.ts'
import { previewDraft, publishDraft, readVersion, saveDraft, taxonomyKind } from '../../policy/index.ts'
import type { Env } from '../access/index.ts'
import { Breaks, Preview, Publish, SavedDraft, showVersion, VersionShown } from './draft-schemas.ts'
import { ByVersion, Comment, guarded, IfMatch } from './route-helpers.ts'
import { versionRoutes } from './version-routes.ts'

const Document = { fields: z.array(TaxonomyField).min(1).max(30) }
const tags = ['policy']

const put = guarded('edit', {
  method: 'put',
  path: '/taxonomy/draft',
  tags,
  summary: 'Save the draft of the taxonomy',
  request: { headers: IfMatch, body: body(z.strictObject({ ...Document, comment: Comment.default('') })) },
  responses: { 200: json(SavedDraft, 'Saved, with the faults that are left.') },
})

const preview = guarded('read', {
  method: 'post',
  path: '/taxonomy/draft/preview',
  tags,
  summary: 'What the draft of the taxonomy changes and would break',
  responses: { 200: json(Preview, 'Nothing is stored.') },
})

const publish = guarded('edit', {
  method: 'post',
  path: '/taxonomy/draft/publish',
  tags,
  summary: 'Publish the draft of the taxonomy',
  description: 'Refused with all that it breaks, unless `force`.',
  request: { headers: IfMatch, body: body(Publish) },
  responses: {
    200: json(z.object({ version: z.number().int(), ...Document, breaks: Breaks }), 'It is the version in force now.'),
  },
})

const version = guarded('read', {
  method: 'get',
  path: '/taxonomy/versions/{version}',
  tags,
  summary: 'One version of the taxonomy',
  request: { params: ByVersion },
  responses: { 200: json(VersionShown.extend(Document), 'The version.') },
})

export function taxonomyDraftRoutes({ database: { db } }: { database: Pick<Database, 'db'> }) {
  return new OpenAPIHono<Env>()
    .openapi(put, async (c) => {
      const { comment, fields } = c.req.valid('json')
      const expected = c.req.valid('header')['if-match']
      const saved = await saveDraft(db, taxonomyKind, { fields }, c.get('actor').name, { comment, expected })
      return c.json({ ...saved, faults: await taxonomyKind.faults(db, { fields }) }, 200)
    })
    .openapi(preview, async (c) => {
      const { draft: _, current: __, ...told } = await previewDraft(db, taxonomyKind)
      return c.json(told, 200)
    })
    .openapi(publish, async (c) => {
      const expected = c.req.valid('header')['if-match']
      const asked = { ...c.req.valid('json'), expected }
      const { version, document, breaks } = await publishDraft(db, taxonomyKind, c.get('actor').name, asked)
      return c.json({ version, fields: document.fields, breaks }, 200)
    })
    .openapi(version, async (c) => {
      const { document, ...row } = await readVersion(db, taxonomyKind, c.req.valid('param').version)
      return c.json({ ...showVersion(row), fields: document.fields }, 200)
    })
    .route('/', versionRoutes(db, taxonomyKind))
}
