/** The words by which a ticket can name a field of the taxonomy or one of its values. */
import { type Taxonomy, type TaxonomyField, valuesOf } from '../../contract/index.ts'
import { stem } from '../../text/index.ts'

export type Names = {
  /** Each field with its ids and titles as a pattern's alternatives, longest first. */
  fields: { field: string; values: string; synonyms: string }[]
  /** Ids and titles of all values. */
  any: string
  /** What names a value in one word, or begins to, by the stem of its first word: the rest of it, and `field/value`. */
  words: Map<string, Named[]>
}

type Named = { rest: string[]; value: string }

const known = new WeakMap<object, Names>()

export function namesOf(taxonomy: Pick<Taxonomy, 'fields'>): Names {
  let names = known.get(taxonomy.fields)
  if (!names) {
    names = read(taxonomy.fields)
    known.set(taxonomy.fields, names)
  }
  return names
}

function read(fields: TaxonomyField[]): Names {
  const asked = fields.filter((field) => field.source === 'model' && valuesOf(field).length > 0)
  const words: Names['words'] = new Map()
  const own: string[] = []
  const rows = asked.map((field) => {
    const values = valuesOf(field)
    const ids = values.flatMap(({ id, title }) => [id, id.replace(/[_-]/g, ' '), title ?? ''])
    const synonyms = values.flatMap((value) => value.synonyms)
    for (const { id, title = '', synonyms } of values)
      for (const name of [id, title, ...synonyms]) {
        const [first, ...rest] = stemsOf(name)
        if (first === undefined) continue
        words.set(first, [...(words.get(first) ?? []), { rest, value: `${field.id}/${id}` }])
      }
    own.push(...ids)
    const called = [field.id, field.title ?? '', ...(CALLED.find((names) => names.includes(field.id)) ?? [])]
    return { field: alternatives(called), values: alternatives(ids), synonyms: alternatives([...ids, ...synonyms]) }
  })
  return { fields: rows, any: alternatives(own), words }
}

export const stemsOf = (text: string): string[] => (text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).map(stem)

/** The values that a row of stems names from this place on, with how many words each takes. */
export function namedAt(names: Names, stems: string[], at: number): { value: string; words: number }[] {
  return (names.words.get(stems[at]!) ?? [])
    .filter(({ rest }) => rest.every((each, i) => stems[at + 1 + i] === each))
    .map(({ rest, value }) => ({ value, words: 1 + rest.length }))
}

/** `field/value` of every value that a text names. */
export function namedIn(names: Names, text: string): Set<string> {
  const stems = stemsOf(text)
  return new Set(stems.flatMap((_, at) => namedAt(names, stems, at).map(({ value }) => value)))
}

/** What people and machines call the fields that nearly every desk has. */
const CALLED = [
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

/** Longest first, so that "service account" is not read as "service". */
function alternatives(names: string[]): string {
  const unique = [...new Set(names.map((name) => name.trim().toLowerCase()))].filter((name) => name.length > 1)
  return unique
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+'))
    .join('|')
}
