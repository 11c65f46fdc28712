/** /decisions/{id}/unmask: the text of a ticket as it came. */

import { OpenAPIHono, z } from '@hono/zod-openapi'
import { json } from '../../http/index.ts'
import { type UnmaskNeeds, unmask } from '../../review/index.ts'
import type { Env } from '../access/index.ts'
import { ById, guarded } from './route-helpers.ts'

const asItCame = guarded('unmask', {
  method: 'post',
  path: '/decisions/{id}/unmask',
  tags: ['decisions'],
  summary: 'The text of the ticket as it came, with personal data',
  description:
    'Who asked for it is recorded in the audit. 410: the delivery came without the text, or its body was deleted when its time was over; then only the helpdesk has it.',
  request: { params: ById },
  responses: {
    200: json(
      z.object({ subject: z.string(), text: z.string(), receivedAt: z.iso.datetime() }),
      'Without markup; nothing is masked or cut.',
    ),
  },
})

export function decisionTextRoutes({ database: { db }, vault, connectors }: UnmaskNeeds) {
  return new OpenAPIHono<Env>().openapi(asItCame, async (c) => {
    const needs = { database: { db }, vault, connectors }
    const { receivedAt, ...text } = await unmask(needs, c.req.valid('param').id, c.get('actor').name)
    return c.json({ ...text, receivedAt: receivedAt.toISOString() }, 200)
  })
}
