/** The meaning of a failed answer of Zendesk. Pure. */
import { HelpdeskError } from '../../src/errors.ts'
import { parseJson, readId } from './json.ts'

export type Answer = { method: string; path: string; status: number; headers: Headers; text: string }

/** Zendesk's limits: one user may update a ticket 30 times in 10 minutes; the limits of the account are per minute. */
const UPDATES_PER_TICKET = 30
const ACCOUNT_WINDOW_SECONDS = 60

export function faultOf(answer: Answer, now: Date): HelpdeskError {
  const { method, path, status } = answer
  const { summary, fields, html } = errorsOf(answer.text)
  const message = `Zendesk answered ${status} to ${method} ${path}${summary ? `: ${summary}` : ''}`
  const failed = (fault: HelpdeskError['fault'], next: string) =>
    new HelpdeskError(fault, message, { next, status, fields, ...waiting(answer, now) })

  if (status === 401) return failed('auth', "Renew the connection's credentials: Zendesk refused them.")
  if (status === 403) return failed('forbidden', 'Give our Zendesk account the role and scope that this call needs.')
  if (status === 404 && html) return failed('broken', 'Check the base URL: no Zendesk account answers there.')
  if (status === 404 || status === 410)
    return failed('gone', 'Nothing to do: the ticket or record was deleted or merged.')
  if (status === 409) return failed('conflict', 'Read the ticket again: it was changed meanwhile.')
  if (status === 422 && isClosed(answer.text))
    return failed('gone', 'Nothing to do: the ticket is closed and cannot be changed.')
  if (status === 400 || status === 422) return failed('invalid', 'Fix the mapping of the field that Zendesk names.')
  if (status === 429 || status === 503) return failed('busy', 'Wait as long as Zendesk asks.')
  if (status === 408 || status >= 500) return failed('unreachable', 'Try again later: Zendesk failed to answer.')
  return failed('broken', 'Check the base URL: it should be https://<subdomain>.zendesk.com.')
}

/**
 * Errors come as `{error, description, details: {field: [{description}]}}` or `{error: {title, message}}`. A custom field
 * is refused under `base`, with its id beside the description.
 */
function errorsOf(text: string): { summary: string; fields: Record<string, string>; html: boolean } {
  const body = parsed(text)
  if (body === null) return { summary: '', fields: {}, html: /^\s*</.test(text) }
  const title = body.error !== null && typeof body.error === 'object' ? Object.values(body.error) : [body.error]
  const fields = fieldErrors(body.details)
  const texts = [...title, body.description, ...Object.values(fields)].filter((text) => typeof text === 'string')
  return { summary: [...new Set(texts)].join(' - ').slice(0, 500), fields, html: false }
}

function fieldErrors(details: unknown): Record<string, string> {
  if (typeof details !== 'object' || details === null) return {}
  const found: Record<string, string> = {}
  for (const [key, faults] of Object.entries(details))
    for (const fault of [faults].flat()) {
      if (typeof fault !== 'object' || fault === null) continue
      const { description, ticket_field_id } = fault as Record<string, unknown>
      const name = readId(ticket_field_id) ?? key
      found[name] = [found[name], description === undefined ? '' : String(description)].filter(Boolean).join('; ')
    }
  return found
}

function isClosed(text: string): boolean {
  return /closed[ _]prevents[ _]ticket[ _]update|"ClosedTicket"/i.test(text)
}

function waiting(answer: Answer, now: Date) {
  if (answer.status !== 429 && answer.status !== 503) return {}
  const seconds = retryAfter(answer.headers, now)
  return {
    pause: pauseOf(answer, seconds),
    ...(seconds !== undefined && { retryAfterMs: Math.ceil(seconds * 1000) }),
  }
}

/** In seconds; the header holds seconds or an HTTP date. */
function retryAfter(headers: Headers, now: Date): number | undefined {
  const value = headers.get('retry-after') ?? headers.get('ratelimit-reset')
  if (!value) return undefined
  const seconds = /^\d+(\.\d+)?$/.test(value) ? Number(value) : (Date.parse(value) - now.getTime()) / 1000
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds)
}

/**
 * Which limit is exhausted? Only updates have limits of their own, reported as `Zendesk-RateLimit-tickets-update:
 * total=30; remaining=0; resets=540`. Without that header, a wait longer than the account's window means the ticket.
 */
function pauseOf({ method, path, status, headers }: Answer, seconds: number | undefined): HelpdeskError['pause'] {
  // Ten a minute, beside the account's own limit.
  const isExport = path.includes('/incremental/') && headers.get('x-rate-limit-remaining') !== '0'
  if (status === 429 && isExport) return 'endpoint'
  const isUpdate = method === 'PUT' && /\/tickets\/\d+/.test(path)
  if (status !== 429 || !isUpdate || headers.get('x-rate-limit-remaining') === '0') return 'account'
  const limit = headers.get('zendesk-ratelimit-tickets-update') ?? ''
  const [total, remaining] = [/total=(\d+)/.exec(limit)?.[1], /remaining=(\d+)/.exec(limit)?.[1]]
  if (total !== undefined && remaining === '0') return Number(total) <= UPDATES_PER_TICKET ? 'ticket' : 'endpoint'
  return seconds !== undefined && seconds > ACCOUNT_WINDOW_SECONDS ? 'ticket' : 'account'
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const body: unknown = parseJson(text)
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : null
  } catch {
    return null
  }
}
