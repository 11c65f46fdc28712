import PQueue from 'p-queue'
import type { JobWithMetadata, PgBoss } from 'pg-boss'
import { TriageError } from '../errors.ts'
import { afterFailure, type Failure } from './after-failure.ts'
import type { About, FailedJob, Job, Task } from './job.ts'

// NOTIFY inside the intake's transaction would make commits wait for each other (measured: down to a third of the rate).
// So another process sees new jobs at its next poll, and the process that took the webhook wakes its own loop.
const POLL_MS = 1_000
const HEARTBEAT_MS = 4_000
const LOOK_SOON_MS = 100
/** A job is given up after its process died this often while it ran. */
const DEATHS = 5

export type Loop = {
  wake(kind: string): void
  stop(graceMs: number): Promise<void>
  /** Resolves with the number of jobs run, for `once`. */
  finished: Promise<number>
}

export type LoopOptions = {
  boss: PgBoss
  kind: string
  task: Task
  concurrency: number
  settle(job: Job<never>, task: Task, failure: Failure): Promise<void>
  /** `about`: the job whose attempt failed. */
  onError(error: unknown, about?: FailedJob): void
  /** Stop when nothing is due. */
  once?: boolean
  /** Also run jobs that wait for a later time. */
  early?: boolean
}

/** The jobs that run now, and what the loop must know of them. */
type State = {
  places: PQueue
  running: Map<JobWithMetadata<object>, Job<never>>
  abort: AbortController
  alarm: Alarm
  stopping: boolean
  /** The last fetch took all it asked for: there may be more. */
  more: boolean
}

/** Fetches jobs of one kind as places become free, runs them, and settles those that throw. */
export function startLoop(options: LoopOptions): Loop {
  const { boss, kind, task, onError, settle } = options
  const state: State = {
    places: new PQueue({ concurrency: options.concurrency }),
    running: new Map(),
    abort: new AbortController(),
    alarm: openAlarm(),
    stopping: false,
    more: false,
  }
  const { places, running, abort, alarm } = state
  const heartbeat = setInterval(() => {
    if (running.size > 0) boss.touch(kind, [...running.keys()]).catch(onError)
  }, HEARTBEAT_MS)
  const finished = options.once
    ? mainLoop(options, state).finally(() => clearInterval(heartbeat))
    : mainLoop(options, state)

  return {
    wake: (which) => {
      if (which === kind) alarm.ring()
    },
    finished,
    async stop(graceMs) {
      state.stopping = true
      alarm.ring()
      await finished
      const idle = places.onIdle()
      if (!(await within(idle, graceMs))) {
        abort.abort(new Error('the process is stopping'))
        // A job that does not stop even now is handed back: another process may start it, and this one can no longer settle it.
        if (!(await within(idle, 2_000)))
          for (const job of running.values()) await settle(job, task, handedBack(job)).catch(onError)
      }
      clearInterval(heartbeat)
      alarm.close()
    },
  }
}

/** Fetches and waits in turn, until the loop is stopped or, with `once`, nothing is due. Returns how many jobs ran. */
async function mainLoop(options: LoopOptions, state: State): Promise<number> {
  const { once, early, onError, task } = options
  let ran = 0
  while (!state.stopping) {
    state.alarm.reset()
    let found = 0
    try {
      found = await fetchJobs(options, state)
    } catch (error) {
      onError(error)
      if (once) throw error
    }
    ran += found
    if (once && (found === 0 || early)) {
      await state.places.onIdle()
      if (!state.alarm.rang() || early) break
      continue
    }
    if (!state.stopping) await state.alarm.wait(task.pollMs ?? POLL_MS)
  }
  return ran
}

