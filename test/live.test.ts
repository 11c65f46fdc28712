/** What open pages are told: by their own process, by the others, and when the service stops. */
import { afterEach, describe, expect, test } from 'vitest'
import { createToken } from '../src/admin/access/index.ts'
import { readConfig } from '../src/config.ts'
import { start } from '../src/node.ts'
import { CABLE, classifier } from './support/acts.ts'
import { freshDatabase } from './support/database.ts'
import { openService, type Service } from './support/service.ts'

const server = process.env.TEST_DATABASE_URL
if (!server) console.log('live: the test of two processes is skipped; it needs TEST_DATABASE_URL')

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function open(options: Parameters<typeof openService>[0] = {}): Promise<Service> {
  const service = await openService({ classifier, ...options })
  closing.push(() => service.close())
  return service
}

type Asked = (path: string, init: RequestInit) => Promise<Response> | Response

/** Opens the stream and waits until it is watched. */
async function listen(ask: Asked, token: string) {
  const answer = await ask('/api/v1/events', {
    headers: { Authorization: `Bearer ${token}`, 'Accept-Encoding': 'gzip' },
  })
  expect(answer.headers.get('content-type')).toContain('text/event-stream')
  expect(answer.headers.get('content-encoding')).toBeNull()
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
  let said = ''
  /** The next event of this name; null: the stream ended. */
  async function next(name: string): Promise<{ kinds: string[] } | null> {
    for (;;) {
      const found = new RegExp(`event: ${name}\ndata: (.*)\n`).exec(said)
      if (found) {
        said = said.slice(found.index + found[0].length)
        return JSON.parse(found[1]!)
      }
      const { done, value } = await reader.read()
      if (done) return null
      said += value
    }
  }
  await next('hello')
  return { next, leave: () => reader.cancel() }
}

async function tokenOf({ deps }: Pick<Service, 'deps'>, name: string) {
  return (await createToken(deps.database.db, { name, role: 'admin' }, 'test')).token
}

describe('an open page', () => {
  test('is told that a ticket was decided and written, and what a person changes through the API', async () => {
    const service = await open()
    const token = await tokenOf(service, 'page')
    const page = await listen((path, init) => service.app.request(path, init), token)
    await service.jira.create(CABLE)
    await service.drain()
    const kinds: string[] = []
    while (!kinds.includes('written')) kinds.push(...(await page.next('changed'))!.kinds)
    expect(kinds).toContain('decided')
    const ask = (method: string, path: string, body: unknown) =>
      service.app.request(`/api/v1${path}`, {
        method,
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      })
    await ask('POST', '/routing-map/draft/preview', { last: 1 })
    await ask('PUT', '/routing-map/draft', { rows: [{ when: {}, group: 'Network' }] })
    expect(await page.next('changed')).toEqual({ kinds: ['routing-map'] })
    await page.leave()
  })

  test('can stop watching', async () => {
    const service = await open()
    const token = await tokenOf(service, 'page')
    let heard = 0
    const unwatch = service.deps.events.watch(() => heard++)
    unwatch()
    const page = await listen((path, init) => service.app.request(path, init), token)
    await page.leave()
    await service.jira.create(CABLE)
    await service.drain()
    expect(heard).toBe(0)
  })

  test.skipIf(!server)('is told what another process did', async () => {
    const fresh = await freshDatabase()
    closing.push(() => fresh.drop())
    const [here, there] = [await open({ fresh }), await openOther(fresh)]
    const page = await listen((path, init) => here.app.request(path, init), await tokenOf(here, 'page'))
    // Until the connection that hears is open, a page looks again by itself.
    let told: string[] = []
    while (!told.includes('routing-map')) {
      there.live.tell('routing-map')
      told = (await page.next('changed'))!.kinds
    }
    await page.leave()
  })

  test('does not keep the service from stopping', async () => {
    const fresh = await freshDatabase()
    closing.push(() => fresh.drop())
    const service = await start(
      readConfig({
        LOG_LEVEL: 'silent',
        PORT: '0',
        DATA_DIR: fresh.dataDir,
        // A stop that waits for the page would take this long.
        STOP_GRACE_MS: '600000',
        ...(fresh.url ? { DATABASE_URL: fresh.url } : {}),
        ENCRYPTION_KEY: btoa('l'.repeat(32)),
        ADMIN_TOKEN: 'the admin token of the live test',
      }),
    )
    const page = await listen((path, init) => fetch(service.url + path, init), 'the admin token of the live test')
    await service.stop()
    expect(await page.next('changed')).toBeNull()
  })
})

/** Another process on the same database. */
async function openOther({ url, dataDir }: { url: string | null; dataDir: string }) {
  const { openDeps } = await import('../src/deps.ts')
  const config = readConfig({
    LOG_LEVEL: 'silent',
    DATA_DIR: dataDir,
    DATABASE_URL: url!,
    DATABASE_POOL: '4',
    ENCRYPTION_KEY: btoa('k'.repeat(32)),
    ADMIN_TOKEN: 'the admin token of the tests, long',
  })
  const deps = await openDeps(config, {}, new URL('../migrations', import.meta.url).pathname)
  closing.push(async () => deps[Symbol.asyncDispose]())
  return deps
}
