/**
 * Several endpoints as one. Each has its own places (llama-server queues without bound and never refuses, so the limit
 * must be ours) and its own circuit breaker; a ticket goes on to the next endpoint when one fails it.
 */
import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  noJitterGenerator,
} from 'cockatiel'
import PQueue from 'p-queue'
import { ModelError } from '../../errors.ts'
import { joinSignals } from './deadline.ts'

export type PoolMember = {
  name: string
  /** Share of the tickets among endpoints of the same order. */
  weight?: number
  /** Lower first; a higher one takes over when the lower are down, or full while the ticket can wait. */
  order?: number
  /** Requests at once: about the server's slots. */
  concurrency?: number
}

export type PoolSettings = {
  /** For the whole ticket: waiting, every endpoint and every second try. */
  deadlineMs?: number
  /** Failures in a row that take an endpoint out. */
  failures?: number
  /** How long an endpoint stays out at first; it doubles up to 16 times as long. */
  pauseMs?: number
}

export type EndpointHealth = {
  name: string
  state: 'up' | 'down' | 'trying'
  running: number
  waiting: number
  /** Since the pool was opened. */
  answered: number
  failed: number
  lastError: string | null
}

export type Pool<T> = {
  /**
   * Runs the work on one endpoint after the other until one answers; ModelError when none does. What cannot wait goes to the
   * head of the line, and not to a slower endpoint while a faster one is only full.
   */
  run<R>(work: (member: T, signal: AbortSignal) => Promise<R>, signal: AbortSignal, terms?: Terms): Promise<R>
  health(): EndpointHealth[]
  /** Cancels what runs and what waits. */
  close(): void
}

type Terms = {
  canWait?: boolean
  /** `performance.now()` from which the deadline runs: this may be the second question about a ticket. */
  since?: number
}

type Place<T> = {
  member: T
  name: string
  weight: number
  order: number
  queue: PQueue
  breaker: CircuitBreakerPolicy
  /** When its pause began. */
  downSince: number
  /** Smooth weighted round robin. */
  credit: number
  answered: number
  failed: number
  lastError: ModelError | null
}

const DEADLINE_MS = 60_000
const CONCURRENCY = 4

export function openPool<T extends PoolMember>(members: T[], settings: PoolSettings = {}): Pool<T> {
  const { deadlineMs = DEADLINE_MS, failures = 5, pauseMs = 5_000 } = settings
  const closing = new AbortController()
  const places = members.map(
    (member): Place<T> => ({
      member,
      name: member.name,
      weight: member.weight ?? 1,
      order: member.order ?? 0,
      queue: new PQueue({ concurrency: member.concurrency ?? CONCURRENCY }),
      breaker: circuitBreaker(handleWhen(isEndpointsFault), {
        halfOpenAfter: new ExponentialBackoff({
          initialDelay: pauseMs,
          maxDelay: pauseMs * 16,
          generator: noJitterGenerator,
        }),
        breaker: new ConsecutiveBreaker(failures),
      }),
      downSince: 0,
      credit: 0,
      answered: 0,
      failed: 0,
      lastError: null,
    }),
  )
  for (const place of places)
    place.breaker.onBreak(() => {
      place.downSince = Date.now()
    })
  /** Well, or due for a trial; when cockatiel finds the trial too early, it refuses at once and costs nothing. */
  const ready = ({ breaker, downSince }: Place<T>) =>
    breaker.state === CircuitState.Closed || (breaker.state === CircuitState.Open && Date.now() - downSince >= pauseMs)

  return {
    async run(work, callers, { canWait = true, since = performance.now() } = {}) {
      const until = since + deadlineMs
      const leftMs = until - performance.now()
      if (leftMs <= 0) throw tooLate(deadlineMs)
      using joined = joinSignals([callers, closing.signal], { ms: leftMs, reason: () => tooLate(deadlineMs) })
      const { signal } = joined
      const left = new Set(places)
      let last: ModelError | null = null
      /** One of them may come back by itself. */
      let away = false
      for (let place = choose(left, ready, canWait); place; place = choose(left, ready, canWait)) {
        left.delete(place)
        signal.throwIfAborted()
        try {
          // half of this endpoint's part of the time is for its line, or one that hangs would take the others' part as well
          const patienceMs = left.size > 0 ? (until - performance.now()) / (left.size + 1) / 2 : null
          return await attempt(place, work, signal, { canWait, patienceMs })
        } catch (error) {
          signal.throwIfAborted()
          if (error instanceof LineTooLong) continue
          if (error instanceof BrokenCircuitError) {
            away ||= place.lastError?.retry ?? false
            continue
          }
          if (!isEndpointsFault(error)) throw error
          away ||= error.retry
          last = error
        }
      }
      // one that a person must mend is no reason to hold a ticket that another can have later
      throw last && last.retry === away ? last : allDown(places, pauseMs)
    },
    health: () => places.map(healthOf),
    close() {
      closing.abort(
        new ModelError('unreachable', 'The model endpoints were closed', { next: 'Start the service again.' }),
      )
    },
  }
}

