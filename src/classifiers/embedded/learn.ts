/**
 * Learns one correction into the weights of a field. The constants were measured on banking77 with classes held out of
 * training; they balance what one, three and ten corrections of a new class teach against the accuracy lost elsewhere.
 */
import type { Field } from './field.ts'
import type { Vector } from './vector.ts'

/**
 * The score that a corrected ticket must reach. It is high for the first of a class, so that similar tickets are found; the
 * same score for the tenth cost 2.4 points on all other tickets.
 */
const targetScore = (corrections: number) => 0.42 + 1.9 / (corrections + 1)
/** How far the scores of other values are lowered: less, and a new class takes their tickets more often; more, and they lose their own. */
const YIELD = 0.3
/** Initial weight of the words in the name of a new value. */
const NAME_WEIGHT = 0.35

/** `name`: the words of the value, used when no ticket had this value before. */
export function learnValue(field: Field, value: string, vector: Vector, name: Vector, features: number): void {
  let label = field.classes.indexOf(value)
  if (label < 0) {
    label = addClass(field, value, features)
    reserve(field, features)
    pull(field, label, name, NAME_WEIGHT)
  }
  reserve(field, features)
  const scores = scoresOf(field, vector)
  let rival = -Infinity
  for (let c = 0; c < scores.length; c++) if (c !== label && scores[c]! > rival) rival = scores[c]!
  let length = 0
  for (const v of vector.values) length += v * v
  const missing = Math.max(targetScore(field.counts[label]!), rival) - scores[label]!
  if (missing > 0 && length > 0) pull(field, label, vector, missing / length)
  for (let c = 0; c < scores.length; c++)
    if (c !== label && scores[c]! > -1) pull(field, c, vector, -YIELD * (1 + scores[c]!))
  field.counts[label]!++
}

/** The bias stays: it applies to every ticket, and one correction must not change all others. */
function pull(field: Field, label: number, { ids, values }: Vector, by: number): void {
  for (let k = 0; k < ids.length; k++) {
    const at = ids[k]! * field.stride + label
    field.weights[at] = field.weights[at]! + by * values[k]!
  }
}

export function scoresOf(field: Field, { ids, values }: Pick<Vector, 'ids' | 'values'>): Float64Array {
  const { stride, weights, bias } = field
  const classes = field.classes.length
  const scores = new Float64Array(classes)
  for (let c = 0; c < classes; c++) scores[c] = bias[c]!
  for (let k = 0; k < ids.length; k++) {
    const base = ids[k]! * stride
    // a feature that a correction of another field added
    if (base >= weights.length) continue
    const value = values[k]!
    for (let c = 0; c < classes; c++) scores[c] = scores[c]! + value * weights[base + c]!
  }
  return scores
}

/** A class without tickets rejects every ticket: its bias is the score that training aims at for other classes. */
function addClass(field: Field, value: string, features: number): number {
  const label = field.classes.length
  if (label === field.stride) {
    const stride = label + Math.max(4, label >> 3)
    const weights = new Float32Array(features * stride)
    const rows = Math.min(features, Math.floor(field.weights.length / field.stride))
    for (let f = 0; f < rows; f++)
      weights.set(field.weights.subarray(f * field.stride, f * field.stride + label), f * stride)
    const bias = new Float32Array(stride)
    bias.set(field.bias)
    field.weights = weights
    field.bias = bias
    field.stride = stride
  }
  field.classes.push(value)
  field.counts.push(0)
  field.bias[label] = -1
  return label
}

function reserve(field: Field, features: number): void {
  if (field.weights.length >= features * field.stride) return
  const weights = new Float32Array(Math.ceil(features * 1.05) * field.stride)
  weights.set(field.weights)
  field.weights = weights
}
