/**
 * What became of the answers for tickets that people handled, each given by a model that was not trained on that ticket.
 * Kept with the model, because the promise of its answers is made from it.
 */
import type { TrackRecord } from '../../contract/index.ts'
import { type Confidence, calibrate, type Judged } from './confidence.ts'

/** A held-out ticket with the numbers of the chosen value and of the right one. */
export type Answered = Judged & { chosen: number; label: number }

/** Side by side, oldest first. */
export type HandledTickets = { confidence: Float32Array; chosen: Uint16Array; label: Uint16Array }

/** The number of a value that the model does not have. */
export const UNKNOWN_VALUE = 0xffff

export const NONE_HANDLED: HandledTickets = {
  confidence: new Float32Array(),
  chosen: new Uint16Array(),
  label: new Uint16Array(),
}

export function keepHandled(confidence: Confidence, answered: Answered[]): HandledTickets {
  return {
    confidence: Float32Array.from(answered, (ticket) => calibrate(confidence, ticket)),
    chosen: Uint16Array.from(answered, ({ chosen }) => chosen),
    label: Uint16Array.from(answered, ({ label }) => label),
  }
}

export function recordOf({ confidence, chosen, label }: HandledTickets, classes: string[]): TrackRecord {
  const handled = Array.from(confidence, (each, k) => ({
    confidence: each,
    value: classes[chosen[k]!]!,
    expected: classes[label[k]!] ?? '',
  }))
  return { handled, calibrated: true }
}
