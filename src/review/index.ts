/**
 * Review: a person confirms a decision, corrects it, asks for a new one, or takes back what was settled or written. Each
 * makes a new decision; none is changed.
 */
export { claim, claimsOf } from './claim.ts'
export { requeue } from './requeue.ts'
export { retry } from './retry.ts'
export { retryMany } from './retry-many.ts'
export { type ReviewNeeds, settleByPerson } from './settle.ts'
export { settleMany } from './settle-many.ts'
export { revert, undo } from './take-back.ts'
export { type UnmaskNeeds, unmask } from './unmask.ts'
