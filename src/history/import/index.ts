/** Imports labelled tickets from a file: the whole of it is checked before anything is stored, and all of it is stored at once. */
import { nearestValue, type Taxonomy, unknownName } from '../../contract/index.ts'
import { type Database, recordAudit } from '../../db/index.ts'
import { Rejected } from '../../errors.ts'
import { addExamples } from '../../labels/index.ts'
import { currentTaxonomy } from '../../taxonomy/index.ts'
import { type Columns, columnsOf, type ImportMap } from './columns.ts'
import { encodingOf } from './decode.ts'
import { type FileKind, readRecords } from './records.ts'
import { openRejects } from './rejects.ts'
import { ticketOf } from './ticket.ts'

export { ImportMap } from './columns.ts'

export type ImportOptions = {
  kind: FileKind
  encoding?: string | undefined
  map: ImportMap
  /** Only check the file. */
  dryRun: boolean
  /** Import the good rows although others are rejected. */
  skipRejected: boolean
  onProgress?: (step: 'rows to check' | 'rows to store', done: number, all: number) => void
}

type Outsider = { field: string; value: string; n: number; alias: string | null }

/** What became of a file. `rejected`: the first ones; all of them are in `rejectedFile`. */
export type Imported = {
  rows: number
  good: number
  added: number
  /** Known from an earlier import, now with other labels. */
  changed: number
  labels: Record<string, number>
  rejected: { row: number; line: number; reason: string }[]
  rejectedRows: number
  rejectedFile: string | null
  outside: Outsider[]
  ignored: string[]
  stored: boolean
}

const SHOWN = 20

/** With rejected rows nothing is stored, unless they may be skipped. The rejected rows are written beside the file. */
export async function importFile(
  { db }: Pick<Database, 'db'>,
  path: string,
  options: ImportOptions,
  actor: string,
): Promise<Imported> {
  const taxonomy = await currentTaxonomy(db)
  const encoding = await encodingOf(path, options.encoding)
  const file: File = { path, encoding, taxonomy, ...options }
  const { columns, ...checked } = await check(file)
  const isStored = !options.dryRun && checked.good > 0 && (checked.rejectedRows === 0 || options.skipRejected)
  const counts = isStored ? await store(db, file, columns, checked.good, actor) : { added: 0, changed: 0 }
  return { ...checked, ...counts, ignored: columns.ignored, stored: isStored }
}

type File = ImportOptions & { path: string; encoding: string; taxonomy: Taxonomy }

async function check(file: File) {
  const { path, kind, encoding, taxonomy, map, onProgress } = file
  const found = { rows: 0, good: 0, labels: {} as Record<string, number> }
  const rejected: Imported['rejected'] = []
  const outside = new Map<string, Outsider>()
  const rejects = openRejects(path, kind)
  let columns: Columns | null = null
  for await (const record of readRecords(path, kind, encoding)) {
    const { row, line } = record
    if (++found.rows % 500 === 0) onProgress?.('rows to check', found.rows, found.rows)
    if ('values' in record) columns ??= columnsOf(Object.keys(record.values), map, taxonomy)
    const read =
      'fault' in record ? record : ticketOf(record.values, { columns: columns!, values: map.values, taxonomy })
    if ('fault' in read) {
      if (rejected.length < SHOWN) rejected.push({ row, line, reason: read.fault })
      await rejects.add(record, read.fault)
      continue
    }
    found.good++
    for (const field of Object.keys(read.ticket.labels)) found.labels[field] = (found.labels[field] ?? 0) + 1
    for (const { field, value } of read.outside) count(outside, field, value, taxonomy)
  }
  const rejectedFile = await rejects.end()
  if (columns === null)
    throw new Rejected(
      422,
      `${path} has no row that can be read${rejected[0] ? `: row 1, ${rejected[0].reason}` : ''}`,
      {
        next: 'Use a CSV file with a header, or JSONL with one object a line.',
      },
    )
  const sorted = [...outside.values()].sort((a, b) => b.n - a.n)
  return { ...found, columns, rejected, rejectedRows: rejects.rows(), rejectedFile, outside: sorted }
}

function count(outside: Map<string, Outsider>, field: string, value: string, taxonomy: Taxonomy): void {
  const known = taxonomy.fields.find(({ id }) => id === field)
  // The text of an entity is the ticket's, and may be anything.
  const shown = known?.kind === 'entity' ? '(text)' : value.slice(0, 200)
  const key = JSON.stringify([field, shown])
  const seen = outside.get(key)
  if (seen) seen.n++
  else
    outside.set(key, {
      field,
      value: shown,
      n: 1,
      alias: known ? nearestValue(known, value) : aliasOf(taxonomy, field),
    })
}

/** For a name that is no field: the field that it may be. */
function aliasOf(taxonomy: Taxonomy, name: string): string | null {
  return /did you mean (\w+)\?/.exec(unknownName(taxonomy, name) ?? '')?.[1] ?? null
}

const AT_ONCE = 200

async function store(db: Database['db'], file: File, columns: Columns, good: number, actor: string) {
  const { path, kind, encoding, taxonomy, map, onProgress } = file
  return db.transaction(async (tx) => {
    const counts = { added: 0, changed: 0 }
    let done = 0
    let batch: Parameters<typeof addExamples>[2] = []
    const flush = async () => {
      const { added, changed } = await addExamples(tx, 'imported', batch)
      counts.added += added
      counts.changed += changed
      done += batch.length
      batch = []
      onProgress?.('rows to store', done, good)
    }
    for await (const record of readRecords(path, kind, encoding)) {
      const read = 'values' in record ? ticketOf(record.values, { columns, values: map.values, taxonomy }) : null
      if (!read || 'fault' in read) continue
      batch.push(read.ticket)
      if (batch.length === AT_ONCE) await flush()
    }
    await flush()
    await recordAudit(tx, { actor, action: 'examples.import', subject: 'examples', after: { rows: done, ...counts } })
    return counts
  })
}
