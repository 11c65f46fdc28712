/** The meaning of a failed answer of Jira, from its status, headers and body. Pure. */
import { HelpdeskError, type HelpdeskFault } from '../../src/errors.ts'
import { isRecord } from './payload.ts'

export type Answer = { status: number; headers: Headers; text: string }

/** Jira's advice for a 429 without a time. */
const PAUSE_MS = 2000

export function faultOf({ status, headers, text }: Answer, what: string): HelpdeskError {
  const { summary, fields, json } = errorsOf(text)
  const retryAfterMs = waitOf(status, headers)
  const fault = headers.get('x-seraph-loginreason')?.includes('AUTHENTICAT') ? 'auth' : kindOf(status, json)
  return new HelpdeskError(fault, `Jira answered ${status} to ${what}${summary ? `: ${summary}` : ''}`, {
    next: nextStep(fault, fields, summary),
    status,
    fields,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(status === 429 ? { pause: pauseOf(headers) } : {}),
  })
}

function kindOf(status: number, json: boolean): HelpdeskFault {
  if (status === 401) return 'auth'
  if (status === 403) return 'forbidden'
  // Jira's own 404 is JSON. An HTML page means that the base URL is wrong, not that a ticket was deleted.
  if (status === 404) return json ? 'gone' : 'broken'
  if (status === 409 || status === 412) return 'conflict'
  if (status === 429 || status === 503 || status === 425) return 'busy'
  if (status === 408 || status >= 500) return 'unreachable'
  // 413: the issue has reached its limit of comments. 405, 410 and redirects do not come from the Jira API.
  return status === 400 || status === 413 || status === 422 ? 'invalid' : 'broken'
}

/** Retry-After in seconds or as a date; also on 503, where jira.js drops it. */
function waitOf(status: number, headers: Headers, now = Date.now()): number | undefined {
  const header = headers.get('retry-after')?.trim()
  if (header && /^\d+(\.\d+)?$/.test(header)) return Math.ceil(Number(header) * 1000)
  const until = Date.parse(header || (status === 429 ? (headers.get('x-ratelimit-reset') ?? '') : ''))
  if (Number.isFinite(until)) return Math.max(0, until - now)
  return status === 429 ? PAUSE_MS : undefined
}

/** https://developer.atlassian.com/cloud/jira/platform/rate-limiting/ : a burst limit is for one endpoint, a quota for all. */
function pauseOf(headers: Headers): 'endpoint' | 'ticket' | 'account' {
  const reason = headers.get('ratelimit-reason') ?? ''
  if (reason === 'jira-burst-based') return 'endpoint'
  return reason === 'jira-per-issue-on-write' ? 'ticket' : 'account'
}

function errorsOf(text: string): { summary: string; fields: Record<string, string>; json: boolean } {
  let body: unknown = null
  try {
    body = JSON.parse(text)
  } catch {
    // A proxy's HTML page: its text is of no use.
  }
  if (!isRecord(body)) return { summary: '', fields: {}, json: false }
  const errors = isRecord(body.errors) ? Object.entries(body.errors) : []
  const fields = Object.fromEntries(errors.filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
  const messages = Array.isArray(body.errorMessages) ? body.errorMessages : [body.message ?? body.error_description]
  const parts = [...messages, ...Object.entries(fields).map(([field, why]) => `${field}: ${why}`)]
  const summary = parts.filter((one) => typeof one === 'string' && one !== '').join('; ')
  return { summary: summary.slice(0, 500), fields, json: true }
}

function nextStep(fault: HelpdeskFault, fields: Record<string, string>, summary: string): string {
  switch (fault) {
    case 'auth':
      return 'Renew the API token or OAuth grant of this connection; a token expires after a year at most.'
    case 'forbidden':
      return 'Give our Jira account Browse Projects, Edit Issues, Assign Issues and Add Comments in this project.'
    case 'gone':
      return 'The issue was deleted, or our Jira account lacks Browse Projects in its project.'
    case 'conflict':
      return 'Read the issue again and decide again.'
    case 'busy':
    case 'unreachable':
      return 'Wait: the call is repeated.'
    case 'broken':
      return 'Check the base URL of this connection: something other than the Jira API answered.'
    case 'invalid':
      return invalidNext(Object.entries(fields), summary)
  }
}

function invalidNext(fields: [string, string][], summary: string): string {
  const names = fields.map(([field]) => field).join(', ')
  if (fields.some(([, why]) => /screen|unknown/i.test(why))) {
    return `Put ${names} on the edit screen of the project and let our Jira account edit it, or map it to another field.`
  }
  if (fields.some(([field]) => field === 'assignee')) {
    return 'The person is inactive or lacks the Assignable User permission in this project: change the routing map.'
  }
  if (names) return `Check the mapping of ${names}: the value may have been deleted, or this project does not allow it.`
  if (/permission/i.test(summary)) return 'Give our Jira account Edit Issues in this project.'
  return 'Check the mapping of this connection against the project.'
}
