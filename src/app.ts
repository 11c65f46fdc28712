/** The HTTP face: mounts the routes and turns errors into answers. */
import { OpenAPIHono } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { secureHeaders } from 'hono/secure-headers'
import { adminRoutes } from './admin/api/index.ts'
import type { Deps } from './deps.ts'
import { docsRoutes, operationsRoutes, problem, webhookRoutes } from './http/index.ts'

const BODY_LIMIT = 1024 * 1024

export function createApp(deps: Deps) {
  const app = new OpenAPIHono()
  app.onError((error, c) => problem(c, error, deps.log))
  app.notFound((c) =>
    problem(
      c,
      { status: 404, message: `There is nothing at ${c.req.path}`, next: 'See /docs for what there is.' },
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
