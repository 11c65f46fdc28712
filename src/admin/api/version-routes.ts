/** The routes of drafts and versions that do not depend on the document: those of the taxonomy and of the rules are the same. */
import { OpenAPIHono } from '@hono/zod-openapi'
import type { Tx } from '../../db/index.ts'
import { json } from '../../http/index.ts'
import { discardDraft, type Kind, restoreVersion } from '../../policy/index.ts'
import type { Env } from '../access/index.ts'
import { diffAnswer, diffRequest, ofVersion, Saved, showDiff, showVersion, versionsAnswer } from './draft-schemas.ts'
import { guarded, IfMatch } from './route-helpers.ts'

/** Throwing the draft away, the list of versions, their differences, and restoring one. */
export function versionRoutes<Document, Of extends Kind<Document>['of']>(db: Tx, kind: Kind<Document> & { of: Of }) {
  const { of } = kind
  const tags = ['policy']
  const discard = guarded('edit', {
    method: 'delete',
    path: `/${of}/draft`,
    tags,
    summary: `Throw the draft of the ${of} away`,
    request: { headers: IfMatch },
    responses: { 204: { description: 'There is no draft any more; the version in force stays.' } },
  })
  const versions = guarded('read', {
    method: 'get',
    path: `/${of}/versions`,
    tags,
    summary: `All versions of the ${of}`,
    responses: versionsAnswer,
  })
  const compare = guarded('read', {
    method: 'get',
    path: `/${of}/versions/{version}/diff`,
    tags,
    summary: `What a version of the ${of} changed`,
    request: diffRequest,
    responses: diffAnswer,
  })
  const restore = guarded('edit', {
    method: 'post',
    path: `/${of}/versions/{version}/restore`,
    tags,
    summary: `Make an old version of the ${of} the draft`,
    request: ofVersion,
    responses: { 200: json(Saved, 'The new draft; publish it to use it.') },
  })
  return new OpenAPIHono<Env>()
    .openapi(discard, async (c) => {
      await discardDraft(db, kind, c.get('actor').name, c.req.valid('header')['if-match'])
      return c.body(null, 204)
    })
    .openapi(versions, async (c) => c.json({ items: (await kind.list(db)).map(showVersion), next: null }, 200))
    .openapi(compare, async (c) =>
      c.json(await showDiff(db, kind, c.req.valid('param').version, c.req.valid('query').against), 200),
    )
    .openapi(restore, async (c) => {
      const expected = c.req.valid('header')['if-match']
      const { version } = c.req.valid('param')
      return c.json(await restoreVersion(db, kind, version, c.get('actor').name, expected), 200)
    })
}
