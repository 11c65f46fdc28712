/** Text in, text out: preparing tickets for a classifier, masking personal data, and the patterns that admins write. Pure. */
export { byPattern, fromQuote, restored } from './entity.ts'
export {
  deskMask,
  holdsPlaceholder,
  type MaskOptions,
  mask,
  maskForExport,
  PLACEHOLDER,
  unmask,
  withoutNumbers,
} from './mask/index.ts'
export { checkPattern, matches as matchesPattern } from './pattern/index.ts'
export {
  clean,
  DEFAULT_BUDGET,
  deskWords,
  estimateTokens,
  isLetterWord,
  languageOf,
  loadLanguages,
  type PrepareOptions,
  plainText,
  prepare,
  scriptsOf,
} from './prepare/index.ts'
export { type PreparedFor, prepareFor } from './prepare-for.ts'
export { stem } from './stem.ts'
