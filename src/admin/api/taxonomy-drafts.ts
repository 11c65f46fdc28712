/** /taxonomy/draft and /taxonomy/versions: a change of the taxonomy, looked at before it holds. */
import { OpenAPIHono, z } from '@hono/zod-openapi'
import { TaxonomyField } from '../../contract/index.ts'
import type { Database } from '../../db/index.ts'
import { body, json } from '../../http/index.ts'
import {
  discardDraft,
  previewDraft,
  publishDraft,
  readVersion,
  restoreVersion,
  saveDraft,
  taxonomyKind,
} from '../../policy/index.ts'
import type { Env } from '../access/index.ts'
import {
  Breaks,
  diffAnswer,
  diffRequest,
  ofVersion,
  Preview,
  Publish,
  Saved,
  SavedDraft,
  showDiff,
  showVersion,
  VersionShown,
  versionsAnswer,
} from './draft-schemas.ts'
import { ByVersion, Comment, guarded, IfMatch } from './route-helpers.ts'

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

const discard = guarded('edit', {
  method: 'delete',
  path: '/taxonomy/draft',
  tags,
  summary: 'Throw the draft of the taxonomy away',
  request: { headers: IfMatch },
  responses: { 204: { description: 'There is no draft any more; the version in force stays.' } },
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

const versions = guarded('read', {
  method: 'get',
  path: '/taxonomy/versions',
  tags,
  summary: 'All versions of the taxonomy',
  responses: versionsAnswer,
})

const version = guarded('read', {
  method: 'get',
  path: '/taxonomy/versions/{version}',
  tags,
  summary: 'One version of the taxonomy',
  request: { params: ByVersion },
  responses: { 200: json(VersionShown.extend(Document), 'The version.') },
})

const compare = guarded('read', {
  method: 'get',
  path: '/taxonomy/versions/{version}/diff',
  tags,
  summary: 'What a version of the taxonomy changed',
  request: diffRequest,
  responses: diffAnswer,
})

const restore = guarded('edit', {
  method: 'post',
  path: '/taxonomy/versions/{version}/restore',
  tags,
  summary: 'Make an old version of the taxonomy the draft',
  request: ofVersion,
  responses: { 200: json(Saved, 'The new draft; publish it to use it.') },
})

export function taxonomyDraftRoutes({ database: { db } }: { database: Pick<Database, 'db'> }) {
  return new OpenAPIHono<Env>()
    .openapi(put, async (c) => {
      const { comment, fields } = c.req.valid('json')
      const expected = c.req.valid('header')['if-match']
      const saved = await saveDraft(db, taxonomyKind, { fields }, c.get('actor').name, { comment, expected })
      return c.json({ ...saved, faults: await taxonomyKind.faults(db, { fields }) }, 200)
    })
    .openapi(discard, async (c) => {
      await discardDraft(db, taxonomyKind, c.get('actor').name, c.req.valid('header')['if-match'])
      return c.body(null, 204)
    })
    .openapi(preview, async (c) => {
      const { changes, faults, breaks } = await previewDraft(db, taxonomyKind)
      return c.json({ changes, faults, breaks }, 200)
    })
    .openapi(publish, async (c) => {
      const expected = c.req.valid('header')['if-match']
      const asked = { ...c.req.valid('json'), expected }
      const { version, document, breaks } = await publishDraft(db, taxonomyKind, c.get('actor').name, asked)
      return c.json({ version, fields: document.fields, breaks }, 200)
    })
    .openapi(versions, async (c) => c.json({ items: (await taxonomyKind.list(db)).map(showVersion), next: null }, 200))
    .openapi(version, async (c) => {
      const { document, ...row } = await readVersion(db, taxonomyKind, c.req.valid('param').version)
      return c.json({ ...showVersion(row), fields: document.fields }, 200)
    })
    .openapi(compare, async (c) =>
      c.json(await showDiff(db, taxonomyKind, c.req.valid('param').version, c.req.valid('query').against), 200),
    )
    .openapi(restore, async (c) => {
      const expected = c.req.valid('header')['if-match']
      const { version } = c.req.valid('param')
      return c.json(await restoreVersion(db, taxonomyKind, version, c.get('actor').name, expected), 200)
    })
}
