/** POST /classify: what would be decided for a text, now. Nothing is stored, nothing is written back. */
import { OpenAPIHono, z } from '@hono/zod-openapi'
import { body, ConnectionName, json } from '../../http/index.ts'
import { type PreviewNeeds, previewDecision } from '../../triage/index.ts'
import type { Env } from '../access/index.ts'
import { Answers, Plan, Route, Sources, Values } from './decision-schemas.ts'
import { guarded } from './route-helpers.ts'

const Input = z.strictObject({
  subject: z.string().max(1000).default(''),
  text: z.string().min(1).max(200_000),
  connection: ConnectionName.optional().openapi({
    description: 'Decide with the mode, thresholds and people of this connection.',
  }),
  classifier: z
    .enum(['endpoint', 'embedded', 'cascade'])
    .optional()
    .openapi({ description: 'Ask this one, to compare; 422 where it is not there. Default: as the service is set.' }),
})

const Classified = z
  .object({
    plan: Plan,
    reason: z.string(),
    values: Values,
    sources: Sources,
    answers: Answers,
    route: Route.nullable(),
    model: z.string().nullable(),
    taxonomyVersion: z.number().int(),
    rulesVersion: z.number().int(),
    mapVersion: z.number().int().nullable(),
    tokens: z.object({ prompt: z.number(), completion: z.number(), cached: z.number() }).nullable(),
    trace: z.record(z.string(), z.unknown()),
    prepared: z
      .object({ subject: z.string(), text: z.string(), language: z.string() })
      .openapi({ description: 'The text as the classifier read it: without quotes and signatures, masked.' }),
    ms: z.number(),
    modelMs: z.number().nullable(),
  })
  .openapi('Classified')

const classify = guarded('classify', {
  method: 'post',
  path: '/classify',
  tags: ['decisions'],
  summary: 'Decide a text without writing anything',
  request: { body: body(Input) },
  responses: { 200: json(Classified, 'What would be decided, and why.') },
})

export function classifyRoutes(deps: PreviewNeeds) {
  return new OpenAPIHono<Env>().openapi(classify, async (c) =>
    c.json(await previewDecision(deps, c.req.valid('json'), c.req.raw.signal), 200),
  )
}
