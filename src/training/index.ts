/** Training: the labels of the database as training data for the next model, and as the embedded classifier. */
export { type Calibrated, calibrateModels } from './calibrate.ts'
export { ENOUGH, type Trained, trainEmbedded } from './embedded.ts'
export { addExamples } from './examples.ts'
export { type Export, ExportInput, findExport, listExports, type Manifest, startExport } from './export.ts'
export { LabelFilter, type LabelledRow, labelledRows, Provenance } from './rows.ts'
