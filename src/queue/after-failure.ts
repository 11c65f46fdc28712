import { isUnavailable as databaseIsUnavailable } from '../db/index.ts'
import { ConfigError, causeOf, DatabaseError, HelpdeskError, ModelError, TriageError } from '../errors.ts'

export type Failure =
  | { kind: 'retry'; error: TriageError; afterMs: number; tries: number; waits: number }
  | { kind: 'give-up'; error: TriageError; tries: number }

/** Attempts that may fail by a fault; waiting for what is unavailable does not count. */
const TRIES = 6
const BASE_MS = 2_000
const CAP_MS = 300_000
/** A job waits three days at most: after that a person must look. */
const LONGEST_WAIT_MS = 3 * 86_400_000

/**
 * What happens to a job whose attempt threw. Pure: `random` is in [0, 1). While the database, a helpdesk or a model is
 * unavailable or asks us to wait, the job waits, up to three days; any other failure that may pass is tried six times; the rest is
 * given up at once. Delays double from two seconds to five minutes, times a random 0.7 to 1.3, and are never shorter
 * than the Retry-After.
 */
export function afterFailure(
  thrown: unknown,
  job: { tries: number; waits: number; ageMs: number },
  random: number,
): Failure {
  const error = thrown instanceof TriageError ? thrown : unexpected(thrown)
  const waiting = isUnavailable(error)
  const tries = job.tries + (waiting ? 0 : 1)
  const waits = job.waits + (waiting ? 1 : 0)
  if (!error.retry || tries >= TRIES || job.ageMs > LONGEST_WAIT_MS) return { kind: 'give-up', error, tries }
  const doubled = Math.min(CAP_MS, BASE_MS * 2 ** Math.min(20, (waiting ? waits : tries) - 1))
  const jittered = doubled * (0.7 + 0.6 * random)
  const asked = Number.isFinite(error.retryAfterMs) ? error.retryAfterMs! : 0
  return { kind: 'retry', error, afterMs: Math.max(jittered, asked), tries, waits }
}

function unexpected(thrown: unknown): TriageError {
  if (databaseIsUnavailable(thrown))
    return new DatabaseError(`The database was unavailable: ${causeOf(thrown)}`, {
      next: 'Nothing to do when it is back: the job runs again.',
      retry: true,
      cause: thrown,
    })
  return new TriageError(causeOf(thrown), {
    next: 'This is a fault in Pointsman: report it with the log line.',
    retry: true,
    cause: thrown,
  })
}

function isUnavailable(error: TriageError) {
  // A setting that another process has already, such as a key, is waited for like the database.
  if (error instanceof DatabaseError || error instanceof ConfigError || error instanceof ModelError) return error.retry
  return error instanceof HelpdeskError && (error.fault === 'busy' || error.fault === 'unreachable')
}
