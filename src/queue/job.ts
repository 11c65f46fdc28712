import type { JobWithMetadata } from 'pg-boss'
import type { Tx } from '../db/index.ts'
import type { TriageError } from '../errors.ts'

/** A job that nobody ran is kept for this long. */
export const RETENTION_SECONDS = 30 * 86_400

/** One attempt at a job. Settle it in the transaction that writes its result, with `queue.complete(job, tx)`. */
export type Job<Data = Record<string, unknown>> = {
  id: string
  kind: string
  data: Data
  /** 1 for the first attempt. */
  attempt: number
  createdAt: Date
  /** Aborted when the process stops and its grace time is over. */
  signal: AbortSignal
  fetched: JobWithMetadata<object>
  /** For log lines: the ids that the data holds, and what the task adds once it knows more. */
  about: About
}

/** The ids of a ticket's log line. `ticket` is the helpdesk's id. */
export type About = { delivery?: string | null; ticket?: string | null; decision?: string }

/** The job whose attempt failed, for its log line. */
export type FailedJob = About & { kind: string; job: string }

/** What is done for the jobs of one kind. It can run twice for the same job. */
export type Task<Data = never> = {
  /** How often to look for jobs that another process enqueued, in milliseconds. Default: 1 second. */
  pollMs?: number
  run(job: Job<Data>): Promise<void>
  /** Records the failure in the transaction that moves the job to the dead letters. */
  giveUp(tx: Tx, job: Job<Data>, error: TriageError): Promise<void>
}

export type SendOptions = {
  /** At most one job of a key runs at a time. */
  key: string
  /** Higher runs first. */
  priority?: number
  startAfterSeconds?: number
}

/** A job that was given up, with the reason and what a person can do. */
export type DeadLetter = {
  id: string
  kind: string
  data: Record<string, unknown>
  reason: string
  next: string
  at: string
}

/** Which of the jobs that wait for a later time are meant. */
export type Late = 'postponed' | { kind: string } | { about: string[] }

/** The durable queue of this process; several processes on one database share the jobs. */
export type Queue = {
  /** Enqueues in the caller's transaction: both or neither. Call `wake(kind)` after the commit. */
  send(tx: Tx, kind: string, data: object, options: SendOptions): Promise<void>
  /**
   * pg-boss's own statement for one new job, to become part of a larger one: `$1` in `text` stands for `jobs`, a JSON
   * array. Call `wake(kind)` after it ran.
   */
  insertion(kind: string, data: object, options: SendOptions): Promise<{ text: string; jobs: string }>
  /** Looks for jobs at once instead of at the next poll. */
  wake(kind: string): void
  /** Settles the job in the caller's transaction. Throws when another process has taken the job over. */
  complete(job: Job<never>, tx: Tx): Promise<void>
  /** Puts the job off in the caller's transaction, for a pause: neither a failure nor part of its age. */
  postpone(job: Job<never>, tx: Tx, how: { seconds: number; message: string; next: string }): Promise<void>
  /**
   * Makes jobs that wait for a later time due now, in the caller's transaction: those that a pause put off, those of a
   * kind, or those about these deliveries and decisions. Call `wake(kind)` or `wakeAll` after the commit.
   */
  hurry(tx: Tx, which: Late): Promise<void>
  /** Looks for jobs of every kind at once. */
  wakeAll(): void
  /** Works until stopped. `concurrency` is the most jobs of each kind that run at once. */
  work(tasks: Record<string, Task>, concurrency: number): Workers
  /** Runs what is due until nothing is left; `early` also runs, once, what waits for a later time. Returns how many ran. */
  drain(tasks: Record<string, Task>, options?: { early?: boolean }): Promise<number>
  deadLetters(limit?: number): Promise<DeadLetter[]>
  /**
   * Puts dead letters back into their queues: all of them, those with these ids, or those about these deliveries. Returns
   * how many. With `tx` in the caller's transaction: call `wakeAll` after the commit.
   */
  requeue(which?: { ids?: string[]; deliveries?: string[] }, tx?: Tx): Promise<number>
  depth(): Promise<Record<string, { queued: number; active: number; oldestSeconds: number }>>
  /** Makes a job of this kind due by a cron expression; one process at a time fires it. */
  schedule(kind: string, cron: string): Promise<void>
  close(): Promise<void>
}

type Workers = {
  /** Fetches no more jobs, waits for those that run, and after `graceMs` hands the rest back. */
  stop(graceMs: number): Promise<void>
}

/** A job, or a part of one, as pg-boss answers it: how many rows it changed. */
export type Affected = { affected?: number }
