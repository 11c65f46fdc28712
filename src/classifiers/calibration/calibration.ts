/** The curves of one model version, and how they fill in the calibrated confidence of an answer. */
import { z } from 'zod'
import type { Answer, FieldAnswer } from '../../contract/index.ts'
import { applyCurve, Curve, fitCurve, type Sample } from './curve.ts'

/** Curves by taxonomy field id, for one model version (`Answer.model`). Plain JSON. */
export const Calibration = z.strictObject({ model: z.string(), fields: z.record(z.string(), Curve) })
export type Calibration = z.infer<typeof Calibration>

/** Fits a curve for each field; a field with too few decisions gets none. */
export function fitCalibration(model: string, samples: Record<string, Sample[]>): Calibration {
  const curves = Object.entries(samples).map(([field, rows]): [string, Curve | null] => [field, fitCurve(rows)])
  return {
    model,
    fields: Object.fromEntries(curves.filter((entry): entry is [string, Curve] => entry[1] !== null)),
  }
}

/** Fills `calibrated` of every field; the curves of another model version are not used. */
export function calibrate(answer: Answer, calibration: Calibration | null | undefined): Answer {
  const curves = calibration?.model === answer.model ? calibration.fields : {}
  const fields = Object.entries(answer.fields).map(([id, field]): [string, FieldAnswer] => [
    id,
    { ...field, calibrated: applyCurve(curves[id], field.raw) },
  ])
  return { ...answer, fields: Object.fromEntries(fields) }
}