async function attempt<T, R>(
  place: Place<T>,
  work: (member: T, signal: AbortSignal) => Promise<R>,
  signal: AbortSignal,
  { canWait, patienceMs }: { canWait: boolean; patienceMs: number | null },
): Promise<R> {
  const limit = patienceMs === null ? undefined : { ms: patienceMs, reason: () => new LineTooLong() }
  using joined = joinSignals([signal], limit)
  // the queue stops waiting, and gives the place back, as soon as the signal says so
  return await place.queue.add(
    () => {
      joined.stopClock()
      return place.breaker.execute(async () => {
        try {
          const result = await work(place.member, signal)
          place.answered++
          return result
        } catch (error) {
          if (isEndpointsFault(error)) {
            place.failed++
            place.lastError = error
          }
          throw error
        }
      })
    },
    { signal: joined.signal, priority: canWait ? 0 : 1 },
  )
}

/** Not the endpoint's fault, and not the ticket's: the next one is asked. */
class LineTooLong extends Error {}

/** The endpoint failed, not this ticket: another one may do better. */
function isEndpointsFault(error: unknown): error is ModelError {
  if (!(error instanceof ModelError)) return false
  switch (error.fault) {
    case 'unreachable':
    case 'busy':
    case 'auth':
    case 'config':
      return true
    case 'context':
    case 'length':
    case 'schema':
    case 'format':
      return false
    default:
      return error.fault satisfies never
  }
}

function choose<T>(left: Set<Place<T>>, ready: (place: Place<T>) => boolean, canWait: boolean): Place<T> | undefined {
  const all = [...left].sort((a, b) => a.order - b.order)
  // in the middle of a trial a ticket would wait for its outcome, so it goes there only when nothing else is left
  const up = all.filter(ready)
  const candidates = up.length > 0 ? up : all
  const best = candidates[0]
  if (!best) return undefined
  const first = candidates.filter((place) => place.order === best.order)
  const free = (place: Place<T>) => place.queue.pending < place.queue.concurrency
  // more than one round would wait before this ticket
  const full = first.every((place) => place.queue.size >= place.queue.concurrency)
  const spare = full && canWait ? candidates.find((place) => place.order > best.order && free(place)) : undefined
  if (spare) return spare
  const idle = first.filter(free)
  return idle.length > 0 ? inTurn(idle) : first.reduce((a, b) => (load(b) < load(a) ? b : a))
}

const load = <T>({ queue, weight }: Place<T>) => (queue.size + queue.pending) / weight

function inTurn<T>(idle: Place<T>[]): Place<T> {
  let total = 0
  for (const place of idle) {
    place.credit += place.weight
    total += place.weight
  }
  const chosen = idle.reduce((a, b) => (b.credit > a.credit ? b : a))
  chosen.credit -= total
  return chosen
}

function healthOf<T>({ name, queue, breaker, answered, failed, lastError }: Place<T>): EndpointHealth {
  const state =
    breaker.state === CircuitState.Closed ? 'up' : breaker.state === CircuitState.HalfOpen ? 'trying' : 'down'
  return {
    name,
    state,
    running: queue.pending,
    waiting: queue.size,
    answered,
    failed,
    lastError: lastError?.message ?? null,
  }
}

function tooLate(deadlineMs: number): ModelError {
  return new ModelError('unreachable', `No model endpoint answered within ${deadlineMs} ms`, {
    next: 'Check the load of the model servers, add an endpoint, or raise the deadline.',
  })
}

function allDown<T>(places: Place<T>[], pauseMs: number): ModelError {
  const told = places.map(({ lastError }) => lastError?.message).filter(Boolean)
  return new ModelError('unreachable', `Every model endpoint is down: ${told.join('; ')}`, {
    next: places.find(({ lastError }) => lastError)?.lastError?.next ?? 'Start a model server.',
    retryAfterMs: pauseMs,
  })
}
