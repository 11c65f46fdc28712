/**
 * Calibration, shared by all classifiers: confidences that match how often answers are right, per field and model version,
 * and from which confidence on they may be trusted.
 */
export { Calibration, calibrate, fitCalibration } from './calibration.ts'
export { applyCurve, Curve, fitCurve, type Sample } from './curve.ts'
export { type Promised, promise } from './promise.ts'
