/** The routes outside /api/v1, for the reference: they are plain routes, which do not describe themselves. */
import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { ConnectionName, json, problemAnswer } from './openapi.ts'

export function describePlainRoutes(registry: OpenAPIHono['openAPIRegistry']): void {
  registry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'A token of Pointsman: ADMIN_TOKEN, or one made with POST /api/v1/tokens.',
  })
  registry.registerPath({
    method: 'post',
    path: '/webhooks/{connection}',
    tags: ['webhooks'],
    summary: 'A delivery from a helpdesk',
    description:
      'Proven by the signature or the token header of the connection, over the raw body. Stored before it is answered; sending it again does no harm.',
    security: [],
    request: {
      params: z.object({ connection: ConnectionName }),
      body: {
        required: true,
        content: {
          'application/json': {
            schema: z.record(z.string(), z.unknown()).openapi({ description: 'As the vendor sends it.' }),
          },
        },
      },
    },
    responses: {
      202: json(z.object({ delivery: z.uuid(), duplicate: z.boolean() }), 'Stored; it will be worked on.'),
      400: problemAnswer('Not JSON.'),
      401: problemAnswer('Not proven to come from the helpdesk.'),
      404: problemAnswer('There is no such connection.'),
      413: problemAnswer('Larger than 1 MiB.'),
      415: problemAnswer('Not declared as JSON.'),
      422: problemAnswer("JSON, but not the helpdesk's."),
      503: problemAnswer('The database is away; send it again.'),
    },
  })
  registry.registerPath({
    method: 'get',
    path: '/healthz',
    tags: ['operations'],
    summary: 'Alive',
    security: [],
    responses: { 200: json(z.object({ status: z.literal('ok') }), 'The process answers.') },
  })
  registry.registerPath({
    method: 'get',
    path: '/readyz',
    tags: ['operations'],
    summary: 'Ready to take deliveries',
    security: [],
    responses: {
      200: json(z.object({ status: z.literal('ready'), database: z.enum(['postgres', 'embedded']) }), 'Ready.'),
      503: json(z.object({ status: z.literal('not ready'), next: z.string() }), 'The database does not answer.'),
    },
  })
  registry.registerPath({
    method: 'get',
    path: '/metrics',
    tags: ['operations'],
    summary: 'Counters for Prometheus',
    security: [],
    responses: { 200: { description: 'Prometheus text format.', content: { 'text/plain': { schema: z.string() } } } },
  })
}
