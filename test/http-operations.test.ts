/** What every HTTP service does: the version, methods, one log line for each request. */
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }
import { createApp } from '../src/app.ts'
import { openService, type Service } from './support/service.ts'

let service: Service
let lines: Record<string, unknown>[] = []
let app: ReturnType<typeof createApp>
beforeAll(async () => {
  service = await openService()
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  app = createApp({ ...service.deps, log })
})
afterAll(() => service?.close())

test('/healthz tells the version', async () => {
  expect(await (await app.request('/healthz')).json()).toEqual({ status: 'ok', version: packageJson.version })
})

test.each([
  ['GET', '/webhooks/jira', 'POST'],
  ['POST', '/healthz', 'GET'],
  ['DELETE', '/readyz', 'GET'],
])('%s %s is 405, and names what is allowed', async (method, path, allowed) => {
  const answer = await app.request(path, { method })
  expect(answer.status).toBe(405)
  expect(answer.headers.get('Allow')).toBe(allowed)
  expect(await answer.json()).toMatchObject({ status: 405, next: `Use ${allowed}.` })
})

test('a path that nothing has is 404 for every method', async () => {
  for (const method of ['GET', 'POST', 'DELETE'])
    expect((await app.request('/nothing-here', { method })).status).toBe(404)
})

test('each request has a line with its outcome, without the query; those of the platform are for debugging', async () => {
  lines = []
  await app.request('/webhooks/nobody?text=secret', { method: 'POST', body: '{}' })
  await app.request('/readyz')
  const requests = lines.filter(({ msg }) => msg === 'request')
  expect(requests).toMatchObject([{ method: 'POST', path: '/webhooks/nobody', status: 404 }])
  expect(requests[0]).toHaveProperty('ms')
  expect(JSON.stringify(lines)).not.toContain('secret')
})

test('a compressed body is refused by the API too', async () => {
  const headers = { 'Content-Type': 'application/json', 'Content-Encoding': 'br' }
  const answer = await app.request('/api/v1/classify', { method: 'POST', headers, body: 'x' })
  expect(answer.status).toBe(415)
  expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('br'), next: expect.any(String) })
})

test('METRICS_TOKEN guards metrics and reference, and nothing else', async () => {
  const metricsToken = 'a token of the monitoring, long'
  const guarded = createApp({ ...service.deps, config: { ...service.deps.config, metricsToken } })
  const ask = async (path: string, authorization?: string) =>
    (await guarded.request(path, authorization ? { headers: { authorization } } : {})).status
  for (const path of ['/metrics', '/docs', '/docs/start.js', '/openapi.json']) {
    expect(await ask(path)).toBe(401)
    expect(await ask(path, 'Bearer wrong')).toBe(401)
    expect(await ask(path, `Bearer ${metricsToken}`)).toBe(200)
    expect(await ask(path, `Basic ${btoa(`anybody:${metricsToken}`)}`)).toBe(200)
  }
  expect((await guarded.request('/docs')).headers.get('www-authenticate')).toMatch(/^Basic /)
  expect(await ask('/healthz')).toBe(200)
})
