/** `pointsman evaluate`: opens the requested classifiers, shows progress, writes the report. Node only. */

import { access, constants, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { type Options as BarOptions, Presets, SingleBar } from 'cli-progress'
import { z } from 'zod'
import { asClassifier, decode, openEndpoint, trainInWorker } from '../classifiers/index.ts'
import type { Config } from '../config.ts'
import { type Classifier, type LabelledTicket, type Taxonomy, TaxonomyDocument } from '../contract/index.ts'
import type { Tx } from '../db/index.ts'
import { ConfigError, Rejected } from '../errors.ts'
import { openCurves } from '../models/index.ts'
import { currentTaxonomy, defaultTaxonomy } from '../taxonomy/index.ts'
import { loadLanguages, prepare } from '../text/index.ts'
import {
  type Cascade,
  evaluate,
  html,
  type Report,
  readRows,
  table,
  taxonomyOf,
  unknownLabels,
} from '../training/evaluate/index.ts'

const Flags = z.strictObject({
  data: z.string(),
  classifier: z.enum(['embedded', 'endpoint', 'cascade']).optional(),
  train: z.string().optional(),
  taxonomy: z.string().optional(),
  fields: z
    .string()
    .transform((list) => list.split(',').map((field) => field.trim()))
    .optional(),
  threshold: z.coerce.number().min(0).max(1).optional(),
  precision: z.coerce.number().min(0).max(0.999),
  format: z.enum(['table', 'json', 'html']),
  out: z.string().optional(),
  endpoint: z.string().optional(),
  limit: z.coerce.number().int().min(1).optional(),
  concurrency: z.coerce.number().int().min(1).max(256).optional(),
})
type Flags = z.infer<typeof Flags>

/** What is used of the service: its taxonomy, its curves, its embedded classifier. */
type Service = { database: { db: Tx }; classifiers: { embedded(): Promise<Classifier | null> } }

/** Opens the service for `work`, and closes it afterwards. */
type WithService = (work: (service: Service) => Promise<void>) => Promise<void>

/** Evaluates a classifier, writes the report to `--out` or stdout, and returns it. */
export async function runEvaluation(options: unknown, config: Config, withService: WithService): Promise<Report> {
  const parsed = Flags.safeParse(options)
  if (!parsed.success)
    throw new Rejected(422, parsed.error.issues.map((i) => `--${i.path.join('.')}: ${i.message}`).join('; '), {
      next: 'See: pointsman evaluate --help',
    })
  const flags = parsed.data
  if (flags.out) await mustBeWritable(flags.out)
  const rows = await readRows(flags.data, flags.limit)
  const training = flags.train ? await readTraining(flags.train, rows) : null
  const kind = flags.classifier ?? (training && config.classifier === 'endpoint' ? 'embedded' : config.classifier)
  const taxonomy = flags.taxonomy ? await readTaxonomy(flags.taxonomy) : training && taxonomyFor(training)

  let report: Report | undefined
  const run = async (service: Service | null) => {
    report = await measure({ flags, kind, rows, training, taxonomy, config, service })
  }
  // With neither model nor taxonomy from the database, no database is needed.
  if (taxonomy && (training || kind === 'endpoint')) await run(null)
  else await withService(run)
  return report!
}

type Task = {
  flags: Flags
  kind: 'embedded' | 'endpoint' | 'cascade'
  rows: LabelledTicket[]
  training: LabelledTicket[] | null
  /** From a file; null: the taxonomy of the service. */
  taxonomy: Taxonomy | null
  config: Config
  /** Null when nothing is read from the database. */
  service: Service | null
}

async function measure(task: Task): Promise<Report> {
  const { flags, kind, rows, config, service } = task
  const taxonomy = task.taxonomy ?? (await currentTaxonomy(service!.database.db))
  using endpoint = kind === 'embedded' ? null : await openModel(config, flags, service)
  const embedded = kind === 'endpoint' ? null : await embeddedOf(task, taxonomy)
  const classifier: Classifier | Cascade =
    embedded && endpoint
      ? {
          kind: 'cascade',
          embedded,
          endpoint: endpoint.classifier,
          settings: { threshold: flags.threshold, thresholds: {}, precision: flags.precision, precisions: {} },
        }
      : (embedded ?? endpoint!.classifier)
  using bar = progress('tickets')
  const report = await evaluate(classifier, rows, taxonomy, {
    fields: flags.fields,
    concurrency: flags.concurrency ?? endpoint?.places ?? 1,
    onProgress: (done, all) => bar.at(done, all),
  })
  bar.end()
  const written = { table, html, json: (all: Report) => `${JSON.stringify(all, null, 2)}\n` }[flags.format](report)
  if (flags.out) await writeFile(flags.out, written)
  else process.stdout.write(written)
  return report
}

async function embeddedOf({ flags, training, service }: Task, taxonomy: Taxonomy): Promise<Classifier> {
  if (!training) {
    const newest = await service!.classifiers.embedded()
    if (newest) return newest
    throw new Rejected(422, 'There is no embedded model yet', {
      next: 'Train one for this run with --train FILE, or train the embedded classifier of the service first.',
    })
  }
  const fields = taxonomy.fields.filter((field) => field.source === 'model').map((field) => field.id)
  using bar = progress('training')
  const bytes = await trainInWorker(training, fields, {
    onProgress: ({ share }) => bar.at(Math.round(100 * share), 100),
  })
  return asClassifier(`embedded trained on ${basename(flags.train!)}`, decode(bytes))
}

async function openModel(config: Config, { concurrency, endpoint: name }: Flags, service: Service | null) {
  if (!config.llm)
    throw new ConfigError('There is no model endpoint to evaluate', {
      next: 'Set LLM_BASE_URL and LLM_MODEL, or LLM_ENDPOINTS.',
    })
  const chosen = config.llm.endpoints.filter((each) => name === undefined || each.name === name)
  if (chosen.length === 0)
    throw new Rejected(422, `There is no endpoint ${name}`, {
      next: `Use one of ${config.llm.endpoints.map((each) => each.name).join(', ')}.`,
    })
  const curves = service && openCurves(service.database.db)
  await curves?.ready
  const endpoints = chosen.map((each) => ({ ...each, concurrency: concurrency ?? each.concurrency }))
  const classifier = openEndpoint({
    endpoints,
    deadlineMs: config.llm.deadlineMs,
    calibration: curves?.of,
    ...(curves ? { record: curves.record } : {}),
  })
  return {
    classifier,
    /** How many tickets at once the endpoints take. */
    places: endpoints.reduce((sum, each) => sum + (each.concurrency ?? 1), 0),
    [Symbol.dispose]() {
      classifier.close()
      curves?.close()
    },
  }
}

/** Prepares the tickets as those in the database are. Warns when tickets to evaluate are among them. */
async function readTraining(path: string, toEvaluate: LabelledTicket[]): Promise<LabelledTicket[]> {
  await loadLanguages()
  const rows = await readRows(path)
  const texts = new Set(rows.map(({ subject, text }) => `${subject}\n${text}`))
  const seen = toEvaluate.filter(({ subject, text }) => texts.has(`${subject}\n${text}`)).length
  if (seen > 0)
    warn(`${seen} of ${toEvaluate.length} tickets are also in the training file: these figures are optimistic.`)
  return rows.map(({ id, subject, text, language, metadata = {}, labels }) => {
    const prepared = prepare({ subject, body: text, format: 'plain', metadata })
    return {
      id,
      subject: prepared.subject,
      text: prepared.text,
      language: language ?? prepared.language.code,
      metadata: prepared.metadata,
      labels,
      // without them nothing could be promised of the throw-away model
      handled: true,
    }
  })
}

/** Checked before the evaluation, which can take an hour. */
async function mustBeWritable(path: string): Promise<void> {
  const folder = dirname(path)
  await access(folder, constants.W_OK).catch(() => {
    throw new Rejected(422, `--out: the folder ${folder} does not exist or is not writable`, {
      next: 'Use a file in a folder that exists and that you may write to.',
    })
  })
}

async function readTaxonomy(path: string): Promise<Taxonomy> {
  const parsed = TaxonomyDocument.safeParse(await readJson(path))
  if (parsed.success) return { ...parsed.data, version: 0 }
  throw new Rejected(422, `${path}: ${z.prettifyError(parsed.error)}`, {
    next: 'Use the taxonomy as GET /api/v1/taxonomy returns it, without its version.',
  })
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    throw new Rejected(422, error instanceof SyntaxError ? `${path} is not JSON` : `${path} cannot be read`, {
      next: 'Use the taxonomy as GET /api/v1/taxonomy returns it, without its version.',
    })
  }
}

/** The default taxonomy where all labels are in it, because a language model needs its descriptions; else one made from the labels. */
function taxonomyFor(training: LabelledTicket[]): Taxonomy {
  const byDefault = { ...defaultTaxonomy, version: 1 }
  return unknownLabels(training, byDefault).length === 0 ? byDefault : taxonomyOf(training)
}

/** A progress bar on a terminal, else nothing. It goes to stderr: stdout may be the report. */
function progress(what: string) {
  const options: BarOptions = { format: `${what} {bar} {percentage} % | {value}/{total} | {eta_formatted} left` }
  const bar = process.stderr.isTTY
    ? new SingleBar(
        { ...options, stream: process.stderr, clearOnComplete: true, hideCursor: true },
        Presets.shades_grey,
      )
    : null
  let started = false
  const end = () => bar?.stop()
  return {
    at(done: number, all: number) {
      if (!started) bar?.start(all, done)
      else bar?.update(done)
      started = true
    },
    end,
    [Symbol.dispose]: end,
  }
}

const warn = (text: string) => void process.stderr.write(`${text}\n`)
