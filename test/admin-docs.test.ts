/** The reference: the description of the API, and the page that shows it without the internet. */

import { hc } from 'hono/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createToken } from '../src/admin/access/index.ts'
import type { Api } from '../src/admin/api/index.ts'
import { openService, type Service } from './support/service.ts'

let service: Service
beforeAll(async () => {
  service = await openService()
})
afterAll(() => service.close())

const get = (path: string) => service.app.request(path)

test('openapi.json describes every route, with its security and its problems', async () => {
  const document = (await (await get('/openapi.json')).json()) as {
    openapi: string
    info: { license: object }
    // biome-ignore lint/suspicious/noExplicitAny: a description of every shape
    paths: Record<string, Record<string, any>>
    // biome-ignore lint/suspicious/noExplicitAny: a description of every shape
    components: any
  }
  expect(document.openapi).toBe('3.1.0')
  expect(document.info.license).toMatchObject({ name: expect.any(String), identifier: expect.any(String) })
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining([
      '/webhooks/{connection}',
      '/healthz',
      '/readyz',
      '/metrics',
      '/api/v1/classify',
      '/api/v1/decisions/{id}',
    ]),
  )
  expect(document.components.securitySchemes.bearer).toMatchObject({ type: 'http', scheme: 'bearer' })
  expect(document.components.schemas.Problem.required).toEqual(['type', 'title', 'status', 'detail', 'next'])
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      expect(operation.summary, `${method} ${path}`).toEqual(expect.any(String))
      expect(operation.tags, `${method} ${path}`).toHaveLength(1)
      expect(Object.keys(operation.responses).join(), `${method} ${path}`).toMatch(/\b4(\d\d|XX)\b/)
      if (!path.startsWith('/api/v1')) continue
      const isSignIn = path.startsWith('/api/v1/session') && !path.startsWith('/api/v1/sessions') && method !== 'delete'
      expect(operation.security).toEqual(isSignIn ? [] : [{ bearer: [] }])
      expect(operation.responses['4XX'].content['application/problem+json'].schema).toEqual({
        $ref: '#/components/schemas/Problem',
      })
    }
  }
  const ids = Object.values(document.paths).flatMap((methods) => Object.values(methods).map((each) => each.operationId))
  for (const id of ids) expect(id).toMatch(/^(get|post|put|patch|delete)[A-Z][A-Za-z]+$/)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids).toContain('getDecisionsById')
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
    ([, name]) => name!,
  )
  expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining([...new Set(refs)]))
})

test('/docs needs nothing from elsewhere and runs no script of the page', async () => {
  const page = await get('/docs')
  const html = await page.text()
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'")
  expect(html).not.toMatch(/https?:\/\//)
  expect(html).not.toMatch(/<script(?![^>]* src=)/)
  for (const [, path] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
    const asset = await get(`/${path}`)
    expect(asset.status, path).toBe(200)
    expect((await asset.arrayBuffer()).byteLength).toBeGreaterThan(50)
  }
  expect((await get('/docs/start.js')).headers.get('content-type')).toContain('javascript')
})

test.each(['/docs/package.json', '/docs/..%2fpackage.json', '/docs/nothing.js', '/api/v2/x', '/nothing'])(
  '%s is not there',
  async (path) => {
    const answer = await get(path)
    expect(answer.status).toBe(404)
    expect(await answer.json()).toMatchObject({ status: 404, next: expect.any(String) })
  },
)

test("Hono's typed client knows the API: its paths, inputs and answers", async () => {
  const { token } = await createToken(service.deps.database.db, { name: 'typed', role: 'admin' }, 'test')
  const client = hc<Api>('http://pointsman.test/api/v1', {
    headers: { Authorization: `Bearer ${token}` },
    fetch: service.app.request as typeof fetch,
  })
  const list = await client.decisions.$get({ query: { limit: '5', outcome: 'held', value: ['service/internet'] } })
  if (!list.ok) throw new Error(`answered ${list.status}`)
  const { items, next } = await list.json()
  const reasons: string[] = items.map((decision) => decision.reason)
  expect([reasons, next]).toEqual([[], null])
  const read = await client.decisions[':id'].$get({ param: { id: 'odd' } })
  expect(read.status).toBe(400)
  // @ts-expect-error a text is required
  const classified = await client.classify.$post({ json: { subject: 'x' } })
  expect(classified.status).toBe(422)
})
