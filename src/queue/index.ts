/**
 * The durable queue: pg-boss on our own database, and a short loop that fetches as many jobs as p-queue has free places.
 * Knows nothing of tickets: a kind is a name, and a task is a function that throws and can run twice.
 */
export { countJobs, eraseJobs } from './erase.ts'
export type { FailedJob, Job, Queue, SendOptions, Task } from './job.ts'
export { openQueue } from './open.ts'
