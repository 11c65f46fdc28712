/** Browsers: signing in with a token or a link, the end of a session, and requests that other sites make. */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bootstrapToken, createSignInLink, createToken, revokeToken } from '../src/admin/access/index.ts'
import { createApp } from '../src/app.ts'
import { audit, sessions, signInLinks } from '../src/db/schema.ts'
import { openService, type Service } from './support/service.ts'

let service: Service
beforeAll(async () => {
  service = await openService({ env: { PUBLIC_URL: 'http://pointsman.test' } })
  await bootstrapToken(service.deps)
})
afterAll(() => service.close())

const OWN = { 'Sec-Fetch-Site': 'same-origin' }
type Options = { method?: string; headers?: Record<string, string>; body?: unknown }
const ask = (path: string, { method = 'GET', headers = {}, body }: Options = {}, app = service.app) =>
  app.request(`http://pointsman.test/api/v1${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
const signIn = (body: unknown, headers: Record<string, string> = OWN, app = service.app) =>
  ask('/session', { method: 'POST', headers, body }, app)

async function cookieFor(body: unknown): Promise<string> {
  const answer = await signIn(body)
  expect(answer.status).toBe(200)
  return answer.headers.get('set-cookie')!.split(';')[0]!
}

const makeToken = (name: string) => createToken(service.deps.database.db, { name, role: 'reviewer' as const }, 'test')
const statusOf = async (cookie: string) => (await ask('/me', { headers: { cookie } })).status

describe('signing in', () => {
  test('a token opens a session of its role; the cookie is out of reach for scripts and other sites', async () => {
    const { token } = await makeToken('maria')
    const answer = await signIn({ token: ` ${token} ` })
    expect(await answer.json()).toEqual({ name: 'maria', role: 'reviewer' })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const cookie = answer.headers.get('set-cookie')!
    expect(cookie).toMatch(/^pointsman_session=[0-9a-f]{64}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/)
    const me = await ask('/me', { headers: { cookie: cookie.split(';')[0]! } })
    expect(await me.json()).toMatchObject({ name: 'maria', role: 'reviewer' })
    const { db } = service.deps.database
    const secret = /=([0-9a-f]+)/.exec(cookie)![1]!
    expect(JSON.stringify(await db.select().from(sessions))).not.toContain(secret)
    expect(await db.select().from(audit).where(eq(audit.actor, 'maria'))).toMatchObject([
      { action: 'session.open', after: { by: 'token' } },
    ])
  })

  test('behind TLS the cookie belongs to this host and to TLS', async () => {
    const config = { ...service.deps.config, publicUrl: 'https://pointsman.test' }
    const app = createApp({ ...service.deps, config })
    const { token } = await makeToken('behind tls')
    const cookie = (await signIn({ token }, OWN, app)).headers.get('set-cookie')!
    expect(cookie).toMatch(/^__Host-pointsman_session=.*; Secure/)
    const me = await ask('/me', { headers: { cookie: cookie.split(';')[0]! } }, app)
    expect(me.status).toBe(200)
  })

  test('a wrong token is refused and says what to do', async () => {
    const answer = await signIn({ token: 'pointsman_wrong' })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect(await answer.json()).toMatchObject({ next: 'Check it, or ask an admin for a new one.' })
    expect((await signIn({ token: '' })).status).toBe(422)
  })

  test('a link signs in once', async () => {
    const { db } = service.deps.database
    const link = (await createSignInLink(db, 'http://pointsman.test'))!
    const secret = link.split('/sign-in#')[1]!
    expect(JSON.stringify(await db.select().from(signInLinks))).not.toContain(secret)
    const [first, second] = await Promise.all([signIn({ link: secret }), signIn({ link: secret })])
    expect([first.status, second.status].sort()).toEqual([200, 401])
    expect((await signIn({ link: secret })).status).toBe(401)
  })

  test('a link that has expired does not', async () => {
    const { db } = service.deps.database
    const link = (await createSignInLink(db, 'http://pointsman.test'))!
    await db.update(signInLinks).set({ expiresAt: new Date(Date.now() - 1000) })
    const answer = await signIn({ link: link.split('#')[1] })
    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject({ detail: 'The link was used before, or it has expired' })
  })
})

describe('the end of a session', () => {
  test('signing out ends this one and removes the cookie', async () => {
    const { token } = await makeToken('leaves')
    const [here, there] = [await cookieFor({ token }), await cookieFor({ token })]
    const left = await ask('/session', { method: 'DELETE', headers: { cookie: here, ...OWN } })
    expect(left.status).toBe(204)
    expect(left.headers.get('set-cookie')).toMatch(/^pointsman_session=; Max-Age=0/)
    expect([await statusOf(here), await statusOf(there)]).toEqual([401, 200])
  })

  test('signing out everywhere ends all of this person, and of nobody else', async () => {
    const [{ token }, { token: other }] = [await makeToken('everywhere'), await makeToken('stays')]
    const [here, there, theirs] = [
      await cookieFor({ token }),
      await cookieFor({ token }),
      await cookieFor({ token: other }),
    ]
    const left = await ask('/sessions', { method: 'DELETE', headers: { cookie: here, ...OWN } })
    expect(await left.json()).toEqual({ ended: 2 })
    expect([await statusOf(here), await statusOf(there), await statusOf(theirs)]).toEqual([401, 401, 200])
  })

  test('it ends with its token', async () => {
    const { token, id } = await makeToken('revoked')
    const cookie = await cookieFor({ token })
    await revokeToken(service.deps.database.db, id, 'test')
    expect(await statusOf(cookie)).toBe(401)
  })

  test('it ends when its time is over', async () => {
    const { token, id } = await makeToken('late')
    const cookie = await cookieFor({ token })
    const { db } = service.deps.database
    await db
      .update(sessions)
      .set({ expiresAt: new Date(Date.now() - 1000) })
      .where(eq(sessions.tokenId, id))
    expect(await statusOf(cookie)).toBe(401)
  })
})

describe('requests of other sites', () => {
  test.each([
    ['our page', OWN, 204],
    ['our page over plain HTTP', { Origin: 'http://pointsman.test' }, 204],
    ['another site', { 'Sec-Fetch-Site': 'cross-site', Origin: 'http://pointsman.test' }, 403],
    ['a neighbour under the same domain', { 'Sec-Fetch-Site': 'same-site' }, 403],
    ['another site over plain HTTP', { Origin: 'http://evil.test' }, 403],
    ['a frame without origin', { Origin: 'null' }, 403],
    ['a client that says nothing', {}, 403],
  ] as [string, Record<string, string>, number][])(
    'with the cookie, %s may change something: %o -> %i',
    async (_, headers, status) => {
      const { token } = await makeToken(`asks ${JSON.stringify(headers)}`)
      const cookie = await cookieFor({ token })
      expect((await ask('/session', { method: 'DELETE', headers: { cookie, ...headers } })).status).toBe(status)
      expect(await statusOf(cookie)).toBe(status === 204 ? 401 : 200)
    },
  )

  test('nobody is signed in by another site; a script needs no browser', async () => {
    const { token } = await makeToken('signed in by others')
    expect((await signIn({ token }, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403)
    expect((await signIn({ token }, { Origin: 'http://evil.test' })).status).toBe(403)
    expect((await signIn({ token }, {})).status).toBe(200)
  })

  test('a bearer token needs no such proof, and goes before the cookie', async () => {
    const [{ token }, { token: other }] = [await makeToken('cookie holder'), await makeToken('bearer')]
    const cookie = await cookieFor({ token })
    const headers = { cookie, Authorization: `Bearer ${other}` }
    expect(await (await ask('/me', { headers })).json()).toMatchObject({ name: 'bearer' })
    expect((await ask('/sessions', { method: 'DELETE', headers })).status).toBe(200)
    expect((await ask('/me', { headers: { cookie, Authorization: 'Bearer wrong' } })).status).toBe(401)
  })
})
