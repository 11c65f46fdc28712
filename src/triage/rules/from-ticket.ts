/** Fields that no model is asked for: read from the ticket's metadata, or found by an entity's pattern. Pure. */
import { accepts, type Prepared, type Taxonomy, type TaxonomyField, valuesOf } from '../../contract/index.ts'
import { byPattern } from '../../text/index.ts'

/** `rule` says where the value comes from, for the trace. */
export type Facts = Record<string, { value: string; rule: string }>

export function factsOf(taxonomy: Pick<Taxonomy, 'fields'>, prepared: Prepared): Facts {
  const facts: Facts = {}
  for (const field of taxonomy.fields) {
    const told = field.metadata === undefined ? undefined : prepared.metadata[field.metadata]
    const value =
      field.source === 'metadata'
        ? told === undefined
          ? null
          : fromMetadata(field, told)
        : field.source === 'rule' && field.kind === 'entity'
          ? byPattern(field, `${prepared.subject}\n${prepared.text}`)
          : null
    if (value !== null)
      facts[field.id] = { value, rule: field.source === 'metadata' ? `metadata ${field.metadata}` : 'pattern' }
  }
  return facts
}

const YES = /^(true|yes|y|1|on|да|ja|oui|si|sí|是)$/i
const NO = /^(false|no|n|0|off|нет|nein|non|否)$/i

/** A form says it in its own words: a value's title or synonym, "yes", "12,5". */
function fromMetadata(field: TaxonomyField, told: string): string | null {
  const text = told.replace(/\s+/g, ' ').trim()
  const value = spelled(field, text)
  return value !== null && accepts(field, value) ? value : null
}

function spelled(field: TaxonomyField, text: string): string | null {
  switch (field.kind) {
    case 'choice': {
      const said = text.toLowerCase()
      const names = (value: ReturnType<typeof valuesOf>[number]) => [value.id, value.title ?? '', ...value.synonyms]
      return valuesOf(field).find((value) => names(value).some((name) => name.toLowerCase() === said))?.id ?? null
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
