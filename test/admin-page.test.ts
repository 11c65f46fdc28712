/** The built page over HTTP: its files, its policy, and the addresses that are pages. */
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createToken } from '../src/admin/access/index.ts'
import { buildPage } from '../src/admin/page/index.ts'
import { openService, type Service } from './support/service.ts'

let service: Service
beforeAll(async () => {
  await buildPage(pino({ level: 'warn' }))
  service = await openService()
})
afterAll(() => service.close())

const get = (path: string, headers: Record<string, string> = {}) => service.app.request(path, { headers })
const browse = (path: string) => get(path, { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' })

test.each(['/', '/sign-in', '/tickets?id=1', '/no/such/page'])('a browser gets the page at %s', async (path) => {
  const answer = await browse(path)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toContain('text/html')
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(await answer.text()).toContain('<div id="root">')
})

test('each load has a nonce of its own, and nothing inline is allowed without it', async () => {
  const [first, second] = [await browse('/'), await browse('/')]
  const nonces = [first, second].map(
    (answer) => /'nonce-([0-9a-f]{64})'/.exec(answer.headers.get('content-security-policy')!)![1]!,
  )
  expect(nonces[0]).not.toBe(nonces[1])
  const policy = first.headers.get('content-security-policy')!
  expect(policy).not.toMatch(/unsafe|\*|https?:/)
  expect(policy).toMatch(/^default-src 'none'; script-src 'self';/)
  const html = await first.text()
  expect(html).toContain(`nonce="${nonces[0]}"`)
  expect(html).not.toContain('__NONCE__')
  expect(html).not.toMatch(/<script(?![^>]* src=)/)
})

test.each([
  '/api/v1/nothing',
  '/webhooks/x/y',
  '/docs/nothing',
  '/assets/nothing.js',
  '/assets/..%2findex.html',
  '/assets/.stamp',
])('%s is no page', async (path) => {
  const answer = await browse(path)
  expect(answer.status).not.toBe(200)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
})

test('a client that does not ask for HTML gets a problem, as does a method that changes something', async () => {
  for (const accept of [undefined, '*/*', 'application/json', 'application/json, text/html;q=0.5'])
    expect((await get('/no/such/page', accept === undefined ? {} : { accept })).status).toBe(404)
  const posted = await service.app.request('/', { method: 'POST', headers: { accept: 'text/html' } })
  expect(posted.status).toBe(404)
})

test('every file of the page is there, compressed as the client takes it, and kept forever', async () => {
  const html = await (await browse('/')).text()
  const files = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, file]) => file!)
  expect(files.length).toBeGreaterThan(3)
  for (const file of files) {
    const plain = await get(file)
    expect(plain.status, file).toBe(200)
    const isHashed = !file.endsWith('/scheme.js')
    expect(plain.headers.get('cache-control'), file).toBe(isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    if (!isHashed) continue
    const text = Buffer.from(await plain.arrayBuffer())
    for (const [accepted, coding, open] of [
      ['gzip, deflate, br', 'br', brotliDecompressSync],
      ['gzip', 'gzip', gunzipSync],
    ] as const) {
      const answer = await get(file, { 'accept-encoding': accepted })
      expect(answer.headers.get('content-encoding'), file).toBe(coding)
      expect(answer.headers.get('vary')).toContain('Accept-Encoding')
      expect(open(Buffer.from(await answer.arrayBuffer())).equals(text)).toBe(true)
    }
    expect((await get(file, { 'accept-encoding': 'br;q=0' })).headers.get('content-encoding')).toBeNull()
  }
})

test('Today loads less than 250 kB of compressed script', async () => {
  const html = await (await browse('/')).text()
  const first = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, file]) => file!)
  const sizes = new Map<string, number>()
  const load = async (file: string): Promise<void> => {
    if (sizes.has(file)) return
    sizes.set(file, 0)
    const packed = Buffer.from(await (await get(file, { 'accept-encoding': 'gzip' })).arrayBuffer())
    sizes.set(file, packed.byteLength)
    const isPacked = packed.readUInt16BE() === 0x1f8b
    const script = (isPacked ? gunzipSync(packed) : packed).toString()
    for (const [, name] of script.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g))
      await load(`/assets/${name}`)
  }
  for (const file of first) await load(file)
  expect(sizes.size).toBeGreaterThan(2)
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0)
  expect(total).toBeGreaterThan(100_000) // it found the script
  expect(total).toBeLessThan(250_000)
})

test('answers of the API are compressed for a client that takes it', async () => {
  const { token } = await createToken(service.deps.database.db, { name: 'page', role: 'viewer' }, 'test')
  const ask = (headers: Record<string, string>) =>
    get('/api/v1/taxonomy', { Authorization: `Bearer ${token}`, ...headers })
  const [plain, zipped] = [await ask({}), await ask({ 'Accept-Encoding': 'gzip' })]
  expect(plain.headers.get('content-encoding')).toBeNull()
  expect(zipped.headers.get('content-encoding')).toBe('gzip')
  const text = await plain.text()
  const packed = Buffer.from(await zipped.arrayBuffer())
  expect(gunzipSync(packed).toString()).toBe(text)
  expect(packed.byteLength).toBeLessThan(text.length / 2)
})
