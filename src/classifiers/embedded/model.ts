/** A trained model: classifies, explains its answers, and learns from corrections. */
import type { FieldAnswer, LabelledTicket, TrackRecord } from '../../contract/index.ts'
import { calibrate, familiarity, recalibrate, unfamiliarity } from './confidence.ts'
import { explain } from './explain.ts'
import { type Extractor, type Input, openExtractor } from './features.ts'
import { best, ENOUGH_HANDLED, type Field } from './field.ts'
import { type Answered, keepHandled, recordOf, UNKNOWN_VALUE } from './handled.ts'
import { learnKnown, learnNew, scoresOf } from './learn.ts'
import { type Memory, NEAR_DUPLICATE, openMemory, recall, remember } from './memory.ts'
import { mix } from './mixture.ts'
import { wordsOfName } from './prototype.ts'
import { openVectoriser, type Vector } from './vector.ts'
import type { Vocabulary } from './vocabulary.ts'

export type EmbeddedAnswer = Omit<FieldAnswer, 'source'> & {
  /** 0 to 1: share of the training tickets that are more familiar to the model than this one. */
  outOfScope: number
  /** Too uncertain or too unfamiliar to be used without a person. */
  abstain: boolean
  source: 'embedded' | 'memory'
}

export type ClassifyOptions = {
  /** Allowed values by field; a field that is not listed gets no answer. Without it, all values are allowed. */
  allowed?: Record<string, string[]>
  /** Below this calibrated confidence the model abstains. */
  floor?: number
  /** Above this `outOfScope` the model abstains, even when it is sure. */
  unfamiliarAbove?: number
  /** False where nobody reads the explanation: it takes longer than the answer. */
  explain?: boolean
}

export type Summary = {
  created: string
  tickets: number
  corrections: number
  features: number
  fields: { id: string; values: { value: string; tickets: number }[] }[]
}

/** The parts of a model, all of them stored. */
export type Parts = {
  vocabulary: Vocabulary
  fields: Field[]
  memory: Memory['kept']
  created: string
  tickets: number
}

const FLOOR = 0.5
const UNFAMILIAR = 0.97
/** With this familiarity a ticket is in scope, even where nearly all training tickets score higher because of templates. */
const FAMILIAR = 0.3
const ALTERNATIVES = 4

export class EmbeddedModel {
  readonly parts: Parts
  private readonly extractor: Extractor = openExtractor()
  private readonly vectorise
  private readonly memory: Memory
  /** By field: how many values training knew, and how many corrections of these were learnt since. */
  private readonly since: Map<string, { known: number; learnt: number }>

  constructor(parts: Parts) {
    this.memory = openMemory(parts.memory)
    this.parts = { ...parts, memory: this.memory.kept }
    this.since = new Map(parts.fields.map(({ id, classes }) => [id, { known: classes.length, learnt: 0 }]))
    this.vectorise = openVectoriser(parts.vocabulary, this.extractor)
  }

  /** An answer for each field of the model that has an allowed value. */
  classify(input: Input, options: ClassifyOptions = {}): Record<string, EmbeddedAnswer> {
    const vector = this.vectorise(input, 'predict')
    const recalled = recall(this.memory, vector.ids, vector.values)
    const answers: Record<string, EmbeddedAnswer> = {}
    for (const field of this.parts.fields) {
      const allowed = options.allowed ? new Set(options.allowed[field.id]) : null
      const answer = this.answer(field, input, vector, allowed, options)
      if (!answer) continue
      const similar = recalled.get(field.id)
      answers[field.id] =
        similar && similar.similarity >= NEAR_DUPLICATE && (!allowed || allowed.has(similar.value))
          ? fromMemory(answer, similar)
          : answer
    }
    return answers
  }

  /** Learns one correction at once: into the weights and into the memory. */
  learn(ticket: LabelledTicket): void {
    const { vocabulary } = this.parts
    const taught = this.parts.fields.flatMap((field) => {
      const value = ticket.labels[field.id]
      if (value === undefined) return []
      const since = this.since.get(field.id)!
      const label = field.classes.indexOf(value)
      return [{ field, value, label, since, isNew: label < 0 || label >= since.known }]
    })
    const vector = this.vectorise(ticket, taught.some(({ isNew }) => isNew) ? 'learning' : 'correcting')
    for (const { field, value, label, since, isNew } of taught) {
      const name = this.vectorise({ subject: '', text: wordsOfName(value) }, 'learning')
      const lesson = { value, vector, name, vocabulary }
      if (isNew) learnNew(field, lesson)
      else learnKnown(field, label, lesson, since.learnt++)
    }
    remember(this.memory, { ids: vector.ids, values: vector.values, labels: { ...ticket.labels } })
    this.parts.memory = this.memory.kept
  }

