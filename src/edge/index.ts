/** Intake at the edge: verifies deliveries, keeps them in a queue, and delivers them to the service. */
export { problem } from './answer.ts'
export { forwardAll } from './forward.ts'
export type { Batch } from './queues.ts'
export { receive } from './receive.ts'
export { type Env, readSettings } from './settings.ts'
