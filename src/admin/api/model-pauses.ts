/** /model-pauses: models that fail every ticket, so that tickets wait. */
import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { ModelPauses } from '../../classifiers/index.ts'
import { body, json } from '../../http/index.ts'
import type { Env } from '../access/index.ts'
import { guarded, listOf } from './route-helpers.ts'

export const ModelPauseShown = z
  .object({
    model: z
      .string()
      .openapi({ description: 'With its prompt format, as in decisions.', example: 'triage@chat-1f0c2a9b' }),
    reason: z.string().openapi({ description: 'What the model server did.' }),
    next: z.string().openapi({ description: 'What to do about it.' }),
    since: z.iso.datetime(),
    until: z.iso.datetime().openapi({ description: 'When the model is asked again. If it answers, the pause ends.' }),
  })
  .openapi('ModelPause')

const tags = ['operations']

const list = guarded('read-models', {
  method: 'get',
  path: '/model-pauses',
  tags,
  summary: 'The models that are paused because they fail every ticket',
  responses: { 200: json(listOf(ModelPauseShown), 'Empty: no model is paused.') },
})

const resume = guarded('operate', {
  method: 'post',
  path: '/model-pauses/resume',
  tags,
  summary: 'End the pause of a model now',
  description: 'All tickets that wait are tried again together. If the model still fails them, it is paused again.',
  request: { body: body(z.strictObject({ model: z.string().min(1).max(300) })) },
  responses: { 200: json(z.object({ resumed: z.boolean() }), 'false: the model was not paused.') },
})

export function modelPauseRoutes({ modelPauses }: { modelPauses: Pick<ModelPauses, 'list' | 'resume'> }) {
  return new OpenAPIHono<Env>()
    .openapi(list, async (c) => {
      const items = (await modelPauses.list()).map(showModelPause)
      return c.json({ items, next: null }, 200)
    })
    .openapi(resume, async (c) => {
      const resumed = await modelPauses.resume(c.req.valid('json').model, c.get('actor').name)
      return c.json({ resumed }, 200)
    })
}

type Listed = Awaited<ReturnType<ModelPauses['list']>>[number]

export function showModelPause({ since, until, ...pause }: Listed) {
  return { ...pause, since: since.toISOString(), until: until.toISOString() }
}
