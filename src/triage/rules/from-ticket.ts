/** Fields that need no model: read from the ticket's metadata, or found by the pattern of an entity. Pure. */
import { accepts, type Prepared, type Taxonomy, type TaxonomyField, valuesOf } from '../../contract/index.ts'
import { byPattern } from '../../text/index.ts'

/** `rule`: where the value comes from, for the trace. */
export type Facts = Record<string, { value: string; rule: string }>

export function factsOf(taxonomy: Pick<Taxonomy, 'fields'>, prepared: Prepared): Facts {
  const facts: Facts = {}
  for (const field of taxonomy.fields) {
    if (field.source === 'metadata' && field.metadata !== undefined) {
      const entry = prepared.metadata[field.metadata]
      const value = entry === undefined ? null : fromMetadata(field, entry)
      if (value !== null) facts[field.id] = { value, rule: `metadata ${field.metadata}` }
    } else if (field.source === 'rule' && field.kind === 'entity') {
      const value = byPattern(field, `${prepared.subject}\n${prepared.text}`, prepared.masked)
      if (value !== null) facts[field.id] = { value, rule: 'pattern' }
    }
  }
  return facts
}

const YES = /^(true|yes|y|1|on|да|ja|oui|si|sí|是)$/i
const NO = /^(false|no|n|0|off|нет|nein|non|否)$/i

/** The value that an entry of a form means: a form may hold a value's title or synonym, "yes", or "12,5". */
function fromMetadata(field: TaxonomyField, entry: string): string | null {
  const text = entry.replace(/\s+/g, ' ').trim()
  const value = meaningOf(field, text)
  return value !== null && accepts(field, value) ? value : null
}

function meaningOf(field: TaxonomyField, text: string): string | null {
  switch (field.kind) {
    case 'choice': {
      const wanted = text.toLowerCase()
      const names = (value: ReturnType<typeof valuesOf>[number]) => [value.id, value.title ?? '', ...value.synonyms]
      return valuesOf(field).find((value) => names(value).some((name) => name.toLowerCase() === wanted))?.id ?? null
    }
    case 'flag':
      return YES.test(text) ? 'true' : NO.test(text) ? 'false' : null
    case 'score':
    case 'number': {
      const [number] = text.replace(/(?<=\d)[ \u00a0](?=\d{3}\b)/g, '').match(/-?\d+([.,]\d+)?/) ?? []
      return number === undefined ? null : String(Number(number.replace(',', '.')))
    }
    case 'entity':
      return text
    default:
      return field satisfies never
  }
}
