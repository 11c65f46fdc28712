/**
 * The invented tickets that the demo runs on. Every name, firm and number in them is made up, and e-mail addresses are
 * at domains reserved for examples. Node only: they are read from files beside this one.
 */
import { readdir, readFile } from 'node:fs/promises'
import { z } from 'zod'

const JunkTicket = z.strictObject({
  id: z.string().regex(/^syn-/),
  lang: z.enum(['en', 'ru', 'mixed']),
  subject: z.string(),
  text: z.string(),
})
export type JunkTicket = z.infer<typeof JunkTicket>

const DemoTicket = JunkTicket.extend({
  labels: z.strictObject({ service: z.string(), category: z.string(), priority: z.string(), sentiment: z.string() }),
})
export type DemoTicket = z.infer<typeof DemoTicket>

const folder = new URL('./tickets/', import.meta.url)

/** Labelled tickets to train on. */
export async function loadTraining(): Promise<DemoTicket[]> {
  const names = (await readdir(folder)).filter((name) => name.startsWith('train-')).sort()
  const files = await Promise.all(names.map((name) => read(name, DemoTicket)))
  return files.flat()
}

/** Labelled tickets that are never trained on: the demo sends them, and its simulated agents know the labels. */
export async function loadUnseen(): Promise<DemoTicket[]> {
  return read('unseen.jsonl', DemoTicket)
}

/** Auto-replies, bounces and near-empty messages: rules should hold these before a model sees them. */
export async function loadJunk(): Promise<JunkTicket[]> {
  return read('junk.jsonl', JunkTicket)
}

async function read<T>(name: string, schema: z.ZodType<T>): Promise<T[]> {
  const text = await readFile(new URL(name, folder), 'utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => schema.parse(JSON.parse(line)))
}
