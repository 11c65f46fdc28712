/**
 * Our transport for jira.js. The library's own has no timeout, loses headers (RateLimit-Reason, Retry-After of a 503),
 * takes a login page with status 200 for success, and reports a cut connection as a TypeError. Its functions accept any
 * object with `sendRequest`. This one never retries. `answers.ts` checks the answers: the library's schemas print warnings and
 * turn some dates into Date objects.
 */
import type { Client } from 'jira.js/core'
import { type Connection, type Credentials, readCredentials } from '../../src/contract/index.ts'
import { HelpdeskError } from '../../src/errors.ts'
import { openFetch, outboundIn } from '../../src/outbound/index.ts'
import { credentials as Known } from './connection.ts'
import { type Answer, faultOf } from './faults.ts'

export type Request = {
  method?: string
  /** The path below the base URL; its ids were checked. */
  url: string
  searchParams?: Record<string, unknown>
  body?: unknown
  headers?: Record<string, string>
}

export type Reach = Pick<Connection, 'baseUrl' | 'credentials' | 'settings'>

export function openClient(reach: Reach): Client {
  return {
    // jira.js declares the type of each answer; `answers.ts` checks the answer before the type is used.
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

const callOut = openFetch()

/** One HTTP exchange, including the body; every failure of the connection is `unreachable`. */
export async function exchange(url: string, init: RequestInit, timeoutMs: number, what: string): Promise<Answer> {
  try {
    // It follows no redirect, which would lead to a login page that answers 200.
    const response = await callOut(url, { ...init, signal: AbortSignal.timeout(timeoutMs) })
    return { status: response.status, headers: response.headers, text: await response.text() }
  } catch (cause) {
    const refused = outboundIn(cause)
    if (refused)
      throw new HelpdeskError('broken', `Jira: ${refused.message} (${what})`, { next: refused.next, cause: refused })
    const late = cause instanceof Error && (cause.name === 'TimeoutError' || cause.name === 'AbortError')
    const how = late ? `did not answer within ${timeoutMs} ms` : 'could not be reached, or cut the connection'
    throw new HelpdeskError('unreachable', `Jira ${how}: ${what}`, { next: 'Wait: the call is repeated.', cause })
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
    throw brokenAnswer(what, 'a body that is not valid JSON', cause)
  }
}

export function brokenAnswer(what: string, got: string, cause?: unknown): HelpdeskError {
  return new HelpdeskError('broken', `Jira gave an undocumented answer to ${what}: ${got}`, {
    next: 'Check the base URL of this connection, and whether a proxy or a login page is in front of Jira.',
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
      throw new HelpdeskError('auth', 'This connection has no access token yet.', {
        next: 'Renew its OAuth token.',
      })
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
