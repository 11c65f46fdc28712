/** Intake at the edge: verify and keep deliveries, then hand them to the service. */
export { problem } from './answer.ts'
export { forwardAll } from './forward.ts'
export type { Batch } from './queues.ts'
export { receive } from './receive.ts'
export { type Env, readSettings } from './settings.ts'
