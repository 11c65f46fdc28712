/** Personal data has an end: what is stored goes when its time is over, and at once when it must be erased. */
export { type Erasable, EraseInput, erase, keysOf, previewErasure } from './erase.ts'
export { listPurges, type PurgeNeeds, purge } from './purge.ts'
export { listErasures, type Receipt } from './receipts.ts'
export { type EraseTaskNeeds, eraseTask } from './task.ts'
