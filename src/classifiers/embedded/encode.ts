/** A model as bytes: a mark, a version, a JSON head, then arrays. Little-endian, like every supported machine. */
import type { Field } from './field.ts'
import { type HandledTickets, NONE_HANDLED } from './handled.ts'
import { type EmbeddedModel, openModel } from './model.ts'
import { packWeights, unpackWeights } from './quantise.ts'
import { openVocabulary } from './vocabulary.ts'

const MARK = 'PMEM'
const VERSION = 1

type Head = {
  created: string
  tickets: number
  features: number
  fields: (Pick<Field, 'id' | 'classes' | 'counts' | 'sharpness'> & { coefficients: number[] })[]
  memory: Record<string, string>[]
  /** Absent in models of releases that did not keep the handled tickets, which come last. */
  handled?: boolean
}

/** The model with its corrections as bytes. Weights that corrections changed are rounded to a byte again. */
export function encode(model: EmbeddedModel): Uint8Array {
  const { vocabulary, fields, memory, created, tickets } = model.parts
  const features = vocabulary.size
  const head: Head = {
    created,
    tickets,
    features,
    fields: fields.map(({ id, classes, counts, sharpness, confidence }) => ({
      id,
      classes,
      counts,
      sharpness,
      coefficients: confidence.coefficients,
    })),
    memory: memory.map(({ labels }) => labels),
    handled: true,
  }
  const arrays: ArrayBufferView[] = [
    vocabulary.hashes.subarray(0, features),
    vocabulary.blocks.subarray(0, features),
    vocabulary.frequency.subarray(0, features),
  ]
  for (const field of fields) {
    const { scales, bytes } = packWeights(field, features)
    arrays.push(
      field.bias.subarray(0, field.classes.length),
      scales,
      bytes,
      field.confidence.familiarities,
      curveOf(field.handled),
    )
  }
  for (const { ids, values } of memory) arrays.push(ids, values)
  for (const { handled } of fields) arrays.push(handled.confidence, handled.chosen, handled.label)
  return write(JSON.stringify(head), arrays)
}

/** The model from its bytes; throws ModelFormatError when they are not a model of this version. */
export function decode(bytes: Uint8Array): EmbeddedModel {
  const mark = String.fromCharCode(...bytes.subarray(0, 4))
  if (mark !== MARK) throw new ModelFormatError('The data is not an embedded model')
  if (bytes[4] !== VERSION)
    throw new ModelFormatError(
      `The embedded model has format ${bytes[4]}, but this version of Pointsman reads format ${VERSION}`,
    )
  const { head: json, next } = read(bytes)
  const head = JSON.parse(json) as Head
  const vocabulary = openVocabulary({
    hashes: next(Int32Array),
    blocks: next(Uint8Array),
    frequency: next(Int32Array),
    tickets: head.tickets,
  })
  const fields = head.fields.map(({ coefficients, ...field }): Field => {
    const bias = next(Float32Array)
    const weights = unpackWeights(next(Float32Array), next(Int8Array), head.features, field.classes.length)
    const confidence = { coefficients, familiarities: next(Float32Array) }
    next(Uint16Array)
    return { ...field, bias, weights, stride: field.classes.length, confidence, handled: NONE_HANDLED }
  })
  const memory = head.memory.map((labels) => ({ ids: next(Int32Array), values: next(Float32Array), labels }))
  if (head.handled)
    for (const field of fields)
      field.handled = { confidence: next(Float32Array), chosen: next(Uint16Array), label: next(Uint16Array) }
  return openModel({ vocabulary, fields, memory, created: head.created, tickets: head.tickets })
}

/** What the release before reads: confidence (15 bits) and outcome (lowest bit), ascending. */
function curveOf({ confidence, chosen, label }: HandledTickets): Uint16Array {
  return Uint16Array.from(confidence, (p, k) => (Math.floor(p * 32767) << 1) | (chosen[k] === label[k] ? 1 : 0)).sort()
}

/** The stored bytes are not a model that this version reads. */
export class ModelFormatError extends Error {
  override name = 'ModelFormatError'
  next = 'Train the embedded classifier again with this version.'
}

/** Each array is preceded by its length in bytes and starts at a multiple of eight. */
function write(head: string, arrays: ArrayBufferView[]): Uint8Array {
  const parts = [
    new TextEncoder().encode(head),
    ...arrays.map((a) => new Uint8Array(a.buffer, a.byteOffset, a.byteLength)),
  ]
  const size = parts.reduce((sum, part) => sum + 8 + align(part.byteLength), 8)
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  bytes.set([...MARK].map((c) => c.charCodeAt(0)))
  bytes[4] = VERSION
  let at = 8
  for (const part of parts) {
    view.setUint32(at, part.byteLength, true)
    bytes.set(part, at + 8)
    at += 8 + align(part.byteLength)
  }
  return bytes
}

type TypedArray<A> = { new (buffer: ArrayBuffer): A }

function read(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 8
  const part = (): Uint8Array<ArrayBuffer> => {
    if (at + 8 > bytes.length) throw new ModelFormatError('The data of the embedded model is incomplete')
    const length = view.getUint32(at, true)
    const from = at + 8
    if (from + length > bytes.length) throw new ModelFormatError('The data of the embedded model is incomplete')
    at = from + align(length)
    return bytes.slice(from, from + length)
  }
  const head = new TextDecoder().decode(part())
  return { head, next: <A>(kind: TypedArray<A>): A => new kind(part().buffer) }
}

const align = (length: number) => (length + 7) & ~7
