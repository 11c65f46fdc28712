/** Labels: the final value of each field with its provenance, and the corrections and examples to learn from. */
export { countCorrected, listCorrections } from './corrections.ts'
export { countLabels, eraseExamples, eraseLabels, findExamples, purgeExamples } from './erase.ts'
export { addExamples } from './examples.ts'
export { listLabels } from './list.ts'
export { type Label, labelsOf, putBackLabels } from './put-back.ts'
export { LabelFilter, type LabelledRow, labelledRows } from './rows.ts'
export { dropClosing, saveLabel, saveLabels } from './save.ts'
