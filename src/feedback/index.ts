/** Feedback: what happens to a ticket after us. A person's change is an override; at resolution the final values are labels. */
export { listOverrides, type OverrideFilter } from './list.ts'
export { maskValues } from './mask-changes.ts'
export { type FeedbackNeeds, feedbackTask, type Overridden } from './task.ts'
