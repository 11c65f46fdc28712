/**
 * The durable queue: pg-boss on our own database, and a short loop that fetches as many jobs as p-queue has free places.
 * Knows nothing of tickets: a kind is a name, and a task is a function that throws and can run twice.
 */
export { afterFailure, type Failure } from './after-failure.ts'
export type { DeadLetter, Job, Queue, SendOptions, Task, Workers } from './job.ts'
export { openQueue } from './open.ts'