/** Fetches as many jobs as there are free places, and starts them. */
async function fetchJobs(options: LoopOptions, state: State): Promise<number> {
  const { boss, kind, concurrency, early = false } = options
  const free = concurrency - state.places.pending - state.places.size
  if (free <= 0) return 0
  const jobs = (await boss.fetch<object>(kind, {
    batchSize: free,
    groupConcurrency: 1,
    includeMetadata: true,
    ignoreStartAfter: early,
  })) as JobWithMetadata<object>[]
  state.more = jobs.length === free
  // The jobs of a batch have the highest priorities, but are not sorted.
  jobs.sort((a, b) => b.priority - a.priority || +new Date(a.createdOn) - +new Date(b.createdOn))
  for (const fetched of jobs) {
    const job: Job<never> = {
      id: fetched.id,
      kind,
      data: (fetched.data ?? {}) as never,
      attempt: fetched.retryCount + 1,
      createdAt: new Date(fetched.createdOn),
      signal: state.abort.signal,
      fetched,
      about: aboutOf(fetched),
    }
    state.running.set(fetched, job)
    void state.places.add(() => runJob(options, state, job))
  }
  return jobs.length
}

async function runJob({ boss, kind, task, settle, onError, once }: LoopOptions, state: State, job: Job<never>) {
  const { fetched } = job
  const { tries, waits } = countsOf(job)
  try {
    if (fetched.retryCount - tries - waits >= DEATHS)
      throw new TriageError(`The process died ${DEATHS} times while it worked on this`, {
        next: 'Find out what is special about it, then run: pointsman requeue',
      })
    await task.run(job)
    if (!(job as { settled?: boolean }).settled) await boss.complete(kind, fetched)
  } catch (error) {
    const ageMs = Date.now() - bornAt(job)
    const failure = state.abort.signal.aborted
      ? handedBack(job)
      : afterFailure(error, { tries, waits, ageMs }, Math.random())
    onError(failure.error, { kind, job: job.id, ...job.about })
    await settle(job, task, failure).catch(onError)
  } finally {
    state.running.delete(fetched)
    // With more jobs waiting, look at once. Otherwise only another job of the same key can have become due: one look a
    // little later serves all jobs that end until then.
    if (state.more || once) state.alarm.ring()
    else state.alarm.ringSoon(LOOK_SOON_MS)
  }
}

function aboutOf({ data }: JobWithMetadata<object>): About {
  const { delivery, ticket, decision } = (data ?? {}) as About
  return { ...(delivery && { delivery }), ...(ticket && { ticket }), ...(decision && { decision }) }
}

type Alarm = ReturnType<typeof openAlarm>

/** Wakes the loop from its wait. A ring while it is not waiting is remembered until `reset`. */
function openAlarm() {
  let ringing = false
  let soon: ReturnType<typeof setTimeout> | undefined
  let wakeUp: (() => void) | undefined
  const ring = () => {
    ringing = true
    wakeUp?.()
  }
  return {
    ring,
    ringSoon(ms: number) {
      soon ??= setTimeout(() => {
        soon = undefined
        ring()
      }, ms)
    },
    rang: () => ringing,
    reset() {
      ringing = false
    },
    /** Until it rings, or for this long. */
    async wait(ms: number) {
      if (ringing) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms)
        wakeUp = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      wakeUp = undefined
    },
    close: () => clearTimeout(soon),
  }
}

function countsOf({ fetched }: Job<never>): { tries: number; waits: number } {
  const { tries = 0, waits = 0 } = (fetched.data ?? {}) as { tries?: number; waits?: number }
  return { tries, waits }
}

// A job that was put off for a pause is as old as the end of its last postponement.
function bornAt({ createdAt, fetched }: Job<never>): number {
  const { postponed } = (fetched.data ?? {}) as { postponed?: string }
  return postponed === undefined ? createdAt.getTime() : Date.parse(postponed)
}

// Not a fault of the job: it counts as waiting, neither as a try nor as a death.
function handedBack(job: Job<never>): Failure {
  const error = new TriageError('Handed back: the process stopped', { next: 'Nothing to do: the job runs again.' })
  const { tries, waits } = countsOf(job)
  return { kind: 'retry', error, afterMs: 0, tries, waits: waits + 1 }
}

async function within(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms)
  })
  const done = await Promise.race([work.then(() => true), late])
  clearTimeout(timer)
  return done
}
