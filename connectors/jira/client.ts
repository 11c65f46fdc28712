/**
 * Our transport under jira.js. The library's own has no timeout, loses headers (RateLimit-Reason, Retry-After of a 503),
 * takes a login page's 200 for success and lets a cut connection through as a TypeError; its functions accept any object
 * with `sendRequest`, and this is ours. It never retries. Answers are checked by `answers.ts`, not by the library's
 * schemas, which print warnings and turn some dates into Date objects.
 */
import type { Client } from 'jira.js/core'
import { type Connection, type Credentials, readCredentials } from '../../src/contract/index.ts'
import { HelpdeskError } from '../../src/errors.ts'
import { credentials as Known } from './connection.ts'
import { type Answer, faultOf } from './faults.ts'

export type Request = {
  method?: string
  /** Below the base URL, with its ids checked. */
  url: string
  searchParams?: Record<string, unknown>
  body?: unknown
  headers?: Record<string, string>
}

export type Reach = Pick<Connection, 'baseUrl' | 'credentials' | 'settings'>

export function openClient(reach: Reach): Client {
  return {
    // jira.js declares what each call answers; `answers.ts` checks it before anyone relies on the type.
    sendRequest: <T>(request: Request) => send(reach, request) as Promise<T>,
  }
}

export async function send(reach: Reach, request: Request): Promise<unknown> {
  const method = request.method ?? 'GET'
  const what = `${method} ${request.url}`
  const url = withQuery(reach.baseUrl + request.url, request.searchParams ?? {})
  const headers: Record<string, string> = {
    accept: 'application/json',
    authorization: authorization(reach.credentials),
    ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...request.headers,
  }
  const body = request.body === undefined ? undefined : JSON.stringify(request.body)
  const answer = await exchange(url, { method, headers, body }, reach.settings.timeoutMs, what)
  return contentOf(answer, what)
}

/** One HTTP exchange, body included: every way it can fail to happen is `unreachable`. */
export async function exchange(url: string, init: RequestInit, timeoutMs: number, what: string): Promise<Answer> {
  try {
    // A followed redirect would end on a login page that answers 200.
    const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) })
    return { status: response.status, headers: response.headers, text: await response.text() }
  } catch (cause) {
    const late = cause instanceof Error && (cause.name === 'TimeoutError' || cause.name === 'AbortError')
    const how = late ? `did not answer within ${timeoutMs} ms` : 'could not be reached, or cut the connection'
    throw new HelpdeskError('unreachable', `Jira ${how}: ${what}`, { next: 'Wait; it is tried again.', cause })
  }
}

export function contentOf(answer: Answer, what: string): unknown {
  const { status, headers, text } = answer
  if (status < 200 || status > 299 || headers.get('x-seraph-loginreason')?.includes('AUTHENTICAT')) {
    throw faultOf(answer, what)
  }
  if (text === '') return undefined
  if (!headers.get('content-type')?.includes('json')) throw brokenAnswer(what, 'not JSON, such as a login page')
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw brokenAnswer(what, 'JSON that ends early or is none', cause)
  }
}

export function brokenAnswer(what: string, got: string, cause?: unknown): HelpdeskError {
  return new HelpdeskError('broken', `Jira answered ${what} with something else than documented: ${got}`, {
    next: 'Check the base URL of this connection, and whether a proxy or a login page stands before Jira.',
    cause,
  })
}

function authorization(stored: Credentials): string {
  const credentials = readCredentials(Known, stored)
  switch (credentials.kind) {
    case 'basic':
      return `Basic ${base64(`${credentials.email}:${credentials.apiToken}`)}`
    case 'bearer':
      return `Bearer ${credentials.token}`
    case 'oauth':
      if (credentials.accessToken) return `Bearer ${credentials.accessToken}`
      throw new HelpdeskError('auth', 'This connection has no access token yet.', { next: 'Refresh its OAuth grant.' })
  }
}

function base64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''))
}

function withQuery(url: string, params: Record<string, unknown>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) continue
    // Jira documents its lists as comma-separated.
    query.set(name, Array.isArray(value) ? value.join(',') : String(value))
  }
  return query.size > 0 ? `${url}?${query}` : url
}
