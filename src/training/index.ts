/** Training: exports labels as training data, trains the embedded classifier on them, and calibrates models. */
export { calibrateModels } from './calibrate.ts'
export { findExport, listExports, startExport } from './export.ts'
export { ExportInput } from './export-input.ts'
export { dropExported, exportsWith, markExports } from './exported.ts'
export { ENOUGH, readTraining, TRAIN, trainEmbedded, trainOn } from './train-embedded.ts'
