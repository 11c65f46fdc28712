/** /pauses: stop deciding and writing now, for all processes, and go on. */
import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { ModelPauses } from '../../classifiers/index.ts'
import { listPauses as askedByHelpdesks } from '../../connections/index.ts'
import type { Database } from '../../db/index.ts'
import { body, json } from '../../http/index.ts'
import { listPauses, PauseInput, type PauseRow, PauseScope, pause, resume } from '../../pauses/index.ts'
import type { Queue } from '../../queue/index.ts'
import type { Env } from '../access/index.ts'
import { ModelPauseShown, showModelPause } from './model-pauses.ts'
import { guarded, listOf } from './route-helpers.ts'

const PauseShown = z
  .object({
    id: z.uuid(),
    connection: z.string().nullable().openapi({ description: 'Null: every connection.' }),
    field: z.string().nullable().openapi({ description: 'Null: everything; else write-backs with this field.' }),
    value: z.string().nullable(),
    who: z.string(),
    at: z.iso.datetime(),
    why: z.string(),
    endedAt: z.iso.datetime().nullable(),
    endedBy: z.string().nullable(),
  })
  .openapi('Pause')

const tags = ['operations']

const list = guarded('read', {
  method: 'get',
  path: '/pauses',
  tags,
  summary: 'What is paused: by people, by helpdesks that asked for it, and models that fail',
  request: {
    query: z.strictObject({
      ended: z.enum(['true', 'false']).optional().openapi({ description: 'true: also the last ones that were ended.' }),
    }),
  },
  responses: {
    200: json(
      listOf(PauseShown).extend({
        helpdesks: z
          .array(z.object({ connection: z.string(), until: z.iso.datetime() }))
          .openapi({ description: 'Connections whose helpdesk asked us to wait.' }),
        models: z.array(ModelPauseShown).openapi({ description: 'Models that fail every ticket.' }),
      }),
      'Newest first.',
    ),
  },
})

const start = guarded('operate', {
  method: 'post',
  path: '/pauses',
  tags,
  summary: 'Pause everything, a connection, a field or a value',
  description:
    'Holds at once, for all processes. With nothing named, everything is paused; webhooks are still taken. A ticket of a paused connection waits to be decided and written; a decision with a paused field or value waits to be written, as a whole. Nothing is lost. Pausing again answers the same pause.',
  request: { body: body(PauseInput) },
  responses: { 200: json(PauseShown, 'Paused.') },
})

const end = guarded('operate', {
  method: 'post',
  path: '/pauses/resume',
  tags,
  summary: 'End a pause: name what was paused, its id, or all of them',
  request: { body: body(PauseScope.extend({ id: z.uuid().optional(), all: z.boolean().optional() })) },
  responses: {
    200: json(
      z.object({ ended: z.array(PauseShown) }),
      'What waited for them goes on now, unless another pause holds it.',
    ),
  },
})

type Needs = { database: Pick<Database, 'db'>; queue: Queue; modelPauses: Pick<ModelPauses, 'list'> }

export function pauseRoutes({ database: { db }, queue, modelPauses }: Needs) {
  return new OpenAPIHono<Env>()
    .openapi(list, async (c) => {
      const found = await listPauses(db, { ended: c.req.valid('query').ended === 'true' })
      const asked = [...(await askedByHelpdesks(db)).values()]
      const helpdesks = asked.map(({ name, until }) => ({ connection: name, until: until.toISOString() }))
      const models = (await modelPauses.list()).map(showModelPause)
      return c.json({ items: found.map(show), next: null, helpdesks, models }, 200)
    })
    .openapi(start, async (c) => c.json(show(await pause(db, c.req.valid('json'), c.get('actor').name)), 200))
    .openapi(end, async (c) => {
      const ended = await resume({ db, queue }, c.req.valid('json'), c.get('actor').name)
      return c.json({ ended: ended.map(show) }, 200)
    })
}

function show({ at, endedAt, ...row }: PauseRow) {
  return { ...row, at: at.toISOString(), endedAt: endedAt?.toISOString() ?? null }
}
