/** Reads labelled tickets from a JSONL file, and finds labels that are not in the taxonomy. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { accepts, type LabelledTicket, type Taxonomy, valuesOf } from '../../contract/index.ts'
import { type Fault, Rejected } from '../../errors.ts'

/** Most files have scores and flags as JSON numbers and booleans. */
const Scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String)

// Exports and public data sets have more keys; others are ignored.
const Row = z
  .looseObject({
    id: z.union([z.string(), z.number()]).nullish(),
    lang: z.string().nullish(),
    subject: z.string().nullish(),
    text: z.string().nullish(),
    body: z.string().nullish(),
    metadata: z.record(z.string(), Scalar).nullish(),
    labels: z.record(z.string(), Scalar.nullable()),
  })
  .refine((row) => row.text ?? row.body ?? row.subject, {
    path: ['text'],
    error: 'is missing, and so are body and subject',
  })

const SHOWN_FAULTS = 20

/** Reads the first `limit` rows. Throws Rejected with the numbers of the first bad lines, never with their text. */
export async function readRows(path: string, limit = Number.POSITIVE_INFINITY): Promise<LabelledTicket[]> {
  const rows: LabelledTicket[] = []
  const faults: Fault[] = []
  let line = 0
  await mustBeFile(path)
  for await (const text of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })) {
    line++
    if (rows.length >= limit || faults.length >= SHOWN_FAULTS) break
    if (text.trim() === '') continue
    const row = readRow(text.replace(/^\uFEFF/, ''), line)
    if ('message' in row) faults.push(row)
    else rows.push(row)
  }
  if (faults.length > 0)
    throw new Rejected(422, `${path}: ${faults.map((fault) => `${fault.path}: ${fault.message}`).join('; ')}`, {
      next: 'Each line is one JSON object: {"id", "lang"?, "subject"?, "text" or "body", "labels": {"field": "value"}}.',
      faults,
    })
  if (rows.length === 0)
    throw new Rejected(422, `${path} has no rows`, { next: 'Use a JSONL file with labelled tickets.' })
  return rows
}

async function mustBeFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => null)
  if (found?.isFile() || found?.isFIFO()) return
  throw new Rejected(422, found ? `${path} is not a file` : `There is no file ${path}`, {
    next: 'Use a JSONL file with labelled tickets.',
  })
}

function readRow(text: string, line: number): LabelledTicket | Fault {
  const path = `line ${line}`
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { path, message: 'is not JSON' }
  }
  const parsed = Row.safeParse(json)
  if (!parsed.success)
    return { path, message: parsed.error.issues.map((i) => `${i.path.join('.')} ${i.message}`).join(', ') }
  const { id, lang, subject, text: ticketText, body, metadata, labels } = parsed.data
  const known = Object.entries(labels).filter((entry): entry is [string, string] => entry[1] !== null)
  return {
    id: String(id ?? line),
    subject: subject ?? '',
    text: ticketText ?? body ?? '',
    ...(lang ? { language: lang } : {}),
    ...(metadata ? { metadata } : {}),
    labels: Object.fromEntries(known),
  }
}

/** A label that is not in the taxonomy. `value` null: the field is not in the taxonomy, or a model is not asked for it. */
export type UnknownLabel = { field: string; value: string | null; n: number }

/** Counts the labels that are not in the taxonomy, most frequent first. */
export function unknownLabels(rows: Pick<LabelledTicket, 'labels'>[], taxonomy: Taxonomy): UnknownLabel[] {
  const fields = new Map(taxonomy.fields.filter(({ source }) => source === 'model').map((each) => [each.id, each]))
  const found = new Map<string, UnknownLabel>()
  for (const { labels } of rows)
    for (const [field, value] of Object.entries(labels)) {
      const known = fields.get(field)
      if (known && accepts(known, value)) continue
      // An entity is text of the ticket, which may not reach a report.
      const unknown = { field, value: !known ? null : known.kind === 'entity' ? '(too long)' : value, n: 1 }
      const key = JSON.stringify([field, unknown.value])
      const seen = found.get(key)
      if (seen) seen.n++
      else found.set(key, unknown)
    }
  return [...found.values()].sort((a, b) => b.n - a.n)
}

/** The allowed values of each field that has a list of values and that a model is asked for. */
export function valuesByField(taxonomy: Taxonomy): Map<string, Set<string>> {
  const asked = taxonomy.fields.filter((field) => field.source === 'model' && valuesOf(field).length > 0)
  return new Map(asked.map((field) => [field.id, new Set(valuesOf(field).map((value) => value.id))]))
}

/** A taxonomy made from the labels alone, for data from another helpdesk. */
export function taxonomyOf(rows: Pick<LabelledTicket, 'labels'>[]): Taxonomy {
  const fields = new Map<string, Set<string>>()
  for (const { labels } of rows)
    for (const [field, value] of Object.entries(labels)) fields.set(field, (fields.get(field) ?? new Set()).add(value))
  return {
    version: 0,
    fields: [...fields].map(([id, values]) => ({
      id,
      description: '',
      kind: 'choice',
      source: 'model',
      required: true,
      values: [...values].sort().map((value) => ({ id: value, description: '', synonyms: [], automatic: true })),
    })),
  }
}
