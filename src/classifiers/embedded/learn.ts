/**
 * Learns one correction into the weights of a field. The constants for new values were measured on banking77 with classes
 * held out of training; they balance what one, three and ten corrections of a new class teach against the accuracy lost
 * elsewhere. A value that training knew is learnt carefully: people correct what is wrong, so that corrections show other
 * tickets than there are, and a hundred of them learnt as fast cost up to 7 points of accuracy and half of what is applied.
 */
import type { Field } from './field.ts'
import type { Vector } from './vector.ts'
import type { Vocabulary } from './vocabulary.ts'

/**
 * The score that a corrected ticket must reach. It is high for the first of a class, so that similar tickets are found; the
 * same score for the tenth cost 2.4 points on all other tickets.
 */
const targetScore = (corrections: number) => 0.42 + 1.9 / (corrections + 1)
/** How far a new value lowers the scores of others: less, and a new class takes their tickets more often; more, and they lose their own. */
const YIELD = 0.3
/** Initial weight of the words in the name of a new value. */
const NAME_WEIGHT = 0.35

/** How far the score of a value that training knew moves to that of its rival, at the nth correction of such values. */
const careful = (n: number) => 0.5 / (1 + n / 5)

/** What one correction teaches. `name`: the words of the value, used when no ticket had this value before. */
export type Lesson = { value: string; vector: Vector; name: Vector; vocabulary: Vocabulary }

/** Learns a value that training did not know. */
export function learnNew(field: Field, { value, vector, name, vocabulary }: Lesson): void {
  let label = field.classes.indexOf(value)
  if (label < 0) {
    label = addClass(field, value, vocabulary.size)
    reserve(field, vocabulary.size)
    pull(field, label, name, NAME_WEIGHT)
  }
  reserve(field, vocabulary.size)
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

/** Learns a value that training knew; `n` of them were learnt since. */
export function learnKnown(field: Field, label: number, { vector, vocabulary }: Lesson, n: number): void {
  reserve(field, vocabulary.size)
  const scores = scoresOf(field, vector)
  const missing = scores.reduce((a, b) => Math.max(a, b)) - scores[label]!
  const own = distinguishing(vector, vocabulary)
  const length = own.values.reduce((sum, value, k) => sum + value * vector.values[k]!, 0)
  if (length > 0) pull(field, label, own, (careful(n) * missing) / length)
  field.counts[label]!++
}

/** Without what most tickets have in common: a correction must hardly move tickets that are unlike it. */
function distinguishing({ ids, values }: Vector, { frequency, tickets }: Vocabulary): Pick<Vector, 'ids' | 'values'> {
  return { ids, values: values.map((value, k) => value * (1 - frequency[ids[k]!]! / Math.max(tickets, 1)) ** 6) }
}

/** The bias stays: it applies to every ticket, and one correction must not change all others. */
function pull(field: Field, label: number, { ids, values }: Pick<Vector, 'ids' | 'values'>, by: number): void {
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
