/** /taxonomy and /rules: versioned documents. A save names the version it started from, so that two editors cannot undo each other's changes. */

import { OpenAPIHono, z } from '@hono/zod-openapi'
import { TaxonomyDocument, TaxonomyField } from '../../contract/index.ts'
import type { Database, Tx } from '../../db/index.ts'
import { body, json } from '../../http/index.ts'
import { breaksOfTaxonomy, previewDocument, rulesKind, taxonomyKind } from '../../policy/index.ts'
import { currentTaxonomy, saveTaxonomy } from '../../taxonomy/index.ts'
import { currentRules, Rules, saveRules } from '../../triage/index.ts'
import type { Env } from '../access/index.ts'
import { Breaks, draftOf, Preview, showState } from './draft-schemas.ts'
import { guarded, Tag } from './route-helpers.ts'
import { previewRules, RulesPreview, TriedSample, TriedTickets } from './rules-preview.ts'
import { refuseInvalid } from './validation-errors.ts'

const Version = z
  .number()
  .int()
  .min(0)
  .openapi({ description: 'The version that was read; a save with an older one is refused (409).' })
const TaxonomyShown = z.object({ version: Version, fields: z.array(TaxonomyField) }).openapi('Taxonomy')
const RulesShown = z.object({ version: Version, rules: Rules }).openapi('Rules')
const Fields = { fields: z.array(TaxonomyField).min(1).max(30) }
const tags = ['policy']

const readTaxonomy = guarded('read', {
  method: 'get',
  path: '/taxonomy',
  tags,
  summary: 'The fields that are decided, and their values',
  responses: {
    200: json(
      TaxonomyShown.extend({ tag: Tag, draft: draftOf({ fields: z.array(TaxonomyField) }) }),
      'The current version, and the draft.',
    ),
  },
})

const putTaxonomy = guarded('edit', {
  method: 'put',
  path: '/taxonomy',
  tags,
  summary: 'Save a new version of the taxonomy',
  request: { body: body(z.strictObject({ version: Version, ...Fields })) },
  responses: { 200: json(TaxonomyShown.extend({ warnings: Breaks }), 'Saved; it is now the current version.') },
})

const previewTaxonomy = guarded('read', {
  method: 'post',
  path: '/taxonomy/preview',
  tags,
  summary: 'What a taxonomy would change and break, before it is saved',
  request: { body: body(z.strictObject(Fields)) },
  responses: { 200: json(Preview, 'Against the version in force. Nothing is stored.') },
})

const readRules = guarded('read', {
  method: 'get',
  path: '/rules',
  tags,
  summary: 'The rules',
  responses: {
    200: json(RulesShown.extend({ tag: Tag, draft: draftOf({ rules: Rules }) }), 'The current version, and the draft.'),
  },
})

const putRules = guarded('edit', {
  method: 'put',
  path: '/rules',
  tags,
  summary: 'Save a new version of the rules',
  request: { body: body(z.strictObject({ version: Version, rules: Rules })) },
  responses: { 200: json(RulesShown, 'Saved; it is now the current version.') },
})

const tryOut = guarded('read', {
  method: 'post',
  path: '/rules/preview',
  tags,
  summary: 'Try rules on tickets before saving them',
  request: {
    body: body(z.strictObject({ rules: Rules, tickets: TriedTickets.optional(), sample: TriedSample.optional() })),
  },
  responses: { 200: json(RulesPreview, 'The results of these rules and of the current ones. Nothing is saved.') },
})

export function taxonomyRoutes({ database: { db } }: { database: Pick<Database, 'db'> }) {
  return new OpenAPIHono<Env>()
    .openapi(readTaxonomy, async (c) => {
      const state = await showState(db, taxonomyKind, (document) => document)
      return c.json({ ...(await currentTaxonomy(db)), ...state }, 200)
    })
    .openapi(putTaxonomy, async (c) => {
      const { version, fields } = c.req.valid('json')
      const document = whole(fields)
      const before = await currentTaxonomy(db)
      const author = c.get('actor').name
      const also = (tx: Tx) => taxonomyKind.carry(tx, { from: before, to: document }, author)
      const saved = await saveTaxonomy(db, document, version, author, { also })
      return c.json({ ...saved, warnings: await breaksOfTaxonomy(db, { from: before, to: document }) }, 200)
    })
    .openapi(previewTaxonomy, async (c) => c.json(await previewDocument(db, taxonomyKind, c.req.valid('json')), 200))
    .openapi(readRules, async (c) => {
      const { version, document } = await currentRules(db)
      const state = await showState(db, rulesKind, (rules) => ({ rules }))
      return c.json({ version, rules: document, ...state }, 200)
    })
    .openapi(tryOut, async (c) => {
      const { rules, ...asked } = c.req.valid('json')
      const { document: inForce } = await currentRules(db)
      return c.json(await previewRules(db, { draft: rules, inForce }, asked), 200)
    })
    .openapi(putRules, async (c) => {
      const { version, rules } = c.req.valid('json')
      const saved = await saveRules(db, rules, await currentTaxonomy(db), version, c.get('actor').name)
      return c.json({ version: saved, rules }, 200)
    })
}

// Each field may be valid and the whole still not: two fields with the same name.
function whole(fields: TaxonomyField[]): TaxonomyDocument {
  const parsed = TaxonomyDocument.safeParse({ fields })
  refuseInvalid({ target: 'json', ...parsed })
  return parsed.data!
}
