/** The HTTP application: mounts the routes and turns errors into answers. */

import { OpenAPIHono } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { secureHeaders } from 'hono/secure-headers'
import type { Logger } from 'pino'
import { type ApiNeeds, adminRoutes } from './admin/api/index.ts'
import type { Config } from './config.ts'
import {
  deadline,
  docsRoutes,
  type OperationsNeeds,
  operationsRoutes,
  problem,
  type WebhookNeeds,
  webhookRoutes,
} from './http/index.ts'

const BODY_LIMIT = 1024 * 1024
/** Zendesk waits 12 seconds for an answer. */
const WEBHOOK_MS = 10_000
/** Beyond what the model may take. */
const API_MS = 120_000

export type AppNeeds = ApiNeeds & WebhookNeeds & OperationsNeeds & { log: Logger; config: Pick<Config, 'llm'> }

export function createApp(deps: AppNeeds) {
  const app = new OpenAPIHono()
  app.onError((error, c) => problem(c, error, deps.log))
  app.notFound((c) =>
    problem(
      c,
      { status: 404, message: `There is nothing at ${c.req.path}`, next: '/docs lists the routes.' },
      deps.log,
    ),
  )
  app.use(secureHeaders())
  app.use(
    bodyLimit({
      maxSize: BODY_LIMIT,
      onError: (c) =>
        problem(
          c,
          {
            status: 413,
            message: 'The body is larger than 1 MiB',
            next: 'Send less: ids are enough, the ticket is read back.',
          },
          deps.log,
        ),
    }),
  )
  app.use('/webhooks/*', deadline(WEBHOOK_MS))
  app.use('/metrics', deadline(WEBHOOK_MS))
  app.use('/api/*', deadline(API_MS + (deps.config.llm?.deadlineMs ?? 0)))
  app.route('/', webhookRoutes(deps))
  app.route('/', operationsRoutes(deps))
  app.route('/api/v1', adminRoutes(deps))
  app.route('/', docsRoutes(app))
  return app
}
