/** History: what a helpdesk knew before Pointsman, and what was missed since. */
export { BACKFILL, startBackfill, stopBackfill } from './backfill.ts'
export { type Imported, ImportMap, type ImportOptions, importFile } from './import/index.ts'
export { nameOutside, type Outside } from './outside.ts'
export { RECONCILE, type Reconciled, type ReconcileNeeds, reconcileTask } from './reconcile.ts'
export { type BackfillRow, findBackfill, listBackfills } from './rows.ts'
export { sinceOf } from './since.ts'
export { type BackfillNeeds, backfillTask } from './task.ts'
