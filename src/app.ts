/** The HTTP application: mounts the routes and turns errors into answers. */

import { OpenAPIHono } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { secureHeaders } from 'hono/secure-headers'
import type { Logger } from 'pino'
import { type ApiNeeds, adminRoutes } from './admin/api/index.ts'
import {
  docsRoutes,
  type OperationsNeeds,
  operationsRoutes,
  problem,
  type WebhookNeeds,
  webhookRoutes,
} from './http/index.ts'

const BODY_LIMIT = 1024 * 1024

export type AppNeeds = ApiNeeds & WebhookNeeds & OperationsNeeds & { log: Logger }

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
  app.route('/', webhookRoutes(deps))
  app.route('/', operationsRoutes(deps))
  app.route('/api/v1', adminRoutes(deps))
  app.route('/', docsRoutes(app))
  return app
}
