/** Labelled sets with fixed splits, one folder each: `train.jsonl`, `test.jsonl` and texts that belong to no class. */
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { seeded } from '../../../src/classifiers/embedded/random.ts'
import type { LabelledTicket } from '../../../src/contract/index.ts'

/** Where they are unless `--data` says otherwise. */
export const DATA_FOLDER = new URL('../../../../shared/data', import.meta.url).pathname

export type LabelledSet = { train: LabelledTicket[]; test: LabelledTicket[]; outside: LabelledTicket[] }

export async function findSets(folder: string, wanted: string[] | undefined): Promise<string[]> {
  if (!existsSync(folder)) {
    console.error(`The folder ${folder} does not exist: name a folder with labelled sets with --data.`)
    return []
  }
  if (existsSync(join(folder, 'train.jsonl'))) return ['.']
  const found: string[] = []
  for (const name of (await readdir(folder, { recursive: true })).sort())
    if (name.endsWith('train.jsonl') && /(^|[/\\])train\.jsonl$/.test(name))
      found.push(name.slice(0, -'/train.jsonl'.length))
  return found.filter((set) => !wanted || wanted.includes(set))
}

export async function loadSet(folder: string): Promise<LabelledSet> {
  const read = async (name: string): Promise<LabelledTicket[]> => {
    const path = join(folder, `${name}.jsonl`)
    if (!existsSync(path)) return []
    return (await readFile(path, 'utf8')).trim().split('\n').map(parseTicket)
  }
  return { train: await read('train'), test: await read('test'), outside: await read('oos_test') }
}

function parseTicket(line: string): LabelledTicket {
  const { id, subject = '', text, lang, labels = {}, fields = {} } = JSON.parse(line)
  const metadata = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, String(value)]))
  return { id, subject, text, language: lang, labels, metadata, handled: true }
}

export const labelled = (tickets: LabelledTicket[], label: string) =>
  tickets.filter(({ labels }) => labels[label] !== undefined)

/** Draws without replacement; the same seed draws the same. */
export function drawTickets<T>(all: T[], n: number, seed: number): T[] {
  const random = seeded(seed)
  const rest = all.slice()
  const drawn: T[] = []
  while (drawn.length < n && rest.length > 0) {
    const at = random.below(rest.length)
    drawn.push(rest[at]!)
    rest[at] = rest.at(-1)!
    rest.pop()
  }
  return drawn
}
