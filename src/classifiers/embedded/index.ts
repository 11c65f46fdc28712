/** The in-process classifier: hashed n-grams, linear scores, calibrated confidence; without native code or downloads. */
export { asClassifier } from './as-classifier.ts'
export { decode, encode, ModelFormatError } from './encode.ts'
export { type Input, openExtractor } from './features.ts'
export type { EmbeddedModel } from './model.ts'
export { type Progress, train } from './train.ts'
export { trainInWorker } from './train-in-worker.ts'
