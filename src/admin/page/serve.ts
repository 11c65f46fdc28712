import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { type Context, Hono } from 'hono'
import { accepts } from 'hono/accepts'
import { randomSecret } from '../../secrets.ts'
import { pageFolder } from './place.ts'

type Page = {
  /** The files of the built page. */
  assets: Hono
  /** The page, for a browser at an address that no route has; null: another client, or an address of the API. */
  shell(c: Context): Response | null
}

const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
}
const CODINGS = { br: '.br', gzip: '.gz' } as const

/** Addresses that are never pages. */
const NOT_PAGES = /^\/(api|webhooks|docs|openapi\.json|metrics|healthz|readyz|assets)(\/|$)/

/** Put into index.html by the build, and replaced for each load. */
const NONCE = '__NONCE__'

/** Mantine makes <style> elements, which carry the nonce of this load. Nothing else is allowed inline. */
const policy = (nonce: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')

/** Reads the built page once: no path of a request touches the disk, and a later build does not mix with this one. */
export function openPage(): Page {
  const html = existsSync(join(pageFolder, 'index.html')) ? readFileSync(join(pageFolder, 'index.html'), 'utf8') : null
  const files = html === null ? new Map<string, Uint8Array<ArrayBuffer>>() : readFiles()
  const assets = new Hono().get('/assets/:file', (c, next) => {
    const name = c.req.param('file')
    const type = TYPES[extname(name)]
    if (!type || !files.has(name)) return next()
    c.header('Content-Type', type)
    // A name with a hash belongs to one content forever.
    c.header('Cache-Control', /-[\w-]{8}\.\w+$/.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache')
    c.header('Vary', 'Accept-Encoding')
    const coding = codingFor(c, name, files)
    if (coding) c.header('Content-Encoding', coding)
    return c.body(files.get(coding ? name + CODINGS[coding] : name)!)
  })
  return { assets, shell: (c) => (isForPage(c) ? shellOf(c, html) : null) }
}

function readFiles() {
  const folder = join(pageFolder, 'assets')
  return new Map(readdirSync(folder).map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]))
}

function codingFor(c: Context, name: string, files: Map<string, unknown>): 'br' | 'gzip' | undefined {
  const header = c.req.header('accept-encoding') ?? ''
  const accepted = (coding: string) =>
    new RegExp(`(^|,)\\s*${coding}\\s*(;\\s*q=(0\\.\\d*[1-9]|1))?\\s*(,|$)`).test(header)
  return (['br', 'gzip'] as const).find((coding) => files.has(name + CODINGS[coding]) && accepted(coding))
}

function isForPage(c: Context): boolean {
  if (!['GET', 'HEAD'].includes(c.req.method) || NOT_PAGES.test(c.req.path)) return false
  const supports = ['application/json', 'text/html']
  return accepts(c, { header: 'Accept', supports, default: 'application/json' }) === 'text/html'
}

function shellOf(c: Context, html: string | null): Response {
  if (html === null)
    return c.text('The admin page is not built: run npm run build:page and start again. The API is at /docs.\n', 404)
  const nonce = randomSecret('hex')
  c.header('Content-Security-Policy', policy(nonce))
  c.header('Cache-Control', 'no-store')
  return c.html(html.replaceAll(NONCE, nonce))
}
