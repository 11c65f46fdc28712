/** Signing in at an identity provider, as a browser does it, with every way in which it must not work. */
import { eq } from 'drizzle-orm'
import { HttpResponse, http, passthrough } from 'msw'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { bootstrapToken, createToken } from '../src/admin/access/index.ts'
import { createApp } from '../src/app.ts'
import { audit, people } from '../src/db/schema.ts'
import { type IdentityProvider, openIdentityProvider } from './support/oidc.ts'
import { openService, type Service } from './support/service.ts'

const URL_HERE = 'http://pointsman.test'
const accounts: Record<string, Record<string, unknown>> = {
  ann: { email: 'ann@example.com', groups: ['support'] },
  bob: { email: 'bob@example.com', groups: ['it'] },
  eve: { email: 'eve@example.com', groups: ['sales'] },
  ann2: { email: 'ann@example.com', groups: ['support'] },
}

let service: Service
let provider: IdentityProvider
let app: Service['app']
beforeAll(async () => {
  provider = await openIdentityProvider(accounts)
  service = await openService()
  app = appWith()
})
afterEach(() => {
  service.network.resetHandlers()
  pass()
})
afterAll(async () => {
  await service.close()
  await provider.close()
})

const pass = () => service.network.use(http.all(`${provider.issuer}/*`, () => passthrough()))
function appWith(more?: Record<string, string>) {
  pass()
  return createApp({ ...service.deps, config: { ...service.deps.config, ...provider.settings(URL_HERE, more) } })
}
const rows = (action: string) => service.deps.database.db.select().from(audit).where(eq(audit.action, action))

