/** Feedback: what happens to a ticket after its decision. A person's change is an override; the final values become labels. */
export { countOverrides, eraseOverrides } from './erase.ts'
export { type PastLabels, pastLabels, routedOf } from './final-labels.ts'
export { listOverrides } from './list.ts'
export { maskFresh, maskValues } from './mask-changes.ts'
export { ERASE, type FeedbackNeeds, feedbackTask, type Overridden } from './task.ts'
