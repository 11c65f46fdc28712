/** Which column is what: by the names that a file has, or as a person says. */
import { z } from 'zod'
import { didYouMean, fold, type Taxonomy, unknownName } from '../../contract/index.ts'
import { Rejected } from '../../errors.ts'

const Name = z.string().min(1).max(300)

/** `--map`: the house's own words for columns and values. */
export const ImportMap = z.strictObject({
  /** Ours -> the column. */
  columns: z
    .strictObject({
      id: Name.optional(),
      subject: Name.optional(),
      text: Name.optional(),
      language: Name.optional(),
      /** Labels as one JSON object, or as letter codes. */
      response: Name.optional(),
      /** Field of the taxonomy -> the column that holds its value. */
      labels: z.record(z.string(), Name).default({}),
    })
    .default({ labels: {} }),
  /** Field of the taxonomy -> the house's word -> our value. */
  values: z.record(z.string(), z.record(z.string(), z.string())).default({}),
})
export type ImportMap = z.infer<typeof ImportMap>

/** What each part of a ticket is called in the file. `ignored`: columns that are none. */
export type Columns = ImportMap['columns'] & { ignored: string[] }

const KNOWN = {
  id: ['id', 'key', 'ticket', 'ticket id', 'issue key'],
  subject: ['subject', 'title', 'summary', 'тема', 'betreff'],
  text: ['text', 'body', 'description', 'prompt', 'context', 'instruction', 'описание', 'текст', 'beschreibung'],
  language: ['language', 'lang', 'язык', 'sprache'],
  response: ['response', 'completion', 'output', 'answer', 'labels', 'messages', 'conversations'],
} as const

/** Throws Rejected when a field or column that the map names does not exist, or when text or labels are nowhere. */
export function columnsOf(names: string[], map: ImportMap, taxonomy: Taxonomy): Columns {
  refuseUnknown(names, map, taxonomy)
  const named = (words: readonly string[]) => names.find((name) => words.some((word) => fold(name) === fold(word)))
  const part = (key: keyof typeof KNOWN) => map.columns[key] ?? named(KNOWN[key])
  const labels = { ...map.columns.labels }
  const taken = new Set(Object.values(labels))
  for (const { id, title } of taxonomy.fields) {
    const column = named(title ? [id, title] : [id])
    if (column !== undefined && labels[id] === undefined && !taken.has(column)) labels[id] = column
  }
  const parts = { id: part('id'), subject: part('subject'), text: part('text'), language: part('language') }
  const response = part('response')
  const used = new Set([...Object.values(parts), response, ...Object.values(labels)])
  const isChat = response !== undefined && ['messages', 'conversations'].includes(fold(response))
  const missing = [
    ...(parts.text === undefined && parts.subject === undefined && !isChat ? ['the text of the ticket'] : []),
    ...(response === undefined && Object.keys(labels).length === 0 ? ['labels'] : []),
  ]
  if (missing.length > 0)
    throw new Rejected(422, `No column holds ${missing.join(' or ')}; there are: ${names.join(', ').slice(0, 500)}`, {
      next: 'Name the columns with --map: {"columns": {"text": "Details", "labels": {"service": "Product"}}}.',
    })
  return {
    ...parts,
    ...(response !== undefined && { response }),
    labels,
    ignored: names.filter((name) => !used.has(name)),
  }
}

function refuseUnknown(names: string[], { columns, values }: ImportMap, taxonomy: Taxonomy): void {
  const { labels, ...parts } = columns
  const wanted = [...Object.values(parts), ...Object.values(labels)].filter((name) => name !== undefined)
  const faults = [
    ...wanted
      .filter((name) => !names.includes(name))
      .map((name) => `there is no column ${name}${didYouMean(name, names)}`),
    ...[...Object.keys(labels), ...Object.keys(values)].flatMap((field) => unknownName(taxonomy, field) ?? []),
    ...Object.entries(values).flatMap(([field, words]) =>
      Object.values(words).flatMap((value) => unknownName(taxonomy, field, value) ?? []),
    ),
  ]
  if (faults.length > 0)
    throw new Rejected(422, `The map is wrong: ${faults.join('; ')}`, { next: 'Correct the file of --map.' })
}
