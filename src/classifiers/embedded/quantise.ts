/** A byte for each weight, with one scale for each feature. Used in memory as well, so a stored model gives the same answers. */
import type { Field } from './field.ts'

export function quantise(field: Field, features: number): Field {
  const { scales, bytes } = packWeights(field, features)
  const weights = unpackWeights(scales, bytes, features, field.classes.length)
  return { ...field, weights, stride: field.classes.length }
}

export function packWeights(field: Field, features: number): { scales: Float32Array; bytes: Int8Array } {
  const classes = field.classes.length
  const scales = new Float32Array(features)
  const bytes = new Int8Array(features * classes)
  for (let f = 0; f < features; f++) {
    const base = f * field.stride
    if (base >= field.weights.length) break
    let largest = 0
    for (let c = 0; c < classes; c++) largest = Math.max(largest, Math.abs(field.weights[base + c]!))
    if (largest === 0) continue
    const scale = Math.fround(largest / 127)
    scales[f] = scale
    for (let c = 0; c < classes; c++) bytes[f * classes + c] = Math.round(field.weights[base + c]! / scale)
  }
  return { scales, bytes }
}

export function unpackWeights(scales: Float32Array, bytes: Int8Array, features: number, classes: number): Float32Array {
  const weights = new Float32Array(features * classes)
  for (let f = 0, at = 0; f < features; f++) {
    const scale = scales[f]!
    for (let c = 0; c < classes; c++, at++) weights[at] = bytes[at]! * scale
  }
  return weights
}
