/** Calibration, shared by the classifiers: confidences that keep their word, per field and model version. */
import { z } from 'zod'
import type { Answer, FieldAnswer } from '../../contract/index.ts'
import { applyCurve, Curve, fitCurve, type Sample } from './curve.ts'

/** Curves by taxonomy field id, for one model version (`Answer.model`). Plain JSON. */
export const Calibration = z.strictObject({ model: z.string(), fields: z.record(z.string(), Curve) })
export type Calibration = z.infer<typeof Calibration>

/** A field with too few decisions gets no curve. */
export function fitCalibration(model: string, samples: Record<string, Sample[]>): Calibration {
  const curves = Object.entries(samples).map(([field, rows]): [string, Curve | null] => [field, fitCurve(rows)])
  return {
    model,
    fields: Object.fromEntries(curves.filter((entry): entry is [string, Curve] => entry[1] !== null)),
  }
}

/** Fills `calibrated` of every field; curves of another model version count for nothing. */
export function calibrate(answer: Answer, calibration: Calibration | null | undefined): Answer {
  const curves = calibration?.model === answer.model ? calibration.fields : {}
  const fields = Object.entries(answer.fields).map(([id, field]): [string, FieldAnswer] => [
    id,
    { ...field, calibrated: applyCurve(curves[id], field.raw) },
  ])
  return { ...answer, fields: Object.fromEntries(fields) }
}

export { applyCurve, Curve, fitCurve, type Sample } from './curve.ts'
