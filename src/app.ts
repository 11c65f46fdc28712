/** The HTTP application: mounts the routes and turns errors into answers. */

import { OpenAPIHono } from '@hono/zod-openapi'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { except } from 'hono/combine'
import { compress } from 'hono/compress'
import { secureHeaders } from 'hono/secure-headers'
import type { Logger } from 'pino'
import { type ApiNeeds, adminRoutes } from './admin/api/index.ts'
import { openPage } from './admin/page/index.ts'
import type { Config } from './config.ts'
import {
  accessLog,
  deadline,
  docsRoutes,
  limitWrongTokens,
  type MetricsNeeds,
  metricsRoutes,
  type OperationsNeeds,
  operationsRoutes,
  plainBodies,
  problem,
  tokenGuard,
  type WebhookNeeds,
  webhookRoutes,
} from './http/index.ts'

const BODY_LIMIT = 1024 * 1024
/** Zendesk waits 12 seconds for an answer. */
const WEBHOOK_MS = 10_000
/** Beyond what the model may take. */
const API_MS = 120_000

export type AppNeeds = ApiNeeds &
  WebhookNeeds &
  OperationsNeeds &
  MetricsNeeds & { log: Logger; config: Pick<Config, 'llm' | 'metricsPort' | 'metricsToken' | 'trustedProxies'> }

/** All routes; metrics and reference are not among them when they have a port of their own. */
export const createApp = (deps: AppNeeds) => createApps(deps).app

/** The application, and the one of METRICS_PORT. */
export function createApps(deps: AppNeeds) {
  const app = new OpenAPIHono()
  const page = openPage()
  app.onError((error, c) => problem(c, error, deps.log))
  app.notFound((c) => {
    const allowed = METHODS.filter((method) => hasRoute(app, method, c.req.path))
    const shell = allowed.length === 0 ? page.shell(c) : null
    if (shell) return shell
    if (allowed.length === 0)
      return problem(
        c,
        { status: 404, message: `There is nothing at ${c.req.path}`, next: '/docs lists the routes.' },
        deps.log,
      )
    c.header('Allow', allowed.join(', '))
    const message = `${c.req.path} does not take ${c.req.method}`
    return problem(c, { status: 405, message, next: `Use ${allowed.join(' or ')}.` }, deps.log)
  })
  app.use(accessLog(deps.log))
  app.use(secureHeaders())
  app.use('/webhooks/*', deadline(WEBHOOK_MS))
  app.use(
    // Webhooks have limits of their own: what a helpdesk sends must not be lost for being large.
    except(
      '/webhooks/*',
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
    ),
  )
  app.use('/api/*', plainBodies())
  app.use('/api/*', limitWrongTokens(deps.log, deps.config.trustedProxies))
  app.use('/api/*', deadline(API_MS + (deps.config.llm?.deadlineMs ?? 0)))
  // Lists of decisions are large; exports are streamed as they are.
  app.use('/api/v1/*', compress({ contentTypeFilter: /^application\/json/ }))
  app.route('/', webhookRoutes(deps))
  app.route('/', operationsRoutes(deps))
  app.route('/api/v1', adminRoutes(deps))
  const internal = internalRoutes(deps, app)
  if (deps.config.metricsPort === null) app.route('/', internal)
  app.route('/', page.assets)
  return { app, internal: standAlone(deps, internal) }
}

/** What is for the operators only: metrics, and the reference. */
function internalRoutes(deps: AppNeeds, app: OpenAPIHono) {
  const routes = new Hono()
  for (const path of ['/metrics', '/openapi.json', '/docs', '/docs/*'])
    routes.use(
      path,
      deadline(WEBHOOK_MS),
      limitWrongTokens(deps.log, deps.config.trustedProxies),
      tokenGuard(deps.config.metricsToken),
    )
  return routes.route('/', metricsRoutes(deps)).route('/', docsRoutes(app))
}

function standAlone({ log }: AppNeeds, internal: Hono) {
  const app = new Hono()
  app.onError((error, c) => problem(c, error, log))
  app.notFound((c) =>
    problem(c, { status: 404, message: `There is nothing at ${c.req.path}`, next: 'Use /metrics or /docs.' }, log),
  )
  app.use(accessLog(log))
  app.use(secureHeaders())
  return app.route('/', internal)
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** A route of its own: what is mounted for all methods is middleware. */
function hasRoute(app: OpenAPIHono, method: string, path: string): boolean {
  const [found] = app.router.match(method, path)
  return found.some(([[, route]]) => route.method === method)
}
