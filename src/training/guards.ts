/** Which labelled tickets an export may have. What is left out is counted, never dropped in silence. */
import { and, desc, eq, inArray } from 'drizzle-orm'
import { formatVersion, neededLabels, type PromptFormat } from '../classifiers/index.ts'
import type { Labels, Taxonomy } from '../contract/index.ts'
import { decisions, type Tx } from '../db/index.ts'
import { TriageError } from '../errors.ts'
import { type LabelledRow, labelledRows } from '../labels/index.ts'
import { maskForExport } from '../text/index.ts'
import type { ExportInput } from './export-input.ts'
import { noteExported } from './exported.ts'
import { maskedTicket } from './formats.ts'
import { freeze, textHash, unfrozen } from './frozen.ts'

type Left = { incomplete: number; left: { duplicates: number; capped: number; frozen: number; alike: number } }
type Guarded = { row: LabelledRow; wrong?: Labels }

/** The rows in their order, noted as part of the export before the first of them is read. */
export async function* guardedRows(
  db: Tx,
  exportId: string,
  input: ExportInput,
  taxonomy: Taxonomy,
  counted: Left,
): AsyncGenerator<Guarded> {
  for await (const batch of batches(chosen(db, input, taxonomy, counted), AT_ONCE)) {
    const items = batch.map(({ row }) => row)
    await noteExported(db, exportId, items)
    const allowed = await (input.purpose === 'test' ? freeze : unfrozen)(db, exportId, items)
    for (const one of batch) {
      if (!allowed.has(one.row.id)) {
        counted.left.frozen++
        continue
      }
      refuseLeak(one.row, input.prompt)
      yield one
    }
  }
}

const AT_ONCE = 500

async function* batches<Item>(items: AsyncIterable<Item>, size: number): AsyncGenerator<Item[]> {
  let batch: Item[] = []
  for await (const item of items) {
    batch.push(item)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

async function* chosen(db: Tx, input: ExportInput, taxonomy: Taxonomy, counted: Left): AsyncGenerator<Guarded> {
  const rows = complete(db, input, taxonomy, counted)
  const seen = new Set<number>()
  const byValue = new Map<string, number>()
  const capped = taxonomy.fields.filter(({ required }) => required).map(({ id }) => id)
  const given = input.format === 'dpo' ? differing(db, rows, input.prompt, counted) : rows
  for await (const one of given) {
    const { row } = one
    const hash = Number.parseInt(textHash(row).slice(0, 13), 16)
    if (seen.has(hash)) {
      counted.left.duplicates++
      continue
    }
    seen.add(hash)
    const values = capped.flatMap((field) => (row.labels[field] ? [`${field}/${row.labels[field]}`] : []))
    if (input.cap !== undefined && values.some((value) => (byValue.get(value) ?? 0) >= input.cap!)) {
      counted.left.capped++
      continue
    }
    for (const value of values) byValue.set(value, (byValue.get(value) ?? 0) + 1)
    yield one
  }
}

async function* complete(
  db: Tx,
  { format, prompt, ...filter }: ExportInput,
  taxonomy: Taxonomy,
  counted: Left,
): AsyncGenerator<Guarded> {
  for await (const row of labelledRows(db, filter)) {
    // A row for evaluation and import may have single labels.
    if (format !== 'labelled' && neededLabels(prompt, taxonomy, row.labels).length > 0) counted.incomplete++
    else yield { row }
  }
}

/** Those where people chose other values than the model, when it was asked with this prompt. */
async function* differing(
  db: Tx,
  rows: AsyncIterable<Guarded>,
  prompt: PromptFormat,
  counted: Left,
): AsyncGenerator<Guarded> {
  for await (const batch of batches(rows, AT_ONCE)) {
    const ids = batch.map(({ row }) => row.id)
    const answered = await db
      .select({ ticketId: decisions.ticketId, answers: decisions.answers })
      .from(decisions)
      .where(and(inArray(decisions.ticketId, ids), eq(decisions.promptFormat, formatVersion(prompt))))
      .orderBy(decisions.ticketId, desc(decisions.id))
    const byTicket = new Map(answered.toReversed().map(({ ticketId, answers }) => [ticketId, answers]))
    for (const { row } of batch) {
      const said = Object.entries(byTicket.get(row.id) ?? {}).filter(([field]) => row.labels[field] !== undefined)
      const wrong = { ...row.labels, ...Object.fromEntries(said.map(([field, { value }]) => [field, value])) }
      if (said.some(([field, { value }]) => value !== row.labels[field])) yield { row, wrong }
      else counted.left.alike++
    }
  }
}

/** Personal data that the masks would find in what the file shows: the export fails, with the ticket and the place. */
function refuseLeak(row: LabelledRow, { metadata: shown }: PromptFormat): void {
  const { subject, text, metadata } = maskedTicket(row)
  const facts = shown.flatMap((name) => (metadata[name] ? [[`metadata ${name}`, metadata[name]] as const] : []))
  const places = [['subject', subject] as const, ['text', text] as const, ...facts, ...Object.entries(row.labels)]
  const leak = places.find(([, value]) => maskForExport(value) !== value)
  if (leak)
    throw new TriageError(`The ${leak[0]} of ticket ${row.id} still shows personal data`, {
      next: 'Erase the ticket, or leave this metadata out of the prompt format.',
    })
}