/** The cookies of one browser. */
function openJar() {
  const jar = new Map<string, string>()
  return {
    keep(answer: Response) {
      for (const cookie of answer.headers.getSetCookie()) {
        const [, name, value, rest] = /^([^=]+)=([^;]*)(.*)$/s.exec(cookie)!
        if (value === '' || /Max-Age=0|Expires=Thu, 01 Jan 1970/i.test(rest!)) jar.delete(name!)
        else jar.set(name!, value!)
      }
      return answer
    },
    header: () => ({ cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') }),
  }
}
type Jar = ReturnType<typeof openJar>

const here = async (jar: Jar, path: string) => jar.keep(await app.request(URL_HERE + path, { headers: jar.header() }))
const goneTo = (answer: Response) => answer.headers.get('location')

/** Goes to the provider, logs in there, and stops where it is sent back to us. */
async function walk(jar: Jar, account: string, to = ''): Promise<string> {
  const begun = await here(jar, `/api/v1/session/oidc${to && `?to=${encodeURIComponent(to)}`}`)
  expect(begun.status).toBe(302)
  const there = openJar()
  for (let url = goneTo(begun)!, posts = 0; ; ) {
    const isForm = new URL(url).pathname.startsWith('/login/') && posts++ === 0
    const answer = await fetch(url, {
      headers: there.header(),
      redirect: 'manual',
      ...(isForm && { method: 'POST', body: new URLSearchParams({ account }) }),
    })
    there.keep(answer)
    const next = new URL(goneTo(answer)!, url)
    if (next.origin === URL_HERE) return next.pathname + next.search
    url = next.href
  }
}

async function signIn(account: string, to?: string) {
  const jar = openJar()
  const answer = await here(jar, await walk(jar, account, to))
  return { jar, to: goneTo(answer), answer }
}
const meOf = async (jar: Jar) => (await here(jar, '/api/v1/me')).json()

describe('signing in', () => {
  test('gives the role of the group, leads to where the person wanted to go, and is in the audit', async () => {
    const { jar, to, answer } = await signIn('ann', '/tickets?outcome=held')
    expect(to).toBe('/tickets?outcome=held')
    expect(answer.headers.getSetCookie().join('\n')).toMatch(
      /pointsman_session=[0-9a-f]{64}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict/,
    )
    expect(await meOf(jar)).toMatchObject({ name: 'ann@example.com', role: 'reviewer' })
    expect(await rows('session.open')).toMatchObject([{ actor: 'ann@example.com', after: { by: 'oidc' } }])
    expect(await rows('person.save')).toMatchObject([{ after: { role: 'reviewer', subject: 'ann' } }])
  })

  test('the cookie for the way there is of no use to scripts, and ends with the way back', async () => {
    const jar = openJar()
    const begun = await here(jar, '/api/v1/session/oidc')
    expect(begun.headers.get('set-cookie')).toMatch(
      /^pointsman_sign_in=.*Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/,
    )
    expect(new URL(goneTo(begun)!).searchParams.get('code_challenge_method')).toBe('S256')
    const { jar: back } = await signIn('ann')
    expect(back.header().cookie).not.toContain('sign_in')
  })

  test.each(['//evil.test/', 'https://evil.test', '/\t/evil.test', '/\\evil.test', 'javascript:alert(1)'])(
    'never leads to another site: %s',
    async (to) => {
      expect((await signIn('ann', to)).to).toBe('/')
    },
  )

  test('two accounts of one name, and a token of that name, are told apart', async () => {
    await signIn('ann')
    const { jar } = await signIn('ann2')
    expect((await meOf(jar)).name).toBe('ann@example.com (ann2)')
    const { db } = service.deps.database
    await expect(createToken(db, { name: 'ann@example.com', role: 'viewer' }, 'test')).rejects.toMatchObject({
      status: 409,
    })
  })

  test('a provider that tells everything in the token need not be asked', async () => {
    app = appWith({ OIDC_NAME_CLAIM: 'sub', OIDC_ROLES_CLAIM: 'sub', OIDC_ROLES: 'editor=ann' })
    service.network.use(http.all(`${provider.issuer}/me`, () => HttpResponse.json({}, { status: 500 })))
    const { jar } = await signIn('ann')
    expect(await meOf(jar)).toMatchObject({ name: 'ann', role: 'editor' })
    app = appWith()
  })
})

describe('the role', () => {
  test('of who is in no group is none: refused, with the groups in the audit', async () => {
    const { jar, to } = await signIn('eve')
    expect(to).toBe('/sign-in?refused=role')
    expect((await here(jar, '/api/v1/me')).status).toBe(401)
    expect(await rows('session.refuse')).toMatchObject([{ actor: 'eve@example.com', after: { groups: ['sales'] } }])
  })

  test('follows the group at the next sign-in, in every session; who lost it is signed out', async () => {
    const first = await signIn('bob')
    expect(await meOf(first.jar)).toMatchObject({ role: 'admin' })
    accounts.bob!.groups = ['support']
    await signIn('bob')
    expect(await meOf(first.jar)).toMatchObject({ role: 'reviewer' })
    accounts.bob!.groups = []
    expect((await signIn('bob')).to).toBe('/sign-in?refused=role')
    expect((await here(first.jar, '/api/v1/me')).status).toBe(401)
    const saved = (await rows('person.save')).filter(({ subject }) => subject === 'person bob@example.com')
    expect(saved.map(({ before, after }) => [before, after])).toMatchObject([
      [null, { role: 'admin' }],
      [{ role: 'admin' }, { role: 'reviewer' }],
      [{ role: 'reviewer' }, { role: null }],
    ])
  })
})

describe('is refused', () => {
  test('with another state, without the cookie of the way there, and with that of another browser', async () => {
    const jar = openJar()
    const back = await walk(jar, 'ann')
    const other = openJar()
    await here(other, '/api/v1/session/oidc')
    expect(goneTo(await here(openJar(), back))).toBe('/sign-in?refused=again')
    expect(goneTo(await here(other, back))).toBe('/sign-in?refused=again')
    expect(goneTo(await here(jar, back.replace(/state=[^&]+/, `state=${'0'.repeat(64)}`)))).toBe(
      '/sign-in?refused=again',
    )
    expect(goneTo(await here(jar, back))).toBe('/sign-in?refused=again') // one return for one cookie
  })

  test('a second time with the same answer, even with the same cookie', async () => {
    const jar = openJar()
    const back = await walk(jar, 'ann')
    const stolen = jar.header()
    expect(goneTo(await here(jar, back))).toBe('/')
    const again = await app.request(URL_HERE + back, { headers: stolen })
    expect(goneTo(again)).toBe('/sign-in?refused=again')
    expect(again.headers.get('set-cookie')).not.toContain('pointsman_session')
  })

  test('with a token for another sign-in: the nonce is not ours', async () => {
    const [mine, theirs] = [openJar(), openJar()]
    const [back, stolen] = [await walk(mine, 'ann'), await walk(theirs, 'bob')]
    const code = /code=([^&]+)/.exec(stolen)![1]!
    expect(goneTo(await here(mine, back.replace(/code=[^&]+/, `code=${code}`)))).toBe('/sign-in?refused=again')
  })

  test('when the person cancels', async () => {
    expect((await signIn('')).to).toBe('/sign-in?refused=denied')
  })

  test('when the provider is down, and works again when it is back', async () => {
    const fresh = appWith()
    service.network.use(http.all(`${provider.issuer}/*`, () => HttpResponse.error()))
    const begin = () => fresh.request(`${URL_HERE}/api/v1/session/oidc`)
    expect(goneTo(await begin())).toBe('/sign-in?refused=provider')
    pass()
    expect(goneTo(await begin())).toMatch(/^http:\/\/localhost/)
  })

  test('with the wrong secret of the client', async () => {
    app = appWith({ OIDC_CLIENT_SECRET: 'not the secret' })
    expect((await signIn('ann')).to).toBe('/sign-in?refused=provider')
    app = appWith()
  })

  test('without OIDC_ISSUER there is no such way', async () => {
    const answer = await service.app.request('/api/v1/session/oidc')
    expect(answer.status).toBe(404)
    expect(await (await service.app.request('/api/v1/session/ways')).json()).toEqual({ oidc: false })
    expect(await (await app.request('/api/v1/session/ways')).json()).toEqual({ oidc: true })
  })
})

test('sessions of persons and tokens are listed, and ended one by one or all of a person', async () => {
  accounts.bob!.groups = ['it']
  const [admin, ann, elsewhere] = [await signIn('bob'), await signIn('ann'), await signIn('ann')]
  const ask = async (jar: Jar, method: string, path: string) =>
    app.request(`${URL_HERE}/api/v1${path}`, { method, headers: { ...jar.header(), 'Sec-Fetch-Site': 'same-origin' } })
  const { items } = await (await ask(admin.jar, 'GET', '/sessions')).json()
  expect(items[2]).toMatchObject({ name: 'bob@example.com', role: 'admin', by: 'oidc', current: true })
  expect(items[0]).toMatchObject({ name: 'ann@example.com', current: false, lastUsedAt: null })
  expect((await ask(admin.jar, 'DELETE', `/sessions/${items[1].id}`)).status).toBe(204)
  expect((await ask(admin.jar, 'DELETE', `/sessions/${items[1].id}`)).status).toBe(404)
  expect((await ask(ann.jar, 'GET', '/me')).status).toBe(401)
  expect((await ask(elsewhere.jar, 'GET', '/me')).status).toBe(200)
  expect(await (await ask(elsewhere.jar, 'DELETE', '/sessions')).json()).toMatchObject({ ended: expect.any(Number) })
  expect((await ask(elsewhere.jar, 'GET', '/me')).status).toBe(401)
  expect((await ask(admin.jar, 'GET', '/me')).status).toBe(200)
})

test('who may sign in as an admin needs no admin token to begin with', async () => {
  const { db } = service.deps.database
  const bootstrap = (oidc: ReturnType<IdentityProvider['settings']>['oidc']) =>
    bootstrapToken({ config: { adminToken: null, oidc }, database: { db, kind: 'postgres' } })
  expect(await bootstrap(provider.settings(URL_HERE).oidc)).toBeNull()
  const only = provider.settings(URL_HERE, { OIDC_ROLES: 'viewer=*' }).oidc
  await expect(bootstrap(only)).rejects.toMatchObject({
    name: 'ConfigError',
    next: expect.stringContaining('OIDC_ROLES'),
  })
  expect(await db.select().from(people)).toHaveLength(4)
})
