/** Who may come in, and how far. */

import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bootstrapToken } from '../src/admin/access/index.ts'
import { MATRIX } from '../src/admin/access/roles.ts'
import { createToken } from '../src/admin/access/tokens.ts'
import { createApp } from '../src/app.ts'
import { Role } from '../src/contract/index.ts'
import { audit, tokens } from '../src/db/schema.ts'
import { type Client, clientWith, signIn } from './support/client.ts'
import { openService, type Service } from './support/service.ts'

let service: Service
const as = {} as Record<Role, Client>
beforeAll(async () => {
  service = await openService()
  for (const role of Role.options) as[role] = await signIn(service, role)
})
afterAll(() => service.close())

const ALL = 'viewer reviewer operator editor ml admin auditor'
const ID = '01890a5d-ac96-774b-bcce-b302099a8057'

// Written out once more, so that a slip in the matrix shows here.
const TABLE: Record<string, string> = {
  'POST /classify': 'reviewer operator editor ml admin',
  'GET /decisions': ALL,
  'GET /decisions/counts': ALL,
  'POST /decisions/retry': 'reviewer operator editor admin',
  'GET /decisions/{id}': ALL,
  'POST /decisions/{id}/confirm': 'reviewer operator editor admin',
  'POST /decisions/{id}/correct': 'reviewer operator editor admin',
  'POST /decisions/{id}/retry': 'reviewer operator editor admin',
  'GET /decisions/csv': ALL,
  'POST /decisions/{id}/unmask': 'operator admin',
  'POST /decisions/settle': 'reviewer operator editor admin',
  'POST /decisions/{id}/undo': 'reviewer operator editor admin',
  'POST /decisions/{id}/revert': 'reviewer operator editor admin',
  'POST /decisions/{id}/claim': 'reviewer operator editor admin',
  'GET /review': ALL,
  'GET /review/counts': ALL,
  'GET /setup': ALL,
  'GET /adapters': 'operator editor ml admin auditor',
  'GET /connections': 'operator editor ml admin auditor',
  'POST /connections': 'admin',
  'POST /connections/propose': 'admin',
  'GET /connections/{name}': 'operator editor ml admin auditor',
  'PUT /connections/{name}': 'admin',
  'PATCH /connections/{name}': 'operator admin',
  'DELETE /connections/{name}': 'admin',
  'POST /connections/{name}/test': 'admin',
  'POST /connections/{name}/webhook': 'admin',
  'POST /connections/{name}/webhook-secret': 'admin',
  'GET /connections/{name}/deliveries': 'operator editor ml admin auditor',
  'POST /connections/{name}/resume': 'operator admin',
  'POST /connections/{name}/backfill': 'ml admin',
  'GET /backfills': 'operator editor ml admin auditor',
  'GET /backfills/{id}': 'operator editor ml admin auditor',
  'POST /backfills/{id}/stop': 'ml admin',
  'GET /connections/{name}/metadata': 'operator editor ml admin auditor',
  'GET /trust': ALL,
  'POST /trust/promote': 'operator admin',
  'POST /trust/demote': 'operator admin',
  'GET /pauses': ALL,
  'POST /pauses': 'operator admin',
  'POST /pauses/resume': 'operator admin',
  'GET /taxonomy': ALL,
  'PUT /taxonomy': 'editor admin',
  'PUT /taxonomy/draft': 'editor admin',
  'DELETE /taxonomy/draft': 'editor admin',
  'POST /taxonomy/draft/preview': ALL,
  'POST /taxonomy/preview': ALL,
  'POST /taxonomy/draft/publish': 'editor admin',
  'GET /taxonomy/versions': ALL,
  'GET /taxonomy/versions/{version}': ALL,
  'GET /taxonomy/versions/{version}/diff': ALL,
  'POST /taxonomy/versions/{version}/restore': 'editor admin',
  'GET /rules': ALL,
  'PUT /rules': 'editor admin',
  'PUT /rules/draft': 'editor admin',
  'DELETE /rules/draft': 'editor admin',
  'POST /rules/draft/preview': ALL,
  'POST /rules/draft/publish': 'editor admin',
  'GET /rules/versions': ALL,
  'GET /rules/versions/{version}': ALL,
  'GET /rules/versions/{version}/diff': ALL,
  'POST /rules/versions/{version}/restore': 'editor admin',
  'POST /rules/preview': ALL,
  'GET /config': 'operator editor ml admin auditor',
  'POST /config/import': 'editor admin',
  'GET /routing-map': ALL,
  'POST /routing-map/propose': 'editor admin',
  'GET /routing-map/export': ALL,
  'POST /routing-map/draft/import': 'editor admin',
  'PUT /routing-map/draft': 'editor admin',
  'DELETE /routing-map/draft': 'editor admin',
  'GET /routing-map/targets': ALL,
  'GET /routing-map/targets/unmapped': 'operator editor ml admin auditor',
  'GET /routing-map/versions/{version}': ALL,
  'POST /routing-map/draft/check': ALL,
  'POST /routing-map/draft/preview': ALL,
  'POST /routing-map/draft/publish': 'editor admin',
  'GET /routing-map/versions': ALL,
  'POST /routing-map/versions/{version}/restore': 'editor admin',
  'GET /overrides': ALL,
  'GET /labels': ALL,
  'POST /exports': 'ml admin',
  'GET /exports': 'ml admin auditor',
  'GET /exports/{id}': 'ml admin auditor',
  'GET /models': 'operator editor ml admin auditor',
  'POST /models/train': 'ml admin',
  'GET /model-pauses': 'operator editor ml admin auditor',
  'POST /model-pauses/resume': 'operator admin',
  'GET /reports/ledger': ALL,
  'GET /ledger': ALL,
  'GET /reports/today': ALL,
  'GET /reports/timeline': ALL,
  'GET /dead-letters': 'operator admin auditor',
  'POST /dead-letters/requeue': 'operator admin',
  'GET /tokens': 'admin auditor',
  'POST /tokens': 'admin',
  'DELETE /tokens/{id}': 'admin',
  'DELETE /session': ALL,
  'DELETE /sessions': ALL,
  'GET /sessions': 'admin auditor',
  'DELETE /sessions/{id}': 'admin',
  'GET /events': ALL,
  'GET /me': ALL,
  'GET /roles': ALL,
  'GET /audit': 'admin auditor',
  'GET /audit/facets': 'admin auditor',
  'GET /audit/export': 'admin auditor',
  'GET /audit/chain': 'admin auditor',
  'POST /erasures/preview': 'admin',
  'POST /erasures': 'admin',
  'GET /erasures': 'admin auditor',
  'GET /retention': 'admin auditor',
}

