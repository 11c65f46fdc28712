/**
 * Several endpoints as one. Each has its own queue (llama-server queues without a limit and never refuses, so the limit
 * is set here) and its own circuit breaker; a ticket moves on to the next endpoint when one fails.
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
  /** Lower first; a higher one is used when the lower are down, or when they are full and the ticket can wait. */
  order?: number
  /** Parallel requests: about as many as the server has slots. */
  concurrency?: number
}

export type PoolSettings = {
  /** For the whole ticket: waiting, all endpoints and all retries. */
  deadlineMs?: number
  /** Failures in a row after which an endpoint is paused. */
  failures?: number
  /** Length of the first pause; it doubles up to 16 times as long. */
  pauseMs?: number
}

/** The state of one endpoint, and its counts since the pool was opened. */
export type EndpointHealth = {
  name: string
  state: 'up' | 'down' | 'trying'
  running: number
  waiting: number
  answered: number
  failed: number
  lastError: string | null
}

export type Pool<T> = {
  /**
   * Runs the work on one endpoint after the other until one answers; throws ModelError when none does. An urgent ticket
   * (`canWait: false`) goes to the front of the queue, and not to a slower endpoint while a faster one is only full.
   */
  run<R>(work: Work<T, R>, signal: AbortSignal, options?: RunOptions): Promise<R>
  health(): EndpointHealth[]
  /** Forgets the failures: every endpoint is in use again. */
  reset(): void
  /** Cancels running and waiting requests. */
  close(): void
}

type Work<T, R> = (member: T, signal: AbortSignal) => Promise<R>

type RunOptions = {
  canWait?: boolean
  /** `performance.now()` from which the deadline runs: this may be the second question about a ticket. */
  since?: number
}

type Endpoint<T> = {
  member: T
  name: string
  weight: number
  order: number
  queue: PQueue
  breaker: CircuitBreakerPolicy
  pauseMs: number
  /** When its pause began. */
  downSince: number
  /** For the smooth weighted round robin. */
  credit: number
  answered: number
  failed: number
  lastError: ModelError | null
}

const DEADLINE_MS = 60_000
const CONCURRENCY = 4
const FAILURES = 5
const PAUSE_MS = 5_000

export function openPool<T extends PoolMember>(members: T[], settings: PoolSettings = {}): Pool<T> {
  const { deadlineMs = DEADLINE_MS } = settings
  const closing = new AbortController()
  const endpoints = members.map((member) => openMember(member, settings))
  return {
    async run(work, callerSignal, { canWait = true, since = performance.now() } = {}) {
      const deadline = since + deadlineMs
      const leftMs = deadline - performance.now()
      if (leftMs <= 0) throw deadlineExceeded(deadlineMs)
      const limit = { ms: leftMs, reason: () => deadlineExceeded(deadlineMs) }
      using joined = joinSignals([callerSignal, closing.signal], limit)
      return await runOnAny(endpoints, work, { signal: joined.signal, deadline, canWait })
    },
    health: () => endpoints.map(healthOf),
    reset: () => endpoints.forEach(({ breaker }) => void breaker.isolate().dispose()),
    close() {
      closing.abort(
        new ModelError('unreachable', 'The model endpoints were closed', { next: 'Start the service again.' }),
      )
    },
  }
}

function openMember<T extends PoolMember>(
  member: T,
  { failures = FAILURES, pauseMs = PAUSE_MS }: PoolSettings,
): Endpoint<T> {
  const backoff = { initialDelay: pauseMs, maxDelay: pauseMs * 16, generator: noJitterGenerator }
  const endpoint: Endpoint<T> = {
    member,
    name: member.name,
    weight: member.weight ?? 1,
    order: member.order ?? 0,
    queue: new PQueue({ concurrency: member.concurrency ?? CONCURRENCY }),
    breaker: circuitBreaker(handleWhen(failsAll), {
      halfOpenAfter: new ExponentialBackoff(backoff),
      breaker: new ConsecutiveBreaker(failures),
    }),
    pauseMs,
    downSince: 0,
    credit: 0,
    answered: 0,
    failed: 0,
    lastError: null,
  }
  endpoint.breaker.onBreak(() => {
    endpoint.downSince = Date.now()
  })
  return endpoint
}

async function runOnAny<T, R>(
  endpoints: Endpoint<T>[],
  work: Work<T, R>,
  { signal, deadline, canWait }: { signal: AbortSignal; deadline: number; canWait: boolean },
): Promise<R> {
  const left = new Set(endpoints)
  let last: ModelError | null = null
  /** At least one endpoint may recover without anyone's help. */
  let mayRecover = false
  for (let endpoint = choose(left, canWait); endpoint; endpoint = choose(left, canWait)) {
    left.delete(endpoint)
    signal.throwIfAborted()
    // at most half of this endpoint's part of the time is spent in its queue, else a hanging one uses up all of it
    const patienceMs = left.size > 0 ? (deadline - performance.now()) / (left.size + 1) / 2 : null
    try {
      return await attempt(endpoint, work, signal, { canWait, patienceMs })
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof QueueTooSlow) {
        mayRecover = true
        continue
      }
      if (error instanceof BrokenCircuitError) {
        mayRecover ||= !endpoint.lastError || passes(endpoint.lastError)
        continue
      }
      if (!isEndpointFault(error)) throw error
      mayRecover ||= passes(error)
      last = error
    }
  }
  // an endpoint that a person must fix is no reason to stop while another may take the ticket later
  throw last && passes(last) === mayRecover ? last : allDown(endpoints)
}

