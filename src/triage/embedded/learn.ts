/** One correction into the weights of a field: the same dual steps as training, on the corrected ticket alone. */
import type { Field } from './field.ts'
import type { Vector } from './vector.ts'

/** Softer than training: a single ticket must not bend the classes around it. */
const COST = 1

export function learnValue(field: Field, value: string, vector: Vector, features: number): void {
  let label = field.classes.indexOf(value)
  if (label < 0) label = addClass(field, value, features)
  field.counts[label]!++
  reserve(field, features)
  const slack = 1 / (2 * COST)
  let norm = 0
  for (const v of vector.values) norm += v * v
  const scores = scoresOf(field, vector)
  for (let c = 0; c < field.classes.length; c++) {
    const sign = c === label ? 1 : -1
    const pull = (1 - sign * scores[c]!) / (norm + slack)
    if (pull <= 0) continue
    // The bias stays: it speaks for every ticket, and one ticket is no reason to change what it says of the others.
    for (let k = 0; k < vector.ids.length; k++) {
      const at = vector.ids[k]! * field.stride + c
      field.weights[at] = field.weights[at]! + sign * pull * vector.values[k]!
    }
  }
}

export function scoresOf(field: Field, { ids, values }: Pick<Vector, 'ids' | 'values'>): Float64Array {
  const { stride, weights, bias } = field
  const classes = field.classes.length
  const scores = new Float64Array(classes)
  for (let c = 0; c < classes; c++) scores[c] = bias[c]!
  for (let k = 0; k < ids.length; k++) {
    const base = ids[k]! * stride
    // A feature that a correction of another field brought.
    if (base >= weights.length) continue
    const value = values[k]!
    for (let c = 0; c < classes; c++) scores[c] = scores[c]! + value * weights[base + c]!
  }
  return scores
}

/** A class without tickets says no to everything, by as much as training asks for. */
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
