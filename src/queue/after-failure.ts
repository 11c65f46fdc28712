import { HelpdeskError, ModelError, TriageError } from '../errors.ts'

export type Failure =
  | { kind: 'retry'; error: TriageError; afterMs: number; tries: number; waits: number }
  | { kind: 'give-up'; error: TriageError; tries: number }

/** The most attempts that may fail by a fault; waiting for something that is away does not count as a fault. */
const TRIES = 6
const BASE_MS = 2_000
const CAP_MS = 300_000
/** Nothing waits longer than a helpdesk keeps a ticket warm: after three days a person must look. */
const PATIENCE_MS = 3 * 86_400_000

/**
 * What becomes of a job whose attempt threw. Pure: `random` is in [0, 1). A side that is away or asks us to wait is
 * waited for, up to three days; every other failure that may pass is tried six times; the rest is given up at once.
 * Delays double from two seconds to five minutes with a jitter of 0.7 to 1.3, and are never shorter than the other
 * side's Retry-After.
 */
export function afterFailure(
  thrown: unknown,
  job: { tries: number; waits: number; ageMs: number },
  random: number,
): Failure {
  const error = thrown instanceof TriageError ? thrown : ourFault(thrown)
  const waiting = isAway(error)
  const tries = job.tries + (waiting ? 0 : 1)
  const waits = job.waits + (waiting ? 1 : 0)
  if (!error.retry || tries >= TRIES || job.ageMs > PATIENCE_MS) return { kind: 'give-up', error, tries }
  const doubled = Math.min(CAP_MS, BASE_MS * 2 ** Math.min(20, (waiting ? waits : tries) - 1))
  const jittered = doubled * (0.7 + 0.6 * random)
  const asked = Number.isFinite(error.retryAfterMs) ? error.retryAfterMs! : 0
  return { kind: 'retry', error, afterMs: Math.max(jittered, asked), tries, waits }
}

function ourFault(thrown: unknown): TriageError {
  return new TriageError(thrown instanceof Error ? thrown.message : String(thrown), {
    next: 'This is a fault of Pointsman: report it with the log line.',
    retry: true,
    cause: thrown,
  })
}

function isAway(error: TriageError) {
  return (
    (error instanceof HelpdeskError || error instanceof ModelError) &&
    (error.fault === 'busy' || error.fault === 'unreachable')
  )
}
