/** /rules/draft and /rules/versions: a change of the rules, looked at before it holds. */
import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Database } from '../../db/index.ts'
import { body, json } from '../../http/index.ts'
import { previewDraft, publishDraft, readVersion, rulesKind, saveDraft } from '../../policy/index.ts'
import { Rules } from '../../triage/index.ts'
import type { Env } from '../access/index.ts'
import { Breaks, Preview, Publish, SavedDraft, showVersion, VersionShown } from './draft-schemas.ts'
import { ByVersion, Comment, guarded, IfMatch } from './route-helpers.ts'
import { previewRules, RulesPreview, TriedSample, TriedTickets } from './rules-preview.ts'
import { versionRoutes } from './version-routes.ts'

const Document = { rules: Rules }
const tags = ['policy']

const put = guarded('edit', {
  method: 'put',
  path: '/rules/draft',
  tags,
  summary: 'Save the draft of the rules',
  request: { headers: IfMatch, body: body(z.strictObject({ ...Document, comment: Comment.default('') })) },
  responses: { 200: json(SavedDraft, 'Saved, with the faults that are left.') },
})

const preview = guarded('read', {
  method: 'post',
  path: '/rules/draft/preview',
  tags,
  summary: 'What the draft of the rules changes and would break',
  request: { body: body(z.strictObject({ tickets: TriedTickets.optional(), sample: TriedSample.optional() })) },
  responses: {
    200: json(
      Preview.extend({ tickets: RulesPreview.shape.tickets, sample: RulesPreview.shape.sample }),
      'With tickets, also what the rules in force and those of the draft do with them. Nothing is stored.',
    ),
  },
})

const publish = guarded('edit', {
  method: 'post',
  path: '/rules/draft/publish',
  tags,
  summary: 'Publish the draft of the rules',
  description: 'Refused with all that it breaks, unless `force`.',
  request: { headers: IfMatch, body: body(Publish) },
  responses: {
    200: json(z.object({ version: z.number().int(), ...Document, breaks: Breaks }), 'It is the version in force now.'),
  },
})

const version = guarded('read', {
  method: 'get',
  path: '/rules/versions/{version}',
  tags,
  summary: 'One version of the rules',
  request: { params: ByVersion },
  responses: { 200: json(VersionShown.extend(Document), 'The version.') },
})

export function rulesDraftRoutes({ database: { db } }: { database: Pick<Database, 'db'> }) {
  return new OpenAPIHono<Env>()
    .openapi(put, async (c) => {
      const { comment, rules } = c.req.valid('json')
      const expected = c.req.valid('header')['if-match']
      const saved = await saveDraft(db, rulesKind, rules, c.get('actor').name, { comment, expected })
      return c.json({ ...saved, faults: await rulesKind.faults(db, rules) }, 200)
    })
    .openapi(preview, async (c) => {
      const { draft, current, ...told } = await previewDraft(db, rulesKind)
      const { tickets, sample } = await previewRules(db, { draft, inForce: current }, c.req.valid('json'))
      return c.json({ ...told, tickets, sample }, 200)
    })
    .openapi(publish, async (c) => {
      const expected = c.req.valid('header')['if-match']
      const asked = { ...c.req.valid('json'), expected }
      const { version, document, breaks } = await publishDraft(db, rulesKind, c.get('actor').name, asked)
      return c.json({ version, rules: document, breaks }, 200)
    })
    .openapi(version, async (c) => {
      const { document, ...row } = await readVersion(db, rulesKind, c.req.valid('param').version)
      return c.json({ ...showVersion(row), rules: document }, 200)
    })
    .route('/', versionRoutes(db, rulesKind))
}