async function attempt<T, R>(
  endpoint: Endpoint<T>,
  work: Work<T, R>,
  signal: AbortSignal,
  { canWait, patienceMs }: { canWait: boolean; patienceMs: number | null },
): Promise<R> {
  const limit = patienceMs === null ? undefined : { ms: patienceMs, reason: () => new QueueTooSlow() }
  using joined = joinSignals([signal], limit)
  // the queue stops waiting and frees the slot as soon as the signal aborts
  return await endpoint.queue.add(
    () => {
      joined.stopClock()
      return endpoint.breaker.execute(async () => {
        try {
          const result = await work(endpoint.member, signal)
          endpoint.answered++
          return result
        } catch (error) {
          if (failsAll(error)) {
            endpoint.failed++
            endpoint.lastError = error
          }
          throw error
        }
      })
    },
    { signal: joined.signal, priority: canWait ? 0 : 1 },
  )
}

/** Neither the endpoint nor the ticket is at fault: the next endpoint is asked. */
class QueueTooSlow extends Error {}

/** The endpoint failed, not this ticket: another endpoint may answer it. */
function isEndpointFault(error: unknown): error is ModelError {
  if (!(error instanceof ModelError)) return false
  switch (error.fault) {
    case 'unreachable':
    case 'busy':
    case 'auth':
    case 'config':
    case 'missing':
    case 'refused':
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

/** It would fail the next ticket too: such failures in a row put the endpoint out of use. */
const failsAll = (error: unknown): error is ModelError => isEndpointFault(error) && error.fault !== 'refused'

/** It needs nobody's help. */
const passes = ({ fault }: ModelError) => fault === 'busy' || fault === 'unreachable'

/** Up, or due for a trial; when cockatiel finds the trial too early, it refuses at once, at no cost. */
const isReady = <T>({ breaker, downSince, pauseMs }: Endpoint<T>) =>
  breaker.state === CircuitState.Closed || (breaker.state === CircuitState.Open && Date.now() - downSince >= pauseMs)

function choose<T>(left: Set<Endpoint<T>>, canWait: boolean): Endpoint<T> | undefined {
  const all = [...left].sort((a, b) => a.order - b.order)
  // a ticket would wait for a trial that is still running, so such an endpoint is chosen only when no other is left
  const ready = all.filter(isReady)
  const candidates = ready.length > 0 ? ready : all
  const best = candidates[0]
  if (!best) return undefined
  const first = candidates.filter((endpoint) => endpoint.order === best.order)
  const isFree = ({ queue }: Endpoint<T>) => queue.pending < queue.concurrency
  // this ticket would wait for more than one round
  const full = first.every(({ queue }) => queue.size >= queue.concurrency)
  const later = full && canWait ? candidates.find((endpoint) => endpoint.order > best.order && isFree(endpoint)) : null
  if (later) return later
  const free = first.filter(isFree)
  return free.length > 0 ? nextInTurn(free) : first.reduce((a, b) => (load(b) < load(a) ? b : a))
}

const load = <T>({ queue, weight }: Endpoint<T>) => (queue.size + queue.pending) / weight

/** Smooth weighted round robin. */
function nextInTurn<T>(free: Endpoint<T>[]): Endpoint<T> {
  let total = 0
  for (const endpoint of free) {
    endpoint.credit += endpoint.weight
    total += endpoint.weight
  }
  const chosen = free.reduce((a, b) => (b.credit > a.credit ? b : a))
  chosen.credit -= total
  return chosen
}

function healthOf<T>({ name, queue, breaker, answered, failed, lastError }: Endpoint<T>): EndpointHealth {
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

function deadlineExceeded(deadlineMs: number): ModelError {
  return new ModelError('unreachable', `No model endpoint answered within ${deadlineMs} ms`, {
    next: 'Check the load of the model servers, add an endpoint, or raise the deadline.',
  })
}

function allDown<T>(endpoints: Endpoint<T>[]): ModelError {
  const reasons = endpoints.map(({ lastError }) => lastError?.message).filter(Boolean)
  return new ModelError('unreachable', `Every model endpoint is down: ${reasons.join('; ')}`, {
    next: endpoints.find(({ lastError }) => lastError)?.lastError?.next ?? 'Start a model server.',
    retryAfterMs: endpoints[0]?.pauseMs,
  })
}
