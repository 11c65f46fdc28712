/** Drafts of the taxonomy and the rules: what they change, what they would break, and publishing them. */
export { Break } from './break.ts'
export { breaksOfTaxonomy } from './break-of-taxonomy.ts'
export { Change } from './change.ts'
export { diff } from './diff.ts'
export {
  discardDraft,
  type Kind,
  previewDocument,
  previewDraft,
  publishDraft,
  readVersion,
  restoreVersion,
  saveDraft,
  stateOf,
} from './drafts.ts'
export { rulesKind, taxonomyKind } from './kinds.ts'
export type { Part } from './parts.ts'
