/**
 * The in-process classifier: hashed n-grams, linear scores, calibrated confidence. No native code, no downloads,
 * nothing of Node: `train-in-worker.ts` is a door of its own for that reason.
 */
export { decode, encode, ModelFormatError } from './encode.ts'
export type { Input } from './features.ts'
export type { ClassifyOptions, EmbeddedAnswer, EmbeddedModel, Summary } from './model.ts'
export { type Progress, type TrainOptions, train } from './train.ts'
