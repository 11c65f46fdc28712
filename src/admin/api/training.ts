/** /exports and /models: exports of training data, and training of the embedded classifier. */

import { OpenAPIHono, z } from '@hono/zod-openapi'
import { defaultFormat, PromptFormat } from '../../classifiers/index.ts'
import type { Config } from '../../config.ts'
import { MORE_LABELS } from '../../contract/index.ts'
import type { Database } from '../../db/index.ts'
import { recordAudit } from '../../db/index.ts'
import { Rejected } from '../../errors.ts'
import { body, json } from '../../http/index.ts'
import type { Embedded } from '../../models/index.ts'
import { listModels } from '../../models/index.ts'
import { ENOUGH, ExportInput, findExport, listExports, startExport, trainEmbedded } from '../../training/index.ts'
import type { Env } from '../access/index.ts'
import { ById, guarded, listOf, Paged, pageOf } from './route-helpers.ts'
import { streamOf } from './stream.ts'

const Manifest = z
  .record(z.string(), z.unknown())
  .openapi({ description: 'Rows, counts by value, hashes, taxonomy and prompt format.' })
const Erased = z.array(z.object({ erasure: z.uuid(), at: z.iso.datetime(), ids: z.array(z.uuid()) })).openapi({
  description: 'What was erased since. The lines with these ids must be removed from every copy of the file.',
})
const ExportShown = z
  .object({
    id: z.uuid(),
    format: z.string(),
    author: z.string(),
    createdAt: z.iso.datetime(),
    manifest: Manifest,
    erased: Erased,
  })
  .openapi('Export')

const ModelShown = z
  .object({
    id: z.uuid(),
    name: z.string(),
    tickets: z.number().int().openapi({ description: 'Labelled tickets it was trained on.' }),
    taxonomyVersion: z.number().int(),
    labelsHash: z.string(),
    createdAt: z.iso.datetime(),
    inUse: z.boolean(),
  })
  .openapi('Model')

const Trained = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('trained'), model: z.string(), tickets: z.number().int(), seconds: z.number() }),
  z.object({ kind: z.literal('unchanged'), model: z.string() }),
])

const tags = ['training']

const start = guarded('learn', {
  method: 'post',
  path: '/exports',
  tags,
  summary: 'Corrections and confirmed labels as a file of training data',
  description: 'Streamed. The manifest is at the address in `Location` once the whole file was read.',
  request: {
    body: body(
      ExportInput.extend({
        prompt: PromptFormat.optional().openapi({
          description: 'The prompt format; default: that of the first endpoint.',
        }),
      }),
    ),
  },
  responses: {
    200: {
      description: 'The file: CSV for h2o, JSON lines for the other formats.',
      headers: z.object({ Location: z.string(), 'Content-Disposition': z.string() }),
      content: { 'application/jsonl': { schema: z.string() }, 'text/csv': { schema: z.string() } },
    },
  },
})

const list = guarded('read-exports', {
  method: 'get',
  path: '/exports',
  tags,
  summary: 'Exports made so far',
  request: { query: z.strictObject(Paged) },
  responses: { 200: json(listOf(ExportShown), 'Newest first.') },
})

const read = guarded('read-exports', {
  method: 'get',
  path: '/exports/{id}',
  tags,
  summary: 'One export with its manifest',
  request: { params: ById },
  responses: { 200: json(ExportShown, 'What the file contains.') },
})

const models = guarded('read-models', {
  method: 'get',
  path: '/models',
  tags,
  summary: 'Trained embedded classifiers',
  responses: { 200: json(listOf(ModelShown), 'Newest first.') },
})

const train = guarded('learn', {
  method: 'post',
  path: '/models/train',
  tags,
  summary: 'Train the embedded classifier on the stored labels',
  description: 'Answers when training is done: after seconds to a minute. It runs in a worker thread.',
  responses: { 200: json(Trained, 'The new model is in use, or nothing changed since the newest one.') },
})

type Needs = {
  config: Pick<Config, 'llm'>
  database: Pick<Database, 'db'>
  embedded: Pick<Embedded, 'refresh'>
}

export function trainingRoutes({ config, database: { db }, embedded }: Needs) {
  return new OpenAPIHono<Env>()
    .openapi(start, async (c) => {
      const { prompt, ...input } = c.req.valid('json')
      const asked = prompt ?? config.llm?.endpoints[0]?.format ?? defaultFormat
      const made = await startExport(db, { ...input, prompt: asked }, c.get('actor').name)
      return new Response(streamOf(made.lines), {
        headers: {
          'Content-Type': made.contentType,
          'Content-Disposition': `attachment; filename="${made.fileName}"`,
          'Cache-Control': 'no-store',
          Location: `/api/v1/exports/${made.id}`,
        },
      }) as never // the typed client cannot describe a file
    })
    .openapi(list, async (c) => {
      const { limit, cursor } = c.req.valid('query')
      return c.json(
        pageOf(await listExports(db, limit + 1, cursor), limit, showExport, ({ id }) => id),
        200,
      )
    })
    .openapi(read, async (c) => {
      const { id } = c.req.valid('param')
      const found = await findExport(db, id)
      if (!found)
        throw new Rejected(404, `There is no export ${id}`, {
          next: 'An export is listed once its whole file was read; GET /api/v1/exports lists them.',
        })
      return c.json(showExport(found), 200)
    })
    .openapi(models, async (c) => {
      const items = (await listModels(db)).map((model, i) => ({
        ...model,
        createdAt: model.createdAt.toISOString(),
        inUse: i === 0,
      }))
      return c.json({ items, next: null }, 200)
    })
    .openapi(train, async (c) => {
      const trained = await trainEmbedded(db, { signal: c.req.raw.signal })
      if (trained.kind === 'too few')
        throw new Rejected(409, `${trained.tickets} labelled tickets are too few to train on`, {
          next: `At least ${ENOUGH} are needed; 100 are recommended. Confirm or correct tickets, or ${MORE_LABELS}.`,
        })
      embedded.refresh()
      if (trained.kind === 'trained')
        await recordAudit(db, {
          actor: c.get('actor').name,
          action: 'model.train',
          subject: `model ${trained.model}`,
          after: { tickets: trained.tickets },
        })
      return c.json(trained, 200)
    })
}

function showExport({
  id,
  format,
  author,
  createdAt,
  manifest,
  erased,
}: Awaited<ReturnType<typeof listExports>>[number]) {
  return {
    id,
    format,
    author,
    createdAt: createdAt.toISOString(),
    manifest: manifest as Record<string, unknown>,
    erased,
  }
}
