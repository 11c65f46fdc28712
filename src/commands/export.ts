/** `pointsman export`: writes training data to a file, with its manifest next to it. */
import { createWriteStream, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { finished } from 'node:stream/promises'
import type { Config } from '../config.ts'
import type { Database } from '../db/index.ts'
import { Rejected } from '../errors.ts'
import { ExportInput, startExport } from '../training/index.ts'

export type ExportOptions = {
  format: string
  out: string
  since?: string
  until?: string
  connection?: string[]
  provenance: string[]
  prompt?: string
}

type Needs = { config: Pick<Config, 'llm'>; database: Pick<Database, 'db'> }

/** Writes the export; returns one line about it for people. */
export async function runExport({ config, database }: Needs, options: ExportOptions): Promise<string> {
  const input = await readInput(config, options)
  const made = await startExport(database.db, input, 'cli')
  const file = createWriteStream(options.out)
  let lines = 0
  for await (const line of made.lines) {
    if (!file.write(line)) await new Promise<void>((resolve) => file.once('drain', resolve))
    if (++lines % 500 === 0 && process.stderr.isTTY) process.stderr.write(`\r${lines} rows`)
  }
  file.end()
  await finished(file)
  const manifest = await made.manifest
  writeFileSync(`${options.out}.manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`)
  return `${manifest.rows} rows in ${options.out} (${manifest.incomplete} tickets left out: not every field has a label).`
}

async function readInput(config: Needs['config'], options: ExportOptions): Promise<ExportInput> {
  const { format, since, until, connection: connections, provenance } = options
  const prompt = options.prompt ? JSON.parse(await readFile(options.prompt, 'utf8')) : config.llm?.endpoints[0]?.format
  const input = ExportInput.safeParse({ format, since, until, connections, provenance, prompt })
  if (input.success) return input.data
  throw new Rejected(422, input.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; '), {
    next: 'See: pointsman export --help',
  })
}
