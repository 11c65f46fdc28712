/** `pointsman import`: labelled tickets from a file, or what is wrong with it. */
import { readFile } from 'node:fs/promises'
import type { Database } from '../db/index.ts'
import { causeOf, Rejected } from '../errors.ts'
import { type Imported, ImportMap, importFile } from '../history/index.ts'
import { trainEmbedded } from '../training/index.ts'
import { openProgress } from './progress.ts'

export type ImportOptions = {
  format?: string
  encoding?: string
  map?: string
  dryRun?: boolean
  skipRejected?: boolean
  json?: boolean
}

/** Imports the file, and trains on what is new. `ok` false: rows were rejected, or nothing was stored. */
export async function runImport(
  database: Database,
  path: string,
  options: ImportOptions,
): Promise<{ text: string; ok: boolean }> {
  const { encoding, dryRun = false, skipRejected = false } = options
  const map = options.map === undefined ? ImportMap.parse({}) : await readMap(options.map)
  const kind = kindOf(path, options.format)
  const progress = openProgress(process.stderr)
  const onProgress = progress.update
  const done = await importFile(
    database,
    path,
    { kind, encoding, map, dryRun, skipRejected, onProgress },
    'cli',
  ).finally(progress.end)
  if (done.stored) await trainEmbedded(database.db)
  const ok = done.rejectedRows === 0 && (done.stored || dryRun)
  return { text: options.json ? JSON.stringify(done, null, 2) : describe(done, path, dryRun), ok }
}

function kindOf(path: string, format: string | undefined): 'csv' | 'jsonl' {
  const given = (format ?? path.split('.').at(-1) ?? '').toLowerCase()
  if (given === 'csv' || given === 'tsv') return 'csv'
  if (given === 'jsonl' || given === 'ndjson') return 'jsonl'
  throw new Rejected(422, `${format ?? path} is neither CSV nor JSONL`, { next: 'Name it with --format csv or jsonl.' })
}

async function readMap(path: string): Promise<ImportMap> {
  let json: unknown
  try {
    json = JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    throw new Rejected(422, `${path} cannot be read as JSON: ${causeOf(cause)}`, {
      next: 'See: pointsman import --help',
    })
  }
  const map = ImportMap.safeParse(json)
  if (map.success) return map.data
  throw new Rejected(422, map.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; '), {
    next: 'Write {"columns": {"text": "Details", "labels": {"service": "Product"}}, "values": {"service": {"Wi-Fi": "internet"}}}.',
  })
}

function describe(done: Imported, path: string, dryRun: boolean): string {
  const { rows, good, rejected, rejectedRows, rejectedFile, outside, ignored, labels } = done
  const counts = Object.entries(labels).map(([field, n]) => `${field} ${n}`)
  return [
    done.stored
      ? `${done.added} tickets imported, ${done.changed} with other labels than before, of ${rows} rows.`
      : `Nothing was imported: ${dryRun ? 'the file was only checked' : rejectedRows > 0 ? 'rows were rejected' : 'no row is good'}. ${good} of ${rows} rows are good.`,
    `Labels: ${counts.join(', ') || 'none'}.`,
    ...(ignored.length > 0 ? [`Columns that were not used: ${ignored.join(', ')}.`] : []),
    ...(rejectedRows > 0 ? [`${rejectedRows} rows were rejected; ${rejectedFile} has them with the reasons:`] : []),
    ...rejected.map(({ row, line, reason }) => `  row ${row} (line ${line}): ${reason}`),
    ...(rejectedRows > rejected.length ? [`  and ${rejectedRows - rejected.length} more`] : []),
    ...(rejectedRows > 0 && !done.stored && !dryRun
      ? [`Correct ${path}, or run this again with --skip-rejected to import the good rows.`]
      : []),
    ...(outside.length > 0
      ? [
          'Values that stand for none of ours, so that they gave no label. Add them to the taxonomy as synonyms, or to --map:',
        ]
      : []),
    ...outside.map(
      ({ field, value, n, alias }) =>
        `  ${String(n).padStart(6)}  ${field}: ${value}${alias ? `  -> perhaps ${alias}` : ''}`,
    ),
    ...mapFor(outside),
  ].join('\n')
}

/** The proposed aliases as `--map` takes them. */
function mapFor(outside: Imported['outside']): string[] {
  const values: Record<string, Record<string, string>> = {}
  for (const { field, value, alias } of outside) if (alias) values[field] = { ...values[field], [value]: alias }
  return Object.keys(values).length > 0 ? [`As proposed, for --map: ${JSON.stringify({ values })}`] : []
}
