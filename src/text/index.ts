/** Text in, text out: what a classifier reads of a ticket, what is personal in it, and patterns to find things by. Pure. */
export { byPattern, fromQuote, type Quoted, restored } from './entity.ts'
export {
  deskMask,
  holdsPlaceholder,
  type Masked,
  type MaskOptions,
  mask,
  maskForExport,
  PLACEHOLDER,
  unmask,
  withoutNumbers,
} from './mask/index.ts'
export { checkPattern, findAll, matches as matchesPattern } from './pattern/index.ts'
export {
  clean,
  DEFAULT_BUDGET,
  deskWords,
  estimateTokens,
  languageOf,
  loadLanguages,
  type PrepareOptions,
  prepare,
  scriptsOf,
} from './prepare/index.ts'
export { type PreparedFor, prepareFor, type TokenCount } from './prepare-for.ts'
export { stem } from './stem.ts'
