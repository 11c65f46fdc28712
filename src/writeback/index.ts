/** Write-back: carries a decision into the helpdesk once, field by field, and never over a person's change. */
export { isOurs, type OurWrites } from './plan.ts'
export { type WritebackNeeds, type WrittenBack, writebackTask } from './task.ts'
export { ourWrites } from './work.ts'
