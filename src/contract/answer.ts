/** What a classifier reads and what it says. */
import type { Taxonomy } from './taxonomy.ts'

/** Text that a classifier reads: markup, quotes and signatures off, personal data masked. */
export type Prepared = {
  subject: string
  text: string
  /** ISO 639-1, `und` when it cannot be told. */
  language: { code: string; confidence: number }
  /** What was cut, for the trace: `signature`, `quote`, `log` ..., with how many characters. */
  dropped: { what: string; characters: number }[]
  /** Placeholder -> original. Lives in memory only: never stored, logged or sent. */
  masked: Record<string, string>
  metadata: Record<string, string>
}

/** Who decided a field. */
export type Source = 'rule' | 'endpoint' | 'embedded' | 'memory' | 'cache' | 'human'

export type FieldAnswer = {
  value: string
  /** 0 to 1 from token probabilities or softmax; null when the server gives none: unknown is not 0. */
  raw: number | null
  /** `raw` after calibration; null as long as there is no calibration for this field and model. */
  calibrated: number | null
  /** Ranked, without the value itself. */
  alternatives: { value: string; confidence: number }[]
  /** Share of probability on legal values at the first branch; low: the model wanted to say something else. */
  legalMass?: number
  /** Entity: the words of the ticket that the value comes from. */
  span?: string
  /** A person gave this value to a ticket with the same words; absent: the classifier's own. */
  source?: 'memory'
  /** Why the classifier itself would not use it, however high the confidence: the ticket is like none it knows. */
  doubt?: string
  /** What pulled most towards the value (embedded), for the trace. */
  because?: { feature: string; weight: number }[]
}

/** What one classifier says of one ticket. */
export type Answer = {
  source: 'endpoint' | 'embedded' | 'memory' | 'cache'
  /** Name and version of the model, as it is kept with the decision. */
  model: string
  fields: Record<string, FieldAnswer>
  /** Name of the prompt format that it was asked with; absent: it needs no prompt. */
  promptFormat?: string
  /** Why, in its own words and masked; where its prompt format asks for that. */
  rationale?: string
  /** Fields that it answered in a way we do not take, with the reason. */
  refused?: Record<string, string>
  tokens: { prompt: number; completion: number; cached: number } | null
  ms: number
}

/** An urgent ticket, or one that a person waits for, goes before the others and only to the fastest endpoints. */
export type Haste = {
  urgent?: boolean
  /** `performance.now()` when the ticket was first asked about: its one deadline runs from then. Absent: from this question. */
  since?: number
}

/** Asks for the model fields of the taxonomy. Throws ModelError. */
export type Classifier = {
  kind: 'endpoint' | 'embedded'
  model: string
  classify(prepared: Prepared, taxonomy: Taxonomy, signal: AbortSignal, haste?: Haste): Promise<Answer>
  /** The confidence from which on the values of a field kept this precision on tickets held out; null: none does. */
  sureFrom?(field: string, precision: number): number | null
  /** How many times our estimate of tokens its server counts in a text like this; null: the server cannot be asked. */
  tokenScale?(prepared: Prepared): Promise<number | null>
}
