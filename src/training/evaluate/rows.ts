/** Labelled tickets from a JSONL file, and what their labels say that the taxonomy does not. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { accepts, type LabelledTicket, type Taxonomy, valuesOf } from '../../contract/index.ts'
import { type Fault, Rejected } from '../../errors.ts'

/** Scores and flags stand in most files as what they are. */
const Said = z.union([z.string(), z.number(), z.boolean()]).transform(String)

// Exports and public sets carry more than this; what is not named here is of no concern.
const Row = z
  .looseObject({
    id: z.union([z.string(), z.number()]).nullish(),
    lang: z.string().nullish(),
    subject: z.string().nullish(),
    text: z.string().nullish(),
    body: z.string().nullish(),
    metadata: z.record(z.string(), Said).nullish(),
    labels: z.record(z.string(), Said.nullable()),
  })
  .refine((row) => row.text ?? row.body ?? row.subject, { path: ['text'], error: 'there is no text, body or subject' })

const SHOWN_FAULTS = 20

/** Reads the first `limit` rows. Throws Rejected that names every bad line, never what is in it. */
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
  if (rows.length === 0) throw new Rejected(422, `${path} has no rows`, { next: 'Give a file with labelled tickets.' })
  return rows
}

async function mustBeFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => null)
  if (found?.isFile() || found?.isFIFO()) return
  throw new Rejected(422, found ? `${path} is a folder, not a file` : `There is no file ${path}`, {
    next: 'Give a JSONL file with labelled tickets.',
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
  const { id, lang, subject, text: body, body: other, metadata, labels } = parsed.data
  const known = Object.entries(labels).filter((entry): entry is [string, string] => entry[1] !== null)
  return {
    id: String(id ?? line),
    subject: subject ?? '',
    text: body ?? other ?? '',
    ...(lang ? { language: lang } : {}),
    ...(metadata ? { metadata } : {}),
    labels: Object.fromEntries(known),
  }
}

/** `value` null: the taxonomy has no such field, or does not ask a model for it. */
export type UnknownLabel = { field: string; value: string | null; n: number }

export function unknownLabels(rows: Pick<LabelledTicket, 'labels'>[], taxonomy: Taxonomy): UnknownLabel[] {
  const fields = new Map(taxonomy.fields.filter(({ source }) => source === 'model').map((each) => [each.id, each]))
  const found = new Map<string, UnknownLabel>()
  for (const { labels } of rows)
    for (const [field, value] of Object.entries(labels)) {
      const known = fields.get(field)
      if (known && accepts(known, value)) continue
      // an entity is the ticket's own words
      const unknown = { field, value: !known ? null : known.kind === 'entity' ? '(too long)' : value, n: 1 }
      const key = JSON.stringify([field, unknown.value])
      const seen = found.get(key)
      if (seen) seen.n++
      else found.set(key, unknown)
    }
  return [...found.values()].sort((a, b) => b.n - a.n)
}

/** The values that a model may give, by field that it is asked for and whose values can be listed. */
export function valuesByField(taxonomy: Taxonomy): Map<string, Set<string>> {
  const asked = taxonomy.fields.filter((field) => field.source === 'model' && valuesOf(field).length > 0)
  return new Map(asked.map((field) => [field.id, new Set(valuesOf(field).map((value) => value.id))]))
}

/** A taxonomy of nothing but the labels themselves, for data of another desk. */
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
