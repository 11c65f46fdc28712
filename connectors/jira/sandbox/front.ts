/** Middleware of the sandbox: the record of requests, failures on demand, credentials, and the vendor's error bodies. */
import { type Context, Hono, type Next } from 'hono'
import type { Fault, Sandbox } from '../../sandbox.ts'
import { isRecord, parsed } from './input.ts'
import type { Model } from './model.ts'
import { issuePage } from './page.ts'
import { issueAt } from './routes.ts'
import { VendorError } from './store.ts'

export function createFront(model: Model, requests: Sandbox['requests']): Hono {
  const app = new Hono()
  app.onError((error, c) => {
    if (!(error instanceof VendorError)) throw error
    const { status, errors, errorMessages } = error
    return c.json({ errorMessages, errors }, status as 400)
  })
  app.notFound((c) => c.json({ message: 'null for uri', 'status-code': 404 }, 404))
  // A page for people: no credentials, and not recorded as a request.
  app.get('/browse/:id', async (c) => c.html(await issuePage(model, issueAt(model, c))))
  app.use(async (c, next) => {
    const path = new URL(c.req.url).pathname
    const body = parsed(await c.req.text())
    const record = { method: c.req.method, path, query: c.req.query(), body, status: 0, at: new Date().toISOString() }
    requests.push(record)
    await answer(model, c, next)
    record.status = c.res.status
  })
  app.post('/oauth/token', (c) => tokens(model, c))
  app.post('/rest/oauth2/latest/token', (c) => tokens(model, c))
  return app
}

async function answer(model: Model, c: Context, next: Next): Promise<void> {
  const fault = model.faults.find((one) => one.left > 0 && matches(one, c))
  if (fault) fault.left -= 1
  if (fault && !fault.after) {
    c.res = await failed(fault)
    return
  }
  if (!c.req.path.includes('oauth') && !mayEnter(model, c.req.header('authorization'))) {
    const errorMessages = ['Client must be authenticated to access this resource.']
    c.res = c.json({ errorMessages, errors: {} }, 401)
    return
  }
  await next()
  if (!fault) return
  const failure = await failed(fault)
  c.res = undefined // otherwise Hono merges the headers of both
  c.res = failure
}

function matches({ method, path }: Fault, c: Context): boolean {
  return (!method || method === c.req.method) && (!path || path.test(new URL(c.req.url).pathname))
}

function failed(fault: Fault): Promise<Response> | Response {
  if (fault.hang) return new Promise(() => {})
  const headers = { 'content-type': 'application/json', ...fault.headers }
  if (fault.cut) return new Response(broken(), { headers })
  const status = fault.status ?? 500
  const body = fault.body ?? JSON.stringify({ errorMessages: [`Sandbox fault ${status}`], errors: {} })
  return new Response(status === 204 ? null : body, { status, headers })
}

/** A body that starts and never ends. */
function broken(): ReadableStream {
  let started = false
  return new ReadableStream({
    pull(controller) {
      if (started) controller.error(new TypeError('terminated'))
      else controller.enqueue(new TextEncoder().encode('{"id":"1'))
      started = true
    },
  })
}

function mayEnter({ credentials, bearers }: Model, authorization: string | undefined): boolean {
  const bearer = /^Bearer (.+)$/.exec(authorization ?? '')?.[1]
  return bearer
    ? bearers.has(bearer)
    : authorization === `Basic ${btoa(`${credentials.email}:${credentials.apiToken}`)}`
}

/** Refresh tokens work once; each answer has the next one. */
async function tokens(model: Model, c: Context): Promise<Response> {
  const text = await c.req.text()
  const json = parsed(text)
  const grant: Record<string, unknown> = isRecord(json) ? json : Object.fromEntries(new URLSearchParams(text))
  const { clientId, clientSecret, refreshToken } = model.oauth
  const known = grant.client_id === clientId && grant.client_secret === clientSecret
  const refreshing = grant.grant_type === 'refresh_token'
  if (!known || (refreshing && grant.refresh_token !== refreshToken)) return c.json({ error: 'invalid_grant' }, 403)
  const access = `sandbox-access-${model.id()}`
  model.bearers.add(access)
  if (refreshing) model.oauth.refreshToken = `sandbox-refresh-${model.id()}`
  const next = refreshing ? { refresh_token: model.oauth.refreshToken } : {}
  return c.json({ access_token: access, ...next, expires_in: 3600, token_type: 'Bearer' })
}
