/** Training: the labels of the database as training data for the next model, and as the embedded classifier. */

export { addExamples } from '../labels/examples.ts'
export { LabelFilter, type LabelledRow, labelledRows, Provenance } from '../labels/rows.ts'
export { type Calibrated, calibrateModels } from './calibrate.ts'
export { type Export, ExportInput, findExport, listExports, type Manifest, startExport } from './export.ts'
export { ENOUGH, type Trained, trainEmbedded } from './train-embedded.ts'
