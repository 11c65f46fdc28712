import type { FieldAnswer } from '../contract/index.ts'

/** An answer as clients see it: `confidence` is what is compared with the threshold. */
export type ShownAnswer = FieldAnswer & {
  confidence: number | null
  calibration: 'calibrated' | 'not calibrated yet'
}

/** Adds to each answer its confidence, and whether that is calibrated. */
export function showAnswers(answers: Record<string, FieldAnswer>): Record<string, ShownAnswer> {
  return Object.fromEntries(
    Object.entries(answers).map(([field, answer]) => [
      field,
      {
        ...answer,
        confidence: answer.calibrated ?? answer.raw,
        calibration: answer.calibrated === null ? ('not calibrated yet' as const) : ('calibrated' as const),
      },
    ]),
  )
}
