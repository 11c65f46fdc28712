/** What a Jira answer means for us, told from status, headers and body. Pure. */
import { HelpdeskError, type HelpdeskFault } from '../../src/errors.ts'
import { isRecord } from './payload.ts'

export type Answer = { status: number; headers: Headers; text: string }

/** Jira's advice when it names no time: start with two seconds. */
const PAUSE_MS = 2000

export function faultOf({ status, headers, text }: Answer, what: string): HelpdeskError {
  const { said, fields, json } = wordsOf(text)
  const retryAfterMs = waitOf(status, headers)
  const fault = headers.get('x-seraph-loginreason')?.includes('AUTHENTICAT') ? 'auth' : kindOf(status, json)
  const words = said ? `: ${said}` : ''
  return new HelpdeskError(fault, `Jira answered ${status} to ${what}${words}`, {
    next: nextStep(fault, fields, said),
    status,
    fields,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(status === 429 ? { pause: pauseOf(headers) } : {}),
  })
}

function kindOf(status: number, json: boolean): HelpdeskFault {
  if (status === 401) return 'auth'
  if (status === 403) return 'forbidden'
  // Jira says 404 in JSON; a page says that the base URL is wrong, and no ticket may be taken for deleted then.
  if (status === 404) return json ? 'gone' : 'broken'
  if (status === 409 || status === 412) return 'conflict'
  if (status === 429 || status === 503 || status === 425) return 'busy'
  if (status === 408 || status >= 500) return 'unreachable'
  // 413: the issue has reached its limit of comments. 405, 410 and redirects mean that we talk to something else.
  return status === 400 || status === 413 || status === 422 ? 'invalid' : 'broken'
}

/** Seconds or a date; also on 503, where jira.js drops it. */
function waitOf(status: number, headers: Headers, now = Date.now()): number | undefined {
  const header = headers.get('retry-after')?.trim()
  if (header && /^\d+(\.\d+)?$/.test(header)) return Math.ceil(Number(header) * 1000)
  const until = Date.parse(header || (status === 429 ? (headers.get('x-ratelimit-reset') ?? '') : ''))
  if (Number.isFinite(until)) return Math.max(0, until - now)
  return status === 429 ? PAUSE_MS : undefined
}

/** https://developer.atlassian.com/cloud/jira/platform/rate-limiting/ : a burst is of one endpoint, a quota of all. */
function pauseOf(headers: Headers): 'endpoint' | 'ticket' | 'account' {
  const reason = headers.get('ratelimit-reason') ?? ''
  if (reason === 'jira-burst-based') return 'endpoint'
  return reason === 'jira-per-issue-on-write' ? 'ticket' : 'account'
}

function wordsOf(text: string): { said: string; fields: Record<string, string>; json: boolean } {
  let body: unknown = null
  try {
    body = JSON.parse(text)
  } catch {
    // A proxy's page says nothing worth keeping.
  }
  if (!isRecord(body)) return { said: '', fields: {}, json: false }
  const errors = isRecord(body.errors) ? Object.entries(body.errors) : []
  const fields = Object.fromEntries(errors.filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
  const messages = Array.isArray(body.errorMessages) ? body.errorMessages : [body.message ?? body.error_description]
  const parts = [...messages, ...Object.entries(fields).map(([field, why]) => `${field}: ${why}`)]
  const said = parts.filter((one) => typeof one === 'string' && one !== '').join('; ')
  return { said: said.slice(0, 500), fields, json: true }
}

function nextStep(fault: HelpdeskFault, fields: Record<string, string>, said: string): string {
  switch (fault) {
    case 'auth':
      return 'Renew the API token or OAuth grant of this connection; a token expires after a year at most.'
    case 'forbidden':
      return 'Give our Jira account Browse Projects, Edit Issues, Assign Issues and Add Comments in this project.'
    case 'gone':
      return 'The issue was deleted, or our Jira account may not browse its project.'
    case 'conflict':
      return 'Read the issue again and decide anew.'
    case 'busy':
    case 'unreachable':
      return 'Wait; it is tried again.'
    case 'broken':
      return 'Check the base URL of this connection: something other than the Jira API answered.'
    case 'invalid':
      return invalidNext(Object.entries(fields), said)
  }
}

function invalidNext(fields: [string, string][], said: string): string {
  const names = fields.map(([field]) => field).join(', ')
  if (fields.some(([, why]) => /screen|unknown/i.test(why))) {
    return `Put ${names} on the edit screen of the project and let our Jira account edit it, or map it to another field.`
  }
  if (fields.some(([field]) => field === 'assignee')) {
    return 'The person is inactive or lacks the Assignable User permission in this project: change the routing map.'
  }
  if (names) return `Check the mapping of ${names}: the value may have been deleted, or this project does not allow it.`
  if (/permission/i.test(said)) return 'Give our Jira account Edit Issues in this project.'
  return 'Check the mapping of this connection against the project.'
}
