/** Calibration, shared by all classifiers: confidences that match how often answers are right, per field and model version. */
export { Calibration, calibrate, fitCalibration } from './calibration.ts'
export { applyCurve, Curve, fitCurve, type Sample } from './curve.ts'
