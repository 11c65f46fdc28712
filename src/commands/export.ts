/** `pointsman export`: writes training data to a file, with its manifest next to it. */
import { type FileHandle, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Config } from '../config.ts'
import { MORE_LABELS } from '../contract/index.ts'
import type { Database } from '../db/index.ts'
import { causeOf, Rejected } from '../errors.ts'
import { ExportInput, startExport } from '../training/index.ts'

export type ExportOptions = {
  format: string
  out: string
  since?: string
  until?: string
  connection?: string[]
  provenance: string[]
  prompt?: string
  purpose?: string
  cap?: string
}

type Needs = { config: Pick<Config, 'llm'>; database: Pick<Database, 'db'> }

/** Writes the export; returns one line about it for people. */
export async function runExport({ config, database }: Needs, options: ExportOptions): Promise<string> {
  const input = await readInput(config, options)
  const made = await startExport(database.db, input, 'cli')
  // Under another name until it is whole: what broke off must not look like a file to train on.
  const part = `${options.out}.part`
  const file = await writable(part)
  const manifest = await pipeline(Readable.from(shown(made.lines)), file.createWriteStream())
    .then(() => made.manifest)
    .catch(async (error) => {
      await rm(part, { force: true })
      return asFileFault(options.out)(error)
    })
  const place = `${options.out}.manifest.json`
  await writeFile(place, `${JSON.stringify(manifest, null, 2)}\n`).catch(asFileFault(place))
  await rename(part, options.out).catch(asFileFault(options.out))
  const { duplicates, capped, frozen, alike } = manifest.left
  const reasons = [
    [manifest.incomplete, 'without a label that is needed'],
    [duplicates, 'copies of others'],
    [capped, 'above the cap'],
    [frozen, manifest.purpose === 'test' ? 'in training data already' : 'in the test set'],
    [alike, 'without another answer of the model'],
  ] as const
  const told = reasons.filter(([n]) => n > 0).map(([n, why]) => `${n} ${why}`)
  const left = `left out: ${told.join(', ') || 'none'}`
  if (manifest.rows > 0) return `${manifest.rows} rows in ${options.out} (${left}).`
  return `The export is empty: no ticket has the labels that were asked for (${left}). ${options.out} has no rows. See --provenance, --since and --connection, or ${MORE_LABELS}.`
}

async function* shown(given: AsyncGenerator<string>): AsyncGenerator<string> {
  let lines = 0
  for await (const line of given) {
    yield line
    if (++lines % 500 === 0 && process.stderr.isTTY) process.stderr.write(`\r${lines} rows`)
  }
}

const writable = (path: string): Promise<FileHandle> => open(path, 'w').catch(asFileFault(path))

/** Turns the error of a file into words; any other error is passed on. */
function asFileFault(path: string) {
  return (error: unknown): never => {
    if (!(error instanceof Error) || !('syscall' in error)) throw error
    throw new Rejected(422, `${path} cannot be used: ${causeOf(error)}`, {
      next: 'Name a file in a folder that exists, with the right to read or write it.',
      cause: error,
    })
  }
}

async function readInput(config: Needs['config'], options: ExportOptions): Promise<ExportInput> {
  const { format, since, until, connection: connections, provenance, purpose } = options
  const cap = options.cap === undefined ? undefined : Number(options.cap)
  const prompt = options.prompt ? await readPrompt(options.prompt) : config.llm?.endpoints[0]?.format
  const input = ExportInput.safeParse({ format, since, until, connections, provenance, prompt, purpose, cap })
  if (input.success) return input.data
  throw new Rejected(422, input.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; '), {
    next: 'See: pointsman export --help',
  })
}

async function readPrompt(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(asFileFault(path))
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Rejected(422, `${path} is not JSON: ${causeOf(error)}`, {
      next: 'docs/models-and-training.md describes the format.',
      cause: error,
    })
  }
}
