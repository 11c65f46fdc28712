/** The words that name a field of the taxonomy or one of its values in a ticket. */
import { type Taxonomy, type TaxonomyField, valuesOf } from '../../contract/index.ts'
import { stem } from '../../text/index.ts'

export type Names = {
  /** For each field: its names, its values and their synonyms, each as the alternatives of a pattern, longest first. */
  fields: { field: string; values: string; synonyms: string }[]
  /** The ids and titles of all values, as the alternatives of a pattern. */
  anyValue: string
  /** Names of values by the stem of their first word. */
  byFirstStem: Map<string, Named[]>
}

/** `rest`: the stems after the first. `value`: `field/value`. */
type Named = { rest: string[]; value: string }

const cache = new WeakMap<object, Names>()

/** Reads the names from a taxonomy. */
export function namesOf(taxonomy: Pick<Taxonomy, 'fields'>): Names {
  let names = cache.get(taxonomy.fields)
  if (!names) {
    names = readNames(taxonomy.fields)
    cache.set(taxonomy.fields, names)
  }
  return names
}

function readNames(fields: TaxonomyField[]): Names {
  const asked = fields.filter((field) => field.source === 'model' && valuesOf(field).length > 0)
  const byFirstStem: Names['byFirstStem'] = new Map()
  const idsAndTitles: string[] = []
  const rows = asked.map((field) => {
    const values = valuesOf(field)
    const ids = values.flatMap(({ id, title }) => [id, id.replace(/[_-]/g, ' '), title ?? ''])
    const synonyms = values.flatMap((value) => value.synonyms)
    for (const { id, title = '', synonyms } of values)
      for (const name of [id, title, ...synonyms]) {
        const [first, ...rest] = stemsOf(name)
        if (first === undefined) continue
        byFirstStem.set(first, [...(byFirstStem.get(first) ?? []), { rest, value: `${field.id}/${id}` }])
      }
    idsAndTitles.push(...ids)
    const fieldNames = [field.id, field.title ?? '', ...(FIELD_NAMES.find((names) => names.includes(field.id)) ?? [])]
    return { field: alternatives(fieldNames), values: alternatives(ids), synonyms: alternatives([...ids, ...synonyms]) }
  })
  return { fields: rows, anyValue: alternatives(idsAndTitles), byFirstStem }
}

const stemsOf = (text: string): string[] => (text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).map(stem)

/** The values whose name starts at this place in a row of stems, with the number of words in the name. */
export function namedAt(names: Names, stems: string[], at: number): { value: string; words: number }[] {
  return (names.byFirstStem.get(stems[at]!) ?? [])
    .filter(({ rest }) => rest.every((each, i) => stems[at + 1 + i] === each))
    .map(({ rest, value }) => ({ value, words: 1 + rest.length }))
}

/** `field/value` of every value that a text names. */
export function namedIn(names: Names, text: string): Set<string> {
  const stems = stemsOf(text)
  return new Set(stems.flatMap((_, at) => namedAt(names, stems, at).map(({ value }) => value)))
}

/** Names, in several languages, of the fields that nearly every desk has. */
const FIELD_NAMES = [
  [
    'priority',
    'urgency',
    'severity',
    'приоритет',
    'срочность',
    'важность',
    'priorität',
    'dringlichkeit',
    '优先级',
    '優先級',
    '优先度',
    '紧急程度',
    'ustuvorlik',
    'ustuvorligi',
    'muhimlik',
    'priorité',
    'prioridad',
    'prioridade',
    'priorità',
    'öncelik',
    'пріоритет',
    'priorytet',
    '優先度',
    '우선순위',
  ],
  [
    'service',
    'product',
    'услуга',
    'сервис',
    'продукт',
    'dienst',
    'produkt',
    '服务',
    '服務',
    '产品',
    'xizmat',
    'xizmati',
    'servicio',
    'serviço',
    'servizio',
    'hizmet',
    'послуга',
    'usługa',
    'サービス',
    '서비스',
  ],
  [
    'category',
    'type',
    'kind',
    'категория',
    'тип',
    'kategorie',
    'art',
    '类别',
    '類別',
    '分类',
    'toifa',
    'kategoriya',
    'turkum',
    'catégorie',
    'categoría',
    'categoria',
    'kategori',
    'категорія',
    'kategoria',
    'カテゴリ',
    '카테고리',
  ],
  ['sentiment', 'mood', 'тональность', 'настроение', 'stimmung', '情绪'],
]

/** The names as alternatives of a pattern; longest first, so that "service account" is not read as "service". */
function alternatives(names: string[]): string {
  const unique = [...new Set(names.map((name) => name.trim().toLowerCase()))].filter((name) => name.length > 1)
  return unique
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+'))
    .join('|')
}
