/** Write-back: carries a decision into the helpdesk once, field by field, and never over a person's change. */
export { isOwnWrite, type OwnWrites } from './plan.ts'
export { originalsOf } from './plan-revert.ts'
export { type WritebackNeeds, type WrittenBack, writebackTask } from './task.ts'
export { ownWritesOf } from './work.ts'
