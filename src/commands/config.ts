/** `pointsman config export` and `import`: the configuration as a YAML file. */
import { readFile, writeFile } from 'node:fs/promises'
import { exportConfig, type Imported, importConfig, SECTIONS, type Section } from '../config-file/index.ts'
import type { SaveNeeds } from '../connections/index.ts'
import { didYouMean } from '../contract/index.ts'
import { causeOf, Rejected } from '../errors.ts'

/** Writes the sections to the file, or returns them as text. */
export async function runConfigExport(
  { database: { db }, vault, connectors }: SaveNeeds,
  { section: named, out }: { section?: string[]; out?: string },
): Promise<string> {
  const sections = named?.map(sectionOf)
  const yaml = await exportConfig({ db, vault, connectors }, sections)
  if (out === undefined) return yaml.trimEnd()
  await writeFile(out, yaml).catch((cause: unknown) => {
    throw unusable(`${out} cannot be written: ${causeOf(cause)}`)
  })
  return `${(sections ?? SECTIONS).join(', ')} in ${out}.`
}

function sectionOf(name: string): Section {
  const found = SECTIONS.find((section) => section === name)
  if (found) return found
  throw new Rejected(422, `There is no section ${name}${didYouMean(name, SECTIONS)}`, {
    next: `Use one of ${SECTIONS.join(', ')}.`,
  })
}

export type ConfigImportOptions = { dryRun?: boolean; force?: boolean; check: boolean; comment?: string }

/** Imports the file; "-" reads stdin. */
export async function runConfigImport(
  deps: SaveNeeds,
  file: string,
  { dryRun = false, force = false, check, comment = `imported from ${file}` }: ConfigImportOptions,
  readStdin: () => Promise<string>,
): Promise<Imported> {
  const yaml =
    file === '-'
      ? await readStdin()
      : await readFile(file, 'utf8').catch((cause: unknown) => {
          throw unusable(`${file} cannot be read: ${causeOf(cause)}`)
        })
  return importConfig(deps, yaml, { dryRun, force, check, comment, actor: 'cli', administers: true })
}

const unusable = (message: string) => new Rejected(422, message, { next: 'Check the path and its permissions.' })

const SIGN = { added: '+', removed: '-', changed: '~', moved: '↕' }

/** The changes, one on a line, and what became of them. */
export function formatImport({ dryRun, changes, breaks, versions }: Imported): string {
  if (changes.length === 0) return 'Nothing differs.'
  const lines = changes.map(({ section, path, change, from, to }) =>
    [`${SIGN[change]} ${section} ${path}`, change === 'changed' ? `: ${short(from)} → ${short(to)}` : ''].join(''),
  )
  const broken = breaks.map(({ message, next }) => `! ${message}. ${next}`)
  const made = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  const end = dryRun
    ? `${changes.length} change(s); nothing was saved.${breaks.length > 0 ? ' Without --force the import is refused.' : ''}`
    : [`${changes.length} change(s) are in force`, ...(made.length > 0 ? [`as ${made.join(', ')}`] : [])].join(' ') +
      '.'
  return [...lines, ...broken, end].join('\n')
}

function short(value: unknown): string {
  const text = value === undefined ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 120 ? `${text.slice(0, 119)}…` : text
}
