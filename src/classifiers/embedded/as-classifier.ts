import {
  type Answer,
  type Classifier,
  type Prepared,
  type Taxonomy,
  type TrackRecord,
  valuesOf,
} from '../../contract/index.ts'
import type { EmbeddedModel } from './model.ts'

/** A trained model as a classifier, under the name that its decisions store. */
export function asClassifier(model: string, embedded: EmbeddedModel): Classifier {
  const records = new Map<string, TrackRecord>()
  return {
    kind: 'embedded',
    model,
    record(_, field) {
      const known = records.get(field) ?? embedded.record(field)
      records.set(field, known)
      return known
    },
    async classify(prepared: Prepared, taxonomy: Taxonomy): Promise<Answer> {
      const started = performance.now()
      const asked = taxonomy.fields.filter((field) => field.source === 'model' && valuesOf(field).length > 0)
      const allowed = Object.fromEntries(asked.map((field) => [field.id, valuesOf(field).map((value) => value.id)]))
      const input = {
        subject: prepared.subject,
        text: prepared.text,
        metadata: prepared.metadata,
        language: prepared.language.code,
      }
      const answers = Object.entries(embedded.classify(input, { allowed, explain: true }))
      const fields = answers.map(([id, { outOfScope, abstain: _abstain, source, ...answer }]) => [
        id,
        {
          ...answer,
          ...(source === 'memory' ? { source } : {}),
          ...(outOfScope > UNFAMILIAR ? { doubt: 'unlike any ticket the model was trained on' } : {}),
        },
      ])
      return {
        source: 'embedded',
        model,
        fields: Object.fromEntries(fields),
        tokens: null,
        ms: performance.now() - started,
      }
    },
  }
}

/** Doubt starts when a larger share of the training tickets than this is more familiar to the model than this ticket. */
export const UNFAMILIAR = 0.985
