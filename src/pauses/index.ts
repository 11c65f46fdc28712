/** Pauses: a person stops what is decided and written, for everything, a connection, a field or a value. */
export { refusePaused } from './check.ts'
export { afterPause } from './postpone.ts'
export { countPauses, listPauses, PauseInput, type PauseRow, PauseScope, pause, resume, scopeOf } from './store.ts'
