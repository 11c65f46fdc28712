/** Labels: the final value of each field with its provenance, and what can be learnt from it. */
export { type Correction, listCorrections } from './corrections.ts'
export { addExamples } from './examples.ts'
export { type LabelListFilter, listLabels } from './list.ts'
export { LabelFilter, type LabelledRow, labelledRows } from './rows.ts'
export { dropClosing, saveLabel } from './save.ts'