/** For who has not signed in yet. */
const OPEN = ['GET /session/ways', 'POST /session', 'GET /session/oidc', 'GET /session/oidc/callback']

describe('roles', () => {
  test('every route of the API is in the table', async () => {
    const { paths } = (await (await service.app.request('/openapi.json')).json()) as { paths: Record<string, object> }
    const routes = Object.entries(paths)
      .filter(([path]) => path.startsWith('/api/v1/'))
      .flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.slice('/api/v1'.length)}`),
      )
    expect(routes.sort()).toEqual([...Object.keys(TABLE), ...OPEN].sort())
  })

  test.each(Object.entries(TABLE))('%s is for %s', async (route, roles) => {
    const [method, pattern] = route.split(' ') as [string, string]
    const path = pattern.replace('{id}', ID).replace('{name}', 'nobody').replace('{version}', '999')
    const body = ['POST', 'PUT', 'PATCH'].includes(method) ? {} : undefined
    expect((await clientWith(service, null)(method, path, body)).status).toBe(401)
    for (const role of Role.options) {
      const { status, body: answer } = await as[role](method, path, body)
      if (roles.split(' ').includes(role)) expect(status, `${role}: ${JSON.stringify(answer)}`).not.toBe(403)
      else expect({ role, status }).toEqual({ role, status: 403 })
    }
  })

  test('a refusal names the roles that may', async () => {
    const { status, body } = await as.viewer('PUT', '/taxonomy', {})
    expect(status).toBe(403)
    expect(body).toMatchObject({ title: 'Not allowed', detail: 'viewer is viewer; this needs editor or admin' })
  })

  test('a viewer can look up what he may do', async () => {
    expect((await as.viewer('GET', '/me')).body).toEqual({ name: 'viewer', role: 'viewer', may: ['read'] })
    expect((await as.admin('GET', '/me')).body.may).toEqual(Object.keys(MATRIX))
  })
})

describe('tokens', () => {
  test('without one the answer is 401 and says how to authenticate', async () => {
    const { status, headers, body } = await clientWith(service, null)('GET', '/decisions')
    expect(status).toBe(401)
    expect(headers.get('www-authenticate')).toBe('Bearer realm="pointsman"')
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(body.next).toContain('Authorization: Bearer')
    const wrong = await clientWith(service, 'pointsman_wrong')('GET', '/decisions')
    expect(wrong.headers.get('www-authenticate')).toContain('error="invalid_token"')
  })

  test('the text is shown once, only its hash is kept, and a revoked one is refused', async () => {
    const made = await as.admin('POST', '/tokens', { name: 'night shift', role: 'reviewer' })
    expect(made.status).toBe(201)
    expect(made.headers.get('cache-control')).toBe('no-store')
    const { id, token } = made.body
    const nightShift = clientWith(service, token)
    expect((await nightShift('GET', '/decisions')).status).toBe(200)
    const listed = await as.admin('GET', '/tokens')
    expect(JSON.stringify(listed.body)).not.toContain(token)
    expect(listed.body.items.find((t: { id: string }) => t.id === id)).toMatchObject({
      name: 'night shift',
      lastUsedAt: expect.any(String),
    })
    const [row] = await service.deps.database.db.select().from(tokens).where(eq(tokens.id, id))
    expect(JSON.stringify(row)).not.toContain(token)

    expect((await as.admin('DELETE', `/tokens/${id}`)).status).toBe(204)
    expect((await nightShift('GET', '/decisions')).status).toBe(401)
    expect((await as.admin('DELETE', `/tokens/${id}`)).status).toBe(404)
  })

  test('two of a name could not be told apart in the audit', async () => {
    await as.admin('POST', '/tokens', { name: 'robot', role: 'viewer' })
    expect((await as.admin('POST', '/tokens', { name: 'robot', role: 'viewer' })).status).toBe(409)
  })

  test('use is noted at most once a minute', async () => {
    const { db } = service.deps.database
    const used = async () => (await db.select().from(tokens).where(eq(tokens.name, 'viewer')))[0]!.lastUsedAt!.getTime()
    await as.viewer('GET', '/me')
    const first = await used()
    await as.viewer('GET', '/me')
    expect(await used()).toBe(first)
    await db
      .update(tokens)
      .set({ lastUsedAt: new Date(Date.now() - 120_000) })
      .where(eq(tokens.name, 'viewer'))
    await as.viewer('GET', '/me')
    expect(await used()).toBeGreaterThan(first - 1)
  })

  test('making and revoking are in the audit, without the text, and pages follow each other', async () => {
    const first = await as.auditor('GET', '/audit?action=token.&limit=1')
    expect(first.body.items).toHaveLength(1)
    const second = await as.auditor('GET', `/audit?action=token.&limit=1&cursor=${first.body.next}`)
    expect(second.body.items[0].id < first.body.items[0].id).toBe(true)
    const all = await as.auditor('GET', '/audit?actor=admin&limit=200')
    expect(all.body.next).toBeNull()
    expect(all.body.items.map((e: { action: string }) => e.action)).toContain('token.revoke')
    expect(JSON.stringify(all.body)).not.toContain('pointsman_')
    expect((await as.auditor('GET', '/audit?cursor=nonsense')).status).toBe(400)
  })
})

describe('the audit log', () => {
  const about = async (query: string) => (await as.auditor('GET', `/audit?limit=200&${query}`)).body.items

  test('is filtered by who, what and about what, and tells by what it can be', async () => {
    await as.admin('POST', '/tokens', { name: '=Nightly robot', role: 'viewer' })
    expect(await about('subject=nightly%20ROBOT')).toMatchObject([
      {
        actor: 'admin',
        action: 'token.create',
        subject: 'token =Nightly robot',
        emptied: false,
        seq: expect.any(Number),
      },
    ])
    expect(await about('actor=nobody')).toEqual([])
    expect(await about('action=token.create&until=2020-01-01T00:00:00Z')).toEqual([])
    expect(await about('subject=nightly%25robot')).toEqual([])
    const [since, until] = [-60_000, 60_000].map((ms) => new Date(Date.now() + ms).toISOString())
    expect(await about(`subject=nightly&since=${since}&until=${until}`)).toHaveLength(1)
    const { actors, actions } = (await as.auditor('GET', '/audit/facets')).body
    expect(actors).toEqual([...actors].sort())
    expect(actors).toContain('admin')
    expect(actions).toContain('token.create')
  })

  test('is a file, in which a spreadsheet finds no formula', async () => {
    const csv = await as.auditor('GET', '/audit/export?action=token.create&subject=robot')
    expect(csv.headers.get('content-disposition')).toMatch(/^attachment; filename="pointsman-audit-.*\.csv"$/)
    expect(csv.body.split('\r\n')[0]).toBe('number,at,actor,action,subject,before,after,hash')
    const lines = await as.auditor('GET', '/audit/export?format=jsonl&actor=admin')
    const entries = lines.body
      .trim()
      .split('\n')
      .map((line: string) => JSON.parse(line))
    expect(entries).toEqual(await about('actor=admin'))
  })

  test('holds together', async () => {
    const { body } = await as.auditor('GET', '/audit/chain')
    expect(body).toMatchObject({ broken: null, purged: 0, head: { seq: body.rows } })
  })
})

describe('the first token', () => {
  const ADMIN = 'the admin token of the tests, long'
  const bootstrap = (adminToken: string | null, kind: 'postgres' | 'embedded') =>
    bootstrapToken({ config: { adminToken, oidc: null }, database: { db: service.deps.database.db, kind } })

  test('ADMIN_TOKEN is let in, twice started makes one row, and a changed one takes its place', async () => {
    expect(await bootstrapToken(service.deps)).toBeNull()
    await bootstrapToken(service.deps)
    const old = clientWith(service, ADMIN)
    expect((await old('GET', '/tokens')).status).toBe(200)
    const rows = await service.deps.database.db.select().from(tokens).where(eq(tokens.bootstrap, true))
    expect(rows).toHaveLength(1)
    await bootstrap('another admin token, long enough', 'postgres')
    expect((await old('GET', '/tokens')).status).toBe(401)
    expect((await clientWith(service, 'another admin token, long enough')('GET', '/tokens')).status).toBe(200)
    await bootstrapToken(service.deps)
    expect((await old('GET', '/tokens')).status).toBe(200)
    const entries = await service.deps.database.db.select().from(audit).where(eq(audit.action, 'token.bootstrap'))
    expect(entries).toHaveLength(3)
  })

  test('the last admin token cannot be revoked; without one Postgres refuses to start and the embedded database makes one', async () => {
    const { db } = service.deps.database
    const { items } = (await as.admin('GET', '/tokens')).body
    const admins = items.filter((t: { role: string; revokedAt: string | null }) => t.role === 'admin' && !t.revokedAt)
    const mine = admins.find((t: { name: string }) => t.name === 'admin')
    for (const { id } of admins)
      if (id !== mine.id) expect((await as.admin('DELETE', `/tokens/${id}`)).status).toBe(204)
    expect(await as.admin('DELETE', `/tokens/${mine.id}`)).toMatchObject({
      status: 409,
      body: { detail: 'admin is the last admin token' },
    })
    expect(await bootstrap(null, 'embedded')).toBeNull()

    await db.update(tokens).set({ revokedAt: new Date() }).where(eq(tokens.id, mine.id))
    await expect(bootstrap(null, 'postgres')).rejects.toMatchObject({
      name: 'ConfigError',
      next: expect.stringContaining('ADMIN_TOKEN'),
    })
    const made = await bootstrap(null, 'embedded')
    expect((await clientWith(service, made!)('GET', '/tokens')).status).toBe(200)
    expect(await bootstrap(null, 'embedded')).toBeNull()
  })
})

describe('wrong tokens', () => {
  test.each([
    ['of the API', (app: Service['app'], token: string) => app.request('/api/v1/me', { headers: bearer(token) })],
    [
      'at sign-in',
      (app: Service['app'], token: string) =>
        app.request('/api/v1/session', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin' },
          body: JSON.stringify({ token }),
        }),
    ],
  ])('%s get 429 after ten in a minute, and a right one is never refused for them', async (_, ask) => {
    const app = createApp(service.deps) // counts from nothing
    const { token } = await createToken(service.deps.database.db, { name: randomUUID(), role: 'viewer' }, 'test')
    for (let i = 0; i < 10; i++) expect((await ask(app, `wrong ${i}`)).status).toBe(401)
    const refused = await ask(app, 'wrong once more')
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await refused.json()).toMatchObject({ status: 429, title: 'Too many requests', next: expect.any(String) })
    expect((await ask(app, token)).status).toBe(200)
    expect((await ask(app, 'wrong again')).status).toBe(429)
    expect((await app.request('/api/v1/me')).status).toBe(401) // no token is no guess
  })

  test('behind a proxy of ours are counted by the client that it names', async () => {
    const app = createApp({ ...service.deps, config: { ...service.deps.config, trustedProxies: ['10.0.0.0/8'] } })
    const socket = { remoteAddress: '10.0.0.1', remotePort: 4711, remoteFamily: 'IPv4' }
    const guess = (client: string) =>
      app.request(
        '/api/v1/me',
        { headers: { ...bearer('wrong'), 'X-Forwarded-For': client } },
        { incoming: { socket } },
      )
    for (let i = 0; i < 10; i++) expect((await guess('203.0.113.9')).status).toBe(401)
    expect((await guess('198.51.100.1, 203.0.113.9')).status).toBe(429)
    expect((await guess('198.51.100.1')).status).toBe(401)
  })
})

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })
