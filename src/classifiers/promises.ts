/** What the answers of the configured classifiers may promise. */
import type { Classifier, TrackRecord } from '../contract/index.ts'
import { type Promised, promise } from './calibration/index.ts'

/** What may be promised of the answers that a model gives for a field, at the precision that is asked for. */
export type PromiseOf = (model: string, field: string, asked: number) => Promised

/** Looks up the record of the classifier that gave an answer; an answer of any other model proves nothing. */
export function promisesOf({ embedded, endpoint }: Record<'embedded' | 'endpoint', Classifier | null>): PromiseOf {
  return (model, field, asked) =>
    promised((embedded?.model === model ? embedded : endpoint)?.record?.(model, field) ?? NO_RECORD, asked)
}

/** Of the answers of this classifier itself; null: it keeps no record. */
export function promiseOf({ model, record }: Classifier, field: string, asked: number): Promised | null {
  return record ? promised(record(model, field), asked) : null
}

const NO_RECORD: TrackRecord = { handled: [], calibrated: true }

/** The rule reads thousands of tickets, and a record is asked about for every ticket until it changes. */
const known = new WeakMap<TrackRecord, Map<number, Promised>>()

function promised(record: TrackRecord, asked: number): Promised {
  const byAsked = known.get(record) ?? new Map<number, Promised>()
  known.set(record, byAsked)
  const found = byAsked.get(asked) ?? promise(record, asked)
  byAsked.set(asked, found)
  return found
}
