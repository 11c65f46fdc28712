/**
 * node-zendesk with our own transport. By itself the library has no timeout, takes 502, 504 and HTML for success, resolves
 * with an Error object when an answer has Retry-After, puts such objects into lists, and drops the audit of an update. So
 * every call goes through `send`, which throws in these cases; the response adapter then hides Retry-After and passes the
 * audit on inside the ticket.
 */
import nodeZendesk from 'node-zendesk'
import { type Connection, type Credentials, readCredentials } from '../../src/contract/index.ts'
import { HelpdeskError } from '../../src/errors.ts'
import { openFetch, outboundIn } from '../../src/outbound/index.ts'
import { credentials as Known } from './connection.ts'
import { faultOf } from './faults.ts'
import { parseJson } from './json.ts'

type Request = { method: string; headers: Record<string, string>; body?: string }
/** Pairs, because a filter like `role[]` may come twice. */
type Query = [name: string, value: string][]

/** Of 100 records each; a longer list is an error, unless the caller takes a part of it. */
const MAX_PAGES = 100
const USER_AGENT = 'pointsman/1'

export type Api = {
  library: ReturnType<typeof nodeZendesk.createClient>
  /** All pages of a list, by cursor, which the library does not support for `audits` and memberships. */
  list(path: string, key: string, query?: Query): Promise<unknown[]>
  /** The first pages of a list, each read through `lane`; `complete` is false when there are more. */
  listSome(path: string, key: string, options: Some): Promise<{ items: unknown[]; complete: boolean }>
  /** One record that the library does not know. */
  get(path: string, query?: Query): Promise<unknown>
  post(path: string, body: object): Promise<unknown>
}

/** Runs a call when it is its turn. */
export type Lane = <T>(call: () => Promise<T>) => Promise<T>
type Some = { pages: number; lane: Lane; query?: Query }

/** A client for one call: it contains the token, so a renewed token needs another client. */
export function openApi(connection: Pick<Connection, 'baseUrl' | 'credentials' | 'settings'>): Api {
  const endpointUri = `${connection.baseUrl}/api/v2`
  const { timeoutMs } = connection.settings
  const authorization = authorize(connection.credentials)
  const library = nodeZendesk.createClient({
    endpointUri,
    // The library's own Basic header and user agent need Node's modules; `oauth` with our header needs none.
    oauth: true,
    token: 'see Authorization',
    customHeaders: { Authorization: authorization, 'User-Agent': USER_AGENT },
    ...({ userAgent: USER_AGENT } as object),
    throwOriginalException: true,
    transportConfig: {
      transportFn: (uri: string, request: Request) => send(onHost(uri, endpointUri), request, timeoutMs),
      responseAdapter: adapt,
    },
  })
  const headers = { Authorization: authorization, Accept: 'application/json', 'User-Agent': USER_AGENT }
  const get = (path: string, query: Query) => {
    const search = query.length > 0 ? `?${new URLSearchParams(query)}` : ''
    return send(`${endpointUri}/${path}${search}`, { method: 'GET', headers }, timeoutMs)
  }
  return {
    library,
    async list(path, key, query = []) {
      const { items, complete } = await pagesOf(get, path, key, { pages: MAX_PAGES, lane: (call) => call(), query })
      if (!complete) throw broken(`${path} has more than ${MAX_PAGES} pages`)
      return items
    },
    listSome: (path, key, options) => pagesOf(get, path, key, options),
    get: async (path, query = []) => (await get(path, query)).body,
    async post(path, body) {
      const asJson = { ...headers, 'Content-Type': 'application/json' }
      const request = { method: 'POST', headers: asJson, body: JSON.stringify(body) }
      return (await send(`${endpointUri}/${path}`, request, timeoutMs)).body
    },
  }
}

/** The library follows the URL of a next page to any host. Our credentials must not leave the API of this account. */
function onHost(uri: string, endpointUri: string): string {
  const path = uri.startsWith(`${endpointUri}/`) ? uri.slice(endpointUri.length) : '://'
  if (path.includes('://')) throw broken('Zendesk named a next page outside its API')
  // The library appends .json; the published API description has no .json, and Zendesk accepts both.
  return endpointUri + path.replace(/\.json(?=$|\?)/, '')
}

