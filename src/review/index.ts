/** Review: a person confirms a decision, corrects it, or asks for a new one. Each makes a new decision; none is changed. */
export { requeue } from './requeue.ts'
export { retry } from './retry.ts'
export { retryMany } from './retry-many.ts'
export { settleByPerson } from './settle.ts'
