/** Describes the routes outside /api/v1 for the API reference: plain Hono routes carry no description. */
import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { ConnectionName, json, problemAnswer } from './openapi.ts'

/** What the HTTP server itself answers, before a route is known. */
const UNREADABLE = {
  '4XX': { description: 'Not HTTP as it should be: 400 malformed, 408 too slow, 431 headers too large.' },
}

export function describePlainRoutes(registry: OpenAPIHono['openAPIRegistry']): void {
  registry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'An access token: ADMIN_TOKEN, or one created with POST /api/v1/tokens.',
  })
  registry.registerPath({
    method: 'post',
    path: '/webhooks/{connection}',
    tags: ['webhooks'],
    summary: 'A delivery from a helpdesk',
    description:
      'Authenticated by the signature over the raw body, or by the token header, of the connection. Stored before it is answered; sending it again is safe. Of a body above 1 MiB only the ids are stored, and the ticket is read from the helpdesk.',
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
      202: json(z.object({ delivery: z.uuid(), duplicate: z.boolean() }), 'Stored; it will be processed.'),
      400: problemAnswer('Not JSON.'),
      401: problemAnswer('The signature or token is missing or wrong.'),
      404: problemAnswer('There is no such connection.'),
      413: problemAnswer('Larger than 25 MiB, or larger than 1 MiB without a signature or token.'),
      415: problemAnswer('The Content-Type is not JSON, or the body is compressed.'),
      422: problemAnswer('JSON, but not an event of this helpdesk.'),
      503: problemAnswer('The database is unavailable; send it again.'),
    },
  })
  registry.registerPath({
    method: 'get',
    path: '/healthz',
    tags: ['operations'],
    summary: 'Alive',
    security: [],
    responses: {
      200: json(z.object({ status: z.literal('ok'), version: z.string() }), 'The process answers.'),
      ...UNREADABLE,
    },
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
      ...UNREADABLE,
    },
  })
  registry.registerPath({
    method: 'get',
    path: '/metrics',
    tags: ['operations'],
    summary: 'Counters for Prometheus',
    security: [],
    responses: {
      200: { description: 'Prometheus text format.', content: { 'text/plain': { schema: z.string() } } },
      401: problemAnswer('METRICS_TOKEN is set, and the request does not carry it.'),
      429: problemAnswer('Too many wrong tokens.'),
    },
  })
}
