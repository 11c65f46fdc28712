/** /config: the configuration as YAML, and the routing map alone, for people and for GitOps. */
import { OpenAPIHono, z } from '@hono/zod-openapi'
import { exportConfig, exportMap, importConfig, readDocument, SECTIONS } from '../../config-file/index.ts'
import type { SaveNeeds } from '../../connections/index.ts'
import { Rejected } from '../../errors.ts'
import { body, json } from '../../http/index.ts'
import { Break, Change } from '../../policy/index.ts'
import { checkMap, draftMap, MapDocument, publishedMap, readMap, saveDraft, tagOf } from '../../routing/index.ts'
import { currentTaxonomy } from '../../taxonomy/index.ts'
import { type Env, isAllowed } from '../access/index.ts'
import { Comment, guarded, IfMatch } from './route-helpers.ts'
import { noSuchMap, SavedMap } from './routing.ts'

const Yaml = z.string().min(1).max(5_000_000).openapi({ description: 'The document as YAML.' })
const yamlAnswer = (description: string) => ({ description, content: { 'application/yaml': { schema: z.string() } } })
const YAML = { 'Content-Type': 'application/yaml; charset=utf-8' }
const tags = ['policy']

const read = guarded('read-connections', {
  method: 'get',
  path: '/config',
  tags,
  summary: 'The configuration in force as YAML',
  description: 'Without credentials and secrets; comments say what to fill in.',
  request: {
    query: z.strictObject({
      section: z
        .union([z.enum(SECTIONS).transform((one) => [one]), z.array(z.enum(SECTIONS))])
        .optional()
        .openapi({ type: 'array', items: { type: 'string', enum: [...SECTIONS] }, description: 'Absent: all.' }),
    }),
  },
  responses: { 200: yamlAnswer('The document; POST /config/import takes it.') },
})

const importAll = guarded('edit', {
  method: 'post',
  path: '/config/import',
  tags,
  summary: 'Make a document the configuration in force',
  description:
    'All of it or nothing. What the document leaves out stays; nothing is deleted but what a section it has leaves out. Importing twice changes nothing. Connections need admin.',
  request: {
    body: body(
      z.strictObject({
        yaml: Yaml,
        dryRun: z.boolean().default(false).openapi({ description: 'Check it, and only say what would change.' }),
        force: z
          .boolean()
          .default(false)
          .openapi({ description: 'In spite of what it breaks, and of targets that cannot take tickets.' }),
        check: z.enum(['skip']).optional().openapi({ description: 'skip: ask no helpdesk.' }),
        comment: Comment.default('imported'),
      }),
    ),
  },
  responses: {
    200: json(
      z.object({
        dryRun: z.boolean(),
        changes: z.array(Change.extend({ section: z.enum(SECTIONS) })),
        breaks: z.array(Break),
        versions: z.object({
          taxonomy: z.number().int().optional(),
          rules: z.number().int().optional(),
          routingMap: z.number().int().optional(),
        }),
      }),
      'What changed, or would change.',
    ),
  },
})

const exportOne = guarded('read', {
  method: 'get',
  path: '/routing-map/export',
  tags,
  summary: 'The routing map as YAML',
  request: {
    query: z.strictObject({
      version: z.coerce
        .number<string>()
        .int()
        .min(1)
        .max(2_000_000_000)
        .optional()
        .openapi({ type: 'integer', description: 'Absent: the draft, or else the published map.' }),
    }),
  },
  responses: { 200: yamlAnswer('A document with the section routingMap only.') },
})

const importDraft = guarded('edit', {
  method: 'post',
  path: '/routing-map/draft/import',
  tags,
  summary: 'Save the routing map of a YAML document as the draft',
  request: { headers: IfMatch, body: body(z.strictObject({ yaml: Yaml })) },
  responses: { 200: json(SavedMap, 'Saved, with the faults that are left.') },
})

export function configRoutes(deps: SaveNeeds) {
  const { db } = deps.database
  return new OpenAPIHono<Env>()
    .openapi(read, async (c) => {
      const needs = { db, vault: deps.vault, connectors: deps.connectors }
      return c.text(await exportConfig(needs, c.req.valid('query').section), 200, YAML)
    })
    .openapi(importAll, async (c) => {
      const { yaml, check, ...options } = c.req.valid('json')
      const { name: actor, role } = c.get('actor')
      const administers = isAllowed(role, 'administer')
      const imported = await importConfig(deps, yaml, { ...options, check: check !== 'skip', actor, administers })
      return c.json(imported, 200)
    })
    .openapi(exportOne, async (c) => {
      const { version } = c.req.valid('query')
      const row = version === undefined ? await draftMap(db) : await readMap(db, version)
      if (version !== undefined && !row) throw noSuchMap(version)
      const map = row ? MapDocument.parse(row.document) : await publishedMap(db)
      if (!map)
        throw new Rejected(404, 'There is no routing map yet', { next: 'Save one with PUT /api/v1/routing-map/draft.' })
      return c.text(exportMap(map), 200, {
        ...YAML,
        'Content-Disposition': 'attachment; filename="routing-map.yaml"',
      })
    })
    .openapi(importDraft, async (c) => {
      const { routingMap } = readDocument(c.req.valid('json').yaml)
      if (!routingMap)
        throw new Rejected(422, 'The document has no section routingMap', {
          next: 'GET /api/v1/routing-map/export gives one that has.',
          faults: [{ path: 'routingMap', message: 'is missing' }],
        })
      const comment = 'imported'
      const expected = c.req.valid('header')['if-match']
      const draft = await saveDraft(db, routingMap, c.get('actor').name, { comment, expected })
      const faults = checkMap(routingMap, await currentTaxonomy(db))
      return c.json({ version: draft.version, tag: tagOf({ draft, published: null }), faults }, 200)
    })
}
