/** Exports corrections and confirmed labels as training data: a stream of lines, and a manifest of the contents. */
import { desc, eq, lt } from 'drizzle-orm'
import { z } from 'zod'
import {
  formatVersion,
  missingLabels,
  PromptFormat,
  renderAnswer,
  renderParts,
  renderPrompt,
} from '../classifiers/index.ts'
import { checkConnectionNames } from '../connections/index.ts'
import type { Taxonomy } from '../contract/index.ts'
import type { Tx } from '../db/index.ts'
import { exports_, recordAudit, uuidv7 } from '../db/index.ts'
import { LabelFilter, type LabelledRow, labelledRows } from '../labels/index.ts'
import { sha256Hex } from '../secrets.ts'
import { currentTaxonomy } from '../taxonomy/index.ts'
import { maskForExport } from '../text/index.ts'
import { digest } from './digest.ts'
import { noteExported } from './exported.ts'

/** What to export and in which format. */
export const ExportInput = LabelFilter.extend({
  format: z.enum(['h2o', 'completion']),
  /** How the model is asked; must be the same as in the service. */
  prompt: PromptFormat.default(PromptFormat.parse({ kind: 'chat' })),
})
export type ExportInput = z.infer<typeof ExportInput>

/** The contents of an export: filter, counts, hashes. */
type Manifest = {
  id: string
  format: ExportInput['format']
  createdAt: string
  filter: LabelFilter
  rows: number
  /** Tickets left out because a field has no label yet. */
  incomplete: number
  /** Number of rows by field and value. */
  counts: Record<string, Record<string, number>>
  languages: Record<string, number>
  provenance: Record<string, number>
  taxonomy: { version: number; sha256: string }
  prompt: { version: string; format: PromptFormat }
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
  const { format, prompt, ...filter } = input
  const id = uuidv7()
  let resolve: (manifest: Manifest) => void = () => {}
  let reject: (error: unknown) => void = () => {}
  const manifest = new Promise<Manifest>((yes, no) => {
    resolve = yes
    reject = no
  })
  manifest.catch(() => {}) // the reader of the lines gets the same error

  async function* lines() {
    const counted = { rows: 0, incomplete: 0, counts: {} as Manifest['counts'], languages: {}, provenance: {} }
    const hash = digest()
    const noted = notes(db, id)
    try {
      for await (const line of fileLines(db, input, taxonomy, counted, noted.add)) {
        if (noted.isFull()) await noted.flush()
        hash.add(line)
        yield line
      }
      const taxonomyHash = await sha256Hex(JSON.stringify(taxonomy.fields))
      const made: Manifest = {
        id,
        format,
        createdAt: new Date().toISOString(),
        filter,
        ...counted,
        taxonomy: { version: taxonomy.version, sha256: taxonomyHash },
        prompt: { version: formatVersion(prompt), format: prompt },
        ...hash.end(),
      }
      await saveManifest(db, made, author)
      resolve(made)
    } catch (error) {
      reject(error)
      throw error
    } finally {
      await noted.flush()
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

type Counted = Pick<Manifest, 'rows' | 'incomplete' | 'counts' | 'languages' | 'provenance'>

async function* fileLines(
  db: Tx,
  input: ExportInput,
  taxonomy: Taxonomy,
  counted: Counted,
  noted: (id: string) => void,
): AsyncGenerator<string> {
  if (input.format === 'h2o')
    yield input.prompt.system === 'separate' ? 'prompt,response,system\n' : 'prompt,response\n'
  // A field that the helpdesk does not have is never corrected, so an optional field may have a machine label.
  const optional = taxonomy.fields.filter((field) => !field.required).map((field) => field.id)
  for await (const row of labelledRows(db, input, optional)) {
    if (missingLabels(taxonomy, row.labels).length > 0) {
      counted.incomplete++
      continue
    }
    count(counted, row, taxonomy)
    noted(row.id)
    yield input.format === 'h2o' ? h2oLine(row, input.prompt, taxonomy) : completionLine(row, input.prompt, taxonomy)
  }
}

const NOTED_AT_ONCE = 500

/** Collects what the file contains, and notes it in the database: also when the reader leaves before the end. */
function notes(db: Tx, exportId: string) {
  let ids: string[] = []
  const flush = async () => {
    const full = ids
    ids = []
    await noteExported(db, exportId, full)
  }
  return { add: (id: string) => void ids.push(id), isFull: () => ids.length >= NOTED_AT_ONCE, flush }
}

/**
 * H2O LLM Studio adds its tokens around prompt, answer and system text, so the file contains only the text between them. A
 * separate system text needs its own column (setting "System Column"), or training would place it differently from the service.
 */
export function h2oLine(row: LabelledRow, prompt: PromptFormat, taxonomy: Taxonomy): string {
  const { system, user } = renderParts(prompt, taxonomy, maskedTicket(row))
  const columns = [user, renderAnswer(prompt, taxonomy, row.labels), ...(prompt.system === 'separate' ? [system] : [])]
  return `${columns.map(csv).join(',')}\n`
}

/** TRL's prompt-completion format: the loss is on the completion only. The prompt is byte for byte what the service sends. */
export function completionLine(row: LabelledRow, prompt: PromptFormat, taxonomy: Taxonomy): string {
  const rendered = renderPrompt(prompt, taxonomy, maskedTicket(row))
  const answer = renderAnswer(prompt, taxonomy, row.labels)
  const pair =
    rendered.kind === 'chat'
      ? { prompt: rendered.messages, completion: [{ role: 'assistant', content: answer }] }
      : { prompt: rendered.prompt, completion: answer }
  return `${JSON.stringify({ ...pair, id: row.id, source: row.source, language: row.language, at: row.at, provenance: row.provenance })}\n`
}

function maskedTicket(row: LabelledRow) {
  return { subject: maskForExport(row.subject), text: maskForExport(row.text), metadata: row.metadata }
}

function csv(text: string) {
  return `"${text.replaceAll('"', '""')}"`
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