function authorize(stored: Credentials): string {
  const credentials = readCredentials(Known, stored)
  switch (credentials.kind) {
    case 'basic':
      return `Basic ${base64(`${credentials.email}/token:${credentials.apiToken}`)}`
    case 'bearer':
      return `Bearer ${credentials.token}`
    case 'oauth':
      if (credentials.accessToken) return `Bearer ${credentials.accessToken}`
      throw new HelpdeskError('auth', 'The connection has no Zendesk access token yet.', {
        next: 'Renew its OAuth token.',
      })
    default:
      return credentials satisfies never
  }
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}

type Received = { status: number; statusText: string; body: unknown }

const callOut = openFetch()

/** One request, with one timeout for headers and body together. Returns only 2xx answers that are JSON. */
export async function send(uri: string, request: Request, timeoutMs: number): Promise<Received> {
  const { method, headers, body } = request
  const path = new URL(uri).pathname
  const signal = AbortSignal.timeout(timeoutMs)
  let answer: { response: Response; text: string }
  try {
    const response = await callOut(uri, { method, headers, body, signal })
    answer = { response, text: await response.text() }
  } catch (cause) {
    const refused = outboundIn(cause)
    if (refused)
      throw new HelpdeskError('broken', `Zendesk: ${refused.message} (${method} ${path})`, {
        next: refused.next,
        cause: refused,
      })
    const why = signal.aborted ? `did not answer within ${timeoutMs} ms` : 'could not be reached'
    throw new HelpdeskError('unreachable', `Zendesk ${why}: ${method} ${path}`, {
      next: 'Try again later. If it happens again, check the base URL and the network.',
      cause,
    })
  }
  const { response, text } = answer
  if (!response.ok)
    throw faultOf({ method, path, status: response.status, headers: response.headers, text }, new Date())
  return { status: response.status, statusText: response.statusText, body: jsonBody(method, path, response, text) }
}

/** A login page or a proxy may answer 200 with HTML, which the library takes for an empty success. */
function jsonBody(method: string, path: string, response: Response, text: string): unknown {
  try {
    const body = parseJson(text)
    if (typeof body === 'object' && body !== null) return body
  } catch {
    // not JSON: thrown below
  }
  throw broken(`Zendesk answered ${response.status} to ${method} ${path} with something that is not JSON`)
}

export function broken(message: string, cause?: unknown): HelpdeskError {
  return new HelpdeskError('broken', message, {
    next: 'Check that the base URL is https://<subdomain>.zendesk.com, with no proxy or login page in between.',
    cause,
  })
}

/** The answer for the library: without Retry-After, always JSON, and with the audit inside the ticket. */
function adapt({ status, statusText, body }: Received) {
  const header = (name: string) => (name.toLowerCase() === 'content-type' ? 'application/json' : null)
  return { status, statusText, headers: { get: header }, json: async () => withAudit(body) }
}

function withAudit(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('ticket' in body) || !('audit' in body)) return body
  return { ...body, ticket: { ...(body.ticket as object), audit: body.audit } }
}

async function pagesOf(
  get: (path: string, query: Query) => Promise<Received>,
  path: string,
  key: string,
  { pages, lane, query = [] }: Some,
): Promise<{ items: unknown[]; complete: boolean }> {
  const items: unknown[] = []
  let next: Query | null = [...query, ['page[size]', '100']]
  for (let page = 0; next !== null; page++) {
    if (page === pages) return { items, complete: false }
    const asked: Query = next
    const { body } = await lane(() => get(path, asked))
    const records = (body as Record<string, unknown>)[key]
    if (!Array.isArray(records)) throw broken(`${path} came without ${key}`)
    items.push(...records)
    next = nextPage(body as Record<string, unknown>)
  }
  return { items, complete: true }
}

/** The vendor gives a whole URL; only its query is used, so that we stay on the host of our credentials. */
function nextPage(body: Record<string, unknown>): Query | null {
  const { meta, links, next_page } = body as {
    meta?: { has_more?: boolean } | null
    links?: { next?: string | null } | null
    next_page?: string | null
  }
  const url = meta?.has_more === false ? null : (links?.next ?? next_page)
  return url && URL.canParse(url) ? [...new URL(url).searchParams] : null
}
