/**
 * The kinds of error that modules throw. Each says what happened (`message`), what to do next (`next`) and whether trying
 * again can help (`retry`); that is decided once, where the cause is known.
 */
export class TriageError extends Error {
  /** What the reader should do now; one sentence. */
  readonly next: string
  /** Can the same call succeed later without anyone changing anything? */
  readonly retry: boolean
  /** The helpdesk or model asked us to wait at least this long, in milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor(message: string, options: { next: string; retry?: boolean; retryAfterMs?: number; cause?: unknown }) {
    // A message may quote a vendor and is stored as a reason: Postgres accepts neither NUL nor a lone surrogate.
    super(
      message.replaceAll('\0', '').toWellFormed(),
      options.cause === undefined ? undefined : { cause: options.cause },
    )
    this.name = new.target.name
    this.next = options.next
    this.retry = options.retry ?? false
    this.retryAfterMs = believable(options.retryAfterMs)
  }
}

/** A helpdesk or model that asks for a longer wait is not believed: some send a date in seconds, or one years ahead. */
const LONGEST_WAIT_MS = 86_400_000

function believable(waitMs: number | undefined): number | undefined {
  if (waitMs === undefined || Number.isNaN(waitMs)) return undefined
  return Math.min(Math.max(0, waitMs), LONGEST_WAIT_MS)
}

/** One thing wrong with an input, with the place in it. */
export type Fault = { path: string; message: string; next?: string }

/** A delivery or a request that we refuse; becomes an RFC 9457 answer with this status. */
export class Rejected extends TriageError {
  readonly status: 400 | 401 | 403 | 404 | 409 | 410 | 412 | 413 | 415 | 422 | 429 | 503
  /** Everything that is wrong, so that it can be fixed in one go. */
  readonly faults: Fault[] | undefined
  /** One word by which refused webhooks are counted; absent: the status says enough. */
  readonly reason: string | undefined
  /** More members of the answer: with 412, what is stored now. */
  readonly more: Record<string, unknown> | undefined
  constructor(
    status: Rejected['status'],
    message: string,
    options: {
      next: string
      faults?: Fault[]
      reason?: string
      more?: Record<string, unknown>
      retryAfterMs?: number
      cause?: unknown
    },
  ) {
    super(message, { ...options, retry: status === 503 })
    this.status = status
    this.faults = options.faults
    this.reason = options.reason
    this.more = options.more
  }
}

/** A person paused this: it waits for the end of the pause, however long that takes. */
export class Paused extends TriageError {}

/** Settings are wrong; lists every fault, so that they can be fixed in one go. */
export class ConfigError extends TriageError {}

/** A call that we refuse to make, because of its address, or an answer that we refuse to read to its end. */
export class OutboundError extends TriageError {}

/** The database cannot be used: now, or at all with these settings. */
export class DatabaseError extends TriageError {}

/** What the failure of a call to a helpdesk means. */
export type HelpdeskFault = 'auth' | 'forbidden' | 'gone' | 'invalid' | 'conflict' | 'busy' | 'unreachable' | 'broken'

/**
 * A helpdesk refused or failed a call. `gone`: the ticket was deleted or merged, or it is closed and takes no change.
 * `invalid`: the vendor names a field that it refuses (`fields`). `conflict`: the ticket was changed meanwhile, read it
 * again. `busy`: 429 or 503.
 */
export class HelpdeskError extends TriageError {
  readonly fault: HelpdeskFault
  readonly status: number | undefined
  /** What the vendor said about each field that it refused, by the vendor's field name. */
  readonly fields: Record<string, string>
  /** With 429: whose limit is reached. `endpoint` and `ticket` leave other calls free, `account` stops them all. */
  readonly pause: 'endpoint' | 'ticket' | 'account' | undefined

  constructor(
    fault: HelpdeskFault,
    message: string,
    options: {
      next: string
      status?: number
      retryAfterMs?: number
      fields?: Record<string, string>
      pause?: 'endpoint' | 'ticket' | 'account'
      cause?: unknown
    },
  ) {
    super(message, { ...options, retry: fault === 'busy' || fault === 'unreachable' || fault === 'conflict' })
    this.fault = fault
    this.status = options.status
    this.fields = options.fields ?? {}
    this.pause = options.pause
  }
}

/**
 * What a model endpoint's failure means. `context`: shorten the ticket and ask once more. `length`, `schema`, `format`:
 * ask once more, changed. `refused`: the server does not take this request. The others concern every ticket, which waits:
 * `config`, `auth`: until a person fixes the settings. `missing`: until the server has loaded the model, or a person names
 * another. `busy`, `unreachable`: until it passes.
 */
export type ModelFault =
  | 'context'
  | 'length'
  | 'schema'
  | 'format'
  | 'refused'
  | 'config'
  | 'auth'
  | 'missing'
  | 'busy'
  | 'unreachable'

const WAITS: ModelFault[] = ['config', 'auth', 'missing', 'busy', 'unreachable']

export class ModelError extends TriageError {
  readonly fault: ModelFault
  readonly status: number | undefined
  constructor(
    fault: ModelFault,
    message: string,
    options: { next: string; status?: number; retryAfterMs?: number; cause?: unknown },
  ) {
    super(message, { ...options, retry: WAITS.includes(fault) })
    this.fault = fault
    this.status = options.status
  }
}

/**
 * Why it failed, in one line: for logs, the command line and stored reasons. drizzle's message is the query with its
 * values, which can be a ticket's text: the cause under it is told instead.
 */
export function causeOf(thrown: unknown): string {
  const told: string[] = []
  for (const error of causes(thrown)) {
    const message = isQuery(error) ? '' : messageOf(error)
    if (message !== '' && !told.some((outer) => outer.includes(message))) told.push(message)
  }
  const line = told.join(': ').replace(/\s+/g, ' ').trim()
  return line.slice(0, 1000) || 'Something was thrown that has no message'
}

/** As `causeOf`, with where it was thrown: for a fault of Pointsman. */
export function traceOf(thrown: unknown): string {
  const frames = causes(thrown).map((error) => {
    const { stack } = (error ?? {}) as { stack?: unknown }
    return typeof stack === 'string' ? stack.split('\n').filter((line) => /^\s+at /.test(line)) : []
  })
  return [causeOf(thrown), ...(frames.findLast((lines) => lines.length > 0) ?? [])].join('\n')
}

/** The error, what caused it, and so on. A failed attempt at several addresses has no message but a list. */
function causes(thrown: unknown): unknown[] {
  const found: unknown[] = []
  for (let error = thrown; error !== undefined && error !== null && found.length < 8; ) {
    found.push(error)
    const { cause, errors } = error as { cause?: unknown; errors?: unknown }
    error = cause ?? (Array.isArray(errors) ? errors[0] : undefined)
  }
  return found
}

function isQuery(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Failed query:')
}

function messageOf(error: unknown): string {
  try {
    const { message, code } = error as { message?: unknown; code?: unknown }
    const text = typeof message === 'string' ? message : typeof error === 'object' ? '' : String(error)
    return typeof code === 'string' && code !== '' && !text.includes(code) ? `${text} (${code})`.trim() : text
  } catch {
    return ''
  }
}
