/** Exports corrections and confirmed labels as training data: a stream of lines, and a manifest of the contents. */
import { desc, eq, lt } from 'drizzle-orm'
import { answerEnd, formatVersion, type PromptFormat } from '../classifiers/index.ts'
import { checkConnectionNames } from '../connections/index.ts'
import type { Taxonomy } from '../contract/index.ts'
import type { Tx } from '../db/index.ts'
import { exports_, recordAudit, uuidv7 } from '../db/index.ts'
import { Rejected } from '../errors.ts'
import type { LabelFilter, LabelledRow } from '../labels/index.ts'
import { sha256Hex } from '../secrets.ts'
import { currentTaxonomy } from '../taxonomy/index.ts'
import { digest } from './digest.ts'
import type { ExportInput } from './export-input.ts'
import { headerOf, lineOf } from './formats.ts'
import { guardedRows } from './guards.ts'

/** The contents of an export: filter, counts, hashes. */
type Manifest = {
  id: string
  format: ExportInput['format']
  purpose: ExportInput['purpose']
  createdAt: string
  filter: LabelFilter
  cap: number | null
  rows: number
  /** Tickets left out because a field has no label yet. */
  incomplete: number
  /**
   * Tickets left out: copies of others, above the cap, of the test set (or, for a test set, already in training data), and,
   * for `dpo`, those where the model was right or was not asked with this prompt.
   */
  left: { duplicates: number; capped: number; frozen: number; alike: number }
  /** Number of rows by field and value. */
  counts: Record<string, Record<string, number>>
  languages: Record<string, number>
  provenance: Record<string, number>
  taxonomy: { version: number; sha256: string }
  /** `answerEnd`: what ends each answer; empty where the template of the trainer does. */
  prompt: { version: string; format: PromptFormat; answerEnd: string }
  /** The longest line in characters, for the trainer's limit. */
  longestPrompt: number
  /** Hash of the whole file, and its size in bytes. */
  sha256: string
  bytes: number
}

/** An export that is being read. */
type Export = {
  id: string
  contentType: string
  fileName: string
  lines: AsyncGenerator<string>
  manifest: Promise<Manifest>
}

/** Starts an export. The manifest is saved, and its promise resolves, once the last line was read. */
export async function startExport(db: Tx, input: ExportInput, author: string): Promise<Export> {
  await checkConnectionNames(db, input.connections, { path: 'connections', status: 422 })
  const taxonomy = await currentTaxonomy(db)
  const { format, prompt, purpose, cap, ...filter } = input
  refuseTest(input)
  const id = uuidv7()
  let resolve: (manifest: Manifest) => void = () => {}
  let reject: (error: unknown) => void = () => {}
  const manifest = new Promise<Manifest>((yes, no) => {
    resolve = yes
    reject = no
  })
  manifest.catch(() => {}) // the reader of the lines gets the same error

  async function* lines() {
    const counted: Counted = {
      rows: 0,
      incomplete: 0,
      left: { duplicates: 0, capped: 0, frozen: 0, alike: 0 },
      counts: {},
      languages: {},
      provenance: {},
      longestPrompt: 0,
    }
    const hash = digest()
    try {
      for await (const line of fileLines(db, id, input, taxonomy, counted)) {
        hash.add(line)
        yield line
      }
      const taxonomyHash = await sha256Hex(JSON.stringify(taxonomy.fields))
      const made: Manifest = {
        id,
        format,
        purpose,
        createdAt: new Date().toISOString(),
        filter,
        cap: cap ?? null,
        ...counted,
        taxonomy: { version: taxonomy.version, sha256: taxonomyHash },
        prompt: { version: formatVersion(prompt), format: prompt, answerEnd: answerEnd(prompt) },
        ...hash.end(),
      }
      await saveManifest(db, made, author)
      resolve(made)
    } catch (error) {
      reject(error)
      throw error
    }
  }
  const csv = format === 'h2o'
  return {
    id,
    contentType: csv ? 'text/csv; charset=utf-8' : 'application/jsonl; charset=utf-8',
    fileName: `pointsman-${id}.${csv ? 'csv' : 'jsonl'}`,
    lines: lines(),
    manifest,
  }
}

function refuseTest({ purpose, since, provenance }: ExportInput): void {
  if (purpose !== 'test') return
  const made = provenance.filter((one) => one === 'machine' || one === 'rule' || one === 'synthetic')
  if (made.length > 0)
    throw new Rejected(422, `A test set has labels of people only, not ${made.join(', ')}`, {
      next: 'Leave them out of "provenance".',
    })
  if (since === undefined)
    throw new Rejected(422, 'A test set is split off by time', {
      next: 'Give "since": what is newer is tested, what is older is learnt.',
    })
}

/** Lists exports, newest first; `before` is the id of the last one on the previous page. */
export async function listExports(db: Tx, limit = 100, before?: string) {
  return db
    .select()
    .from(exports_)
    .where(before === undefined ? undefined : lt(exports_.id, before))
    .orderBy(desc(exports_.id))
    .limit(limit)
}

/** The export with this id, or null. */
export async function findExport(db: Tx, id: string) {
  const [row] = await db.select().from(exports_).where(eq(exports_.id, id))
  return row ?? null
}

type Counted = Pick<Manifest, 'rows' | 'incomplete' | 'left' | 'counts' | 'languages' | 'provenance' | 'longestPrompt'>

async function* fileLines(
  db: Tx,
  id: string,
  input: ExportInput,
  taxonomy: Taxonomy,
  counted: Counted,
): AsyncGenerator<string> {
  const { format, prompt } = input
  const header = headerOf(format, prompt)
  if (header) yield header
  for await (const { row, wrong } of guardedRows(db, id, input, taxonomy, counted)) {
    count(counted, row, taxonomy)
    const line = lineOf(format, row, prompt, taxonomy, wrong)
    counted.longestPrompt = Math.max(counted.longestPrompt, line.length)
    yield line
  }
}

function count(counted: Counted, row: LabelledRow, taxonomy: Taxonomy) {
  counted.rows++
  add(counted.languages, row.language)
  for (const field of taxonomy.fields) {
    const value = row.labels[field.id]
    if (value === undefined) continue
    counted.counts[field.id] ??= {}
    add(counted.counts[field.id]!, value)
    const provenance = row.provenance[field.id]
    if (provenance) add(counted.provenance, provenance)
  }
}

function add(counts: Record<string, number>, key: string) {
  counts[key] = (counts[key] ?? 0) + 1
}

async function saveManifest(db: Tx, manifest: Manifest, author: string) {
  await db.transaction(async (tx) => {
    await tx
      .insert(exports_)
      .values({ id: manifest.id, format: manifest.format, filter: manifest.filter, manifest, author })
    await recordAudit(tx, {
      actor: author,
      action: 'export',
      subject: `export ${manifest.id}`,
      after: { rows: manifest.rows, sha256: manifest.sha256, format: manifest.format },
    })
  })
}
