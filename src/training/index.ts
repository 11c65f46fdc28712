/** Training: the labels of the database as training data for the next model, and as the embedded classifier. */
export { type Calibrated, calibrateModels } from './calibrate.ts'
export { type Export, ExportInput, findExport, listExports, type Manifest, startExport } from './export.ts'
export { ENOUGH, type Trained, trainEmbedded } from './train-embedded.ts'