  /** Remembers a correction that training has already learnt, for its near duplicates only. */
  remember(ticket: LabelledTicket): void {
    const { ids, values } = this.vectorise(ticket, 'predict')
    remember(this.memory, { ids, values, labels: { ...ticket.labels } })
    this.parts.memory = this.memory.kept
  }

  /** Fits the confidence to tickets that agents handled; fields with too few of them stay as they are. */
  recalibrate(handled: LabelledTicket[]): void {
    for (const field of this.parts.fields) {
      const judged: Answered[] = []
      for (const ticket of handled) {
        const value = ticket.labels[field.id]
        if (value === undefined) continue
        const vector = this.vectorise(ticket, 'predict')
        const { p, scores } = this.score(field, vector)
        const top = best(p)
        judged.push({
          probability: p[top]!,
          score: scores[top]!,
          unknown: vector.unknown,
          right: field.classes[top] === value,
          chosen: top,
          label: field.classes.includes(value) ? field.classes.indexOf(value) : UNKNOWN_VALUE,
        })
      }
      if (judged.length < ENOUGH_HANDLED) continue
      field.confidence = recalibrate(field.confidence, judged)
      field.handled = keepHandled(field.confidence, judged)
    }
  }

  /** How held-out tickets that people handled turned out. */
  record(field: string): TrackRecord {
    const found = this.parts.fields.find(({ id }) => id === field)
    return found ? recordOf(found.handled, found.classes) : { handled: [], calibrated: true }
  }

  summary(): Summary {
    const { created, tickets, vocabulary, fields } = this.parts
    return {
      created,
      tickets,
      corrections: this.memory.kept.length,
      features: vocabulary.size,
      fields: fields.map(({ id, classes, counts }) => ({
        id,
        values: classes.map((value, c) => ({ value, tickets: counts[c]! })),
      })),
    }
  }

  private answer(
    field: Field,
    input: Input,
    vector: Vector,
    allowed: Set<string> | null,
    options: ClassifyOptions,
  ): EmbeddedAnswer | null {
    const { p, scores } = this.score(field, vector)
    const ranked: number[] = []
    for (let c = 0; c < p.length; c++) if (!allowed || allowed.has(field.classes[c]!)) insert(ranked, c, p)
    const top = ranked[0]
    if (top === undefined) return null
    const signals = { probability: p[top]!, score: scores[top]!, unknown: vector.unknown }
    const calibrated = calibrate(field.confidence, signals)
    const outOfScope = unfamiliarity(field.confidence, signals)
    const rest = Math.max(1 - p[top]!, 1e-9)
    return {
      value: field.classes[top]!,
      raw: p[top]!,
      calibrated,
      alternatives: ranked.slice(1).map((c) => ({
        value: field.classes[c]!,
        confidence: Math.min(calibrated, ((1 - calibrated) * p[c]!) / rest),
      })),
      because:
        options.explain === false
          ? undefined
          : explain(field, top, input, { vector, vocabulary: this.parts.vocabulary, extractor: this.extractor }),
      outOfScope,
      abstain:
        calibrated < (options.floor ?? FLOOR) ||
        (outOfScope > (options.unfamiliarAbove ?? UNFAMILIAR) && familiarity(signals) < FAMILIAR),
      source: 'embedded',
    }
  }

  private score(field: Field, vector: Vector): { p: Float64Array; scores: Float64Array } {
    const scores = scoresOf(field, vector)
    const p = new Float64Array(scores.length)
    mix([field.sharpness], [scores], 0, p)
    return { p, scores }
  }
}

export const openModel = (parts: Parts) => new EmbeddedModel(parts)

/** Keeps the most probable classes, the best first. */
function insert(ranked: number[], c: number, p: Float64Array): void {
  if (ranked.length > ALTERNATIVES && p[c]! <= p[ranked[ALTERNATIVES]!]!) return
  let at = ranked.length
  while (at > 0 && p[ranked[at - 1]!]! < p[c]!) at--
  ranked.splice(at, 0, c)
  if (ranked.length > ALTERNATIVES + 1) ranked.pop()
}

function fromMemory(
  answer: EmbeddedAnswer,
  { value, similarity }: { value: string; similarity: number },
): EmbeddedAnswer {
  // a person gave this value to a ticket with nearly the same words; the remaining doubt is that the few other words matter
  const others = [{ value: answer.value, confidence: answer.calibrated ?? 0 }, ...answer.alternatives]
  const left = 1 - similarity
  return {
    ...answer,
    value,
    raw: Math.min(1, similarity),
    // where the model says the same, it may be surer
    calibrated: Math.max(Math.min(0.99, similarity), value === answer.value ? (answer.calibrated ?? 0) : 0),
    alternatives: others
      .filter((other) => other.value !== value)
      .map((other) => ({ ...other, confidence: other.confidence * left })),
    outOfScope: 0,
    abstain: false,
    source: 'memory',
  }
}
