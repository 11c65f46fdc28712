/** What a classifier reads, and what it answers. */
import type { Taxonomy } from './taxonomy.ts'

/** The text that a classifier reads: without markup, quotes and signatures, and with personal data masked. */
export type Prepared = {
  subject: string
  text: string
  /** ISO 639-1; `und` when the language is unknown. */
  language: { code: string; confidence: number }
  /** What was removed, for the trace: `signature`, `quote`, `log` ..., each with its number of characters. */
  dropped: { what: string; characters: number }[]
  /** Placeholder -> original. In memory only: never stored, logged or sent. */
  masked: Record<string, string>
  metadata: Record<string, string>
}

/** Who decided a field. */
export type Source = 'rule' | 'endpoint' | 'embedded' | 'memory' | 'cache' | 'human'

export type FieldAnswer = {
  value: string
  /** 0 to 1, from token probabilities or softmax; null (not 0) when the server gives none. */
  raw: number | null
  /** `raw` after calibration; null while there is no calibration for this field and model. */
  calibrated: number | null
  /** The other values, most probable first. */
  alternatives: { value: string; confidence: number }[]
  /** Share of probability on allowed values at the first branch; low: the model prefers an answer outside them. */
  legalMass?: number
  /** For an entity: the words of the ticket that the value comes from. */
  span?: string
  /** A person gave this value to a ticket with the same words; absent: the classifier decided it. */
  source?: 'memory'
  /** Why the value must not be used, however high the confidence; for example, the ticket is unlike any training ticket. */
  doubt?: string
  /** The features with the most weight for this value (embedded classifier only), for the trace. */
  because?: { feature: string; weight: number }[]
}

/** The answer of one classifier for one ticket. */
export type Answer = {
  source: 'endpoint' | 'embedded' | 'memory' | 'cache'
  /** Name and version of the model, as stored with the decision. */
  model: string
  fields: Record<string, FieldAnswer>
  /** Name of the prompt format; absent: the classifier uses no prompt. */
  promptFormat?: string
  /** The model's explanation, masked; only where the prompt format asks for one. */
  rationale?: string
  /** Fields whose answer was refused, with the reason. */
  refused?: Record<string, string>
  tokens: { prompt: number; completion: number; cached: number } | null
  ms: number
}

/** A ticket that a person handled: what a classifier that did not know the result answered, how sure, and what was right. */
export type Handled = { confidence: number; value: string; expected: string }

/** The handled tickets of one field and model, oldest first. `calibrated`: the confidences are no raw numbers of a model. */
export type TrackRecord = { handled: Handled[]; calibrated: boolean }

/** How soon an answer is needed. An urgent ticket is asked before the others, and only at the fastest endpoints. */
export type Haste = {
  /** An urgent ticket, or one whose answer a person waits for. */
  urgent?: boolean
  /** `performance.now()` of the first question about the ticket, where its deadline starts. Absent: this is the first. */
  since?: number
}

/** Answers the fields of the taxonomy with source `model`. Throws ModelError. */
export type Classifier = {
  kind: 'endpoint' | 'embedded'
  model: string
  classify(prepared: Prepared, taxonomy: Taxonomy, signal: AbortSignal, haste?: Haste): Promise<Answer>
  /** How the answers of this model for a field turned out; absent: nobody kept it. The same object until it changes. */
  record?(model: string, field: string): TrackRecord
  /** The server's token count of a text like this divided by our estimate; null: the server cannot count tokens. */
  tokenScale?(prepared: Prepared): Promise<number | null>
}
