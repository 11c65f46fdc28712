import PQueue from 'p-queue'
import type { JobWithMetadata, PgBoss } from 'pg-boss'
import { TriageError } from '../errors.ts'
import { afterFailure, type Failure } from './after-failure.ts'
import type { Job, Task } from './index.ts'

// NOTIFY inside the intake's transaction would make commits wait for each other (measured: down to a third), so another
// process notices new work at its next poll, and the one that took the webhook is woken in memory.
const POLL_MS = 1_000
const HEARTBEAT_MS = 4_000
const LOOK_SOON_MS = 100
/** A job that killed its process this often is set aside. */
const DEATHS = 5

export type Loop = {
  wake(kind: string): void
  stop(graceMs: number): Promise<void>
  /** Resolves with the number of jobs run, for `once`. */
  finished: Promise<number>
}

type Options = {
  boss: PgBoss
  kind: string
  task: Task
  concurrency: number
  settle(job: Job<never>, task: Task, failure: Failure): Promise<void>
  onError(error: unknown): void
  /** Stop when nothing is due. */
  once?: boolean
  /** Also what waits for a later time. */
  early?: boolean
}

/** Fetches jobs of one kind as places get free, runs them, and settles those that throw. */
export function startLoop(options: Options): Loop {
  const { boss, kind, task, concurrency, onError } = options
  const places = new PQueue({ concurrency })
  const running = new Map<JobWithMetadata<object>, Job<never>>()
  const abort = new AbortController()
  let stopping = false
  let again = false
  /** The last fetch took all it asked for: there may be more. */
  let more = false
  let lookSoon: ReturnType<typeof setTimeout> | undefined
  let wakeUp: (() => void) | undefined

  const wake = () => {
    again = true
    wakeUp?.()
  }
  // With more waiting, look at once. Otherwise only another job of the same key can have become due: soon is soon enough,
  // and one look serves all jobs that end meanwhile.
  const placeIsFree = () => {
    if (more || options.once) return wake()
    lookSoon ??= setTimeout(() => {
      lookSoon = undefined
      wake()
    }, LOOK_SOON_MS)
  }
  const heartbeat = setInterval(() => {
    if (running.size > 0) boss.touch(kind, [...running.keys()]).catch(onError)
  }, HEARTBEAT_MS)

  async function runOne(job: Job<never>) {
    const { fetched } = job
    const { tries, waits } = countsOf(job)
    try {
      if (fetched.retryCount - tries - waits >= DEATHS)
        throw new TriageError(`The process died ${DEATHS} times while it worked on this`, {
          next: 'Look at what is special about it, then run: pointsman requeue',
        })
      await task.run(job)
      if (!(job as { settled?: boolean }).settled) await boss.complete(kind, fetched)
    } catch (error) {
      const ageMs = Date.now() - job.createdAt.getTime()
      const failure = abort.signal.aborted
        ? handedBack(job)
        : afterFailure(error, { tries, waits, ageMs }, Math.random())
      onError(error)
      await options.settle(job, task, failure).catch(onError)
    } finally {
      running.delete(fetched)
      placeIsFree()
    }
  }

  function asJob(fetched: JobWithMetadata<object>): Job<never> {
    return {
      id: fetched.id,
      kind,
      data: (fetched.data ?? {}) as never,
      attempt: fetched.retryCount + 1,
      createdAt: new Date(fetched.createdOn),
      signal: abort.signal,
      fetched,
    }
  }

  async function fetchSome(): Promise<number> {
    const free = concurrency - places.pending - places.size
    if (free <= 0) return 0
    const jobs = (await boss.fetch<object>(kind, {
      batchSize: free,
      groupConcurrency: 1,
      includeMetadata: true,
      ignoreStartAfter: options.early ?? false,
    })) as JobWithMetadata<object>[]
    more = jobs.length === free
    // A batch respects priority as a set but is not sorted.
    jobs.sort((a, b) => b.priority - a.priority || +new Date(a.createdOn) - +new Date(b.createdOn))
    for (const fetched of jobs) {
      const job = asJob(fetched)
      running.set(fetched, job)
      void places.add(() => runOne(job))
    }
    return jobs.length
  }

  async function main(): Promise<number> {
    let ran = 0
    while (!stopping) {
      again = false
      let found = 0
      try {
        found = await fetchSome()
      } catch (error) {
        onError(error)
        if (options.once) throw error
      }
      ran += found
      if (options.once && (found === 0 || options.early)) {
        await places.onIdle()
        if (!again || options.early) break
        continue
      }
      if (stopping || again) continue
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, task.pollMs ?? POLL_MS)
        wakeUp = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      wakeUp = undefined
    }
    return ran
  }
  const finished = options.once ? main().finally(() => clearInterval(heartbeat)) : main()

  return {
    wake: (which) => {
      if (which === kind) wake()
    },
    finished,
    async stop(graceMs) {
      stopping = true
      wake()
      await finished
      const idle = places.onIdle()
      if (!(await within(idle, graceMs))) {
        abort.abort(new Error('the process is stopping'))
        // What does not let go even now is handed back: another process may start it at once, and fences this one off.
        if (!(await within(idle, 2_000)))
          for (const job of running.values()) await options.settle(job, task, handedBack(job)).catch(onError)
      }
      clearInterval(heartbeat)
      clearTimeout(lookSoon)
    },
  }
}

function countsOf({ fetched }: Job<never>): { tries: number; waits: number } {
  const { tries = 0, waits = 0 } = (fetched.data ?? {}) as { tries?: number; waits?: number }
  return { tries, waits }
}

// No fault of the job: it counts as waiting, neither as a try nor as a death.
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
