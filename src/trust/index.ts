/** Earned autonomy: what people did with decided values, and which values may therefore be automated. */
export { ladder, reliability } from './curve.ts'
export { type Demoted, dropEvidence, recordEvidence, type Verdict } from './evidence.ts'
export { demote, promote } from './promote.ts'
export { type Standing, standingsOf } from './standing.ts'
export { type Distrust, distrustOf } from './trusted.ts'
export { weeksOf } from './weeks.ts'
