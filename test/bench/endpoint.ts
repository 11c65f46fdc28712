/**
 * The validation tickets of a general and of a house desk through the service (POST /api/v1/classify over HTTP), with a model
 * for the general desk and one with the adapter of the house desk. Measures accuracy against direct calls, answers outside the
 * taxonomy, confidence before and after calibration, the doubt about tickets of no known service, and the time that the
 * service adds to a direct call.
 */
import { randomUUID } from 'node:crypto'
import { applyCurve, fitCurve, type Sample } from '../../src/classifiers/calibration/index.ts'
import {
  defaultFormat,
  modelFields,
  openEndpoint,
  renderPrompt,
  responseFormat,
} from '../../src/classifiers/endpoint/index.ts'
import { readConfig } from '../../src/config.ts'
import { type FieldAnswer, type Labels, type Taxonomy, valuesOf } from '../../src/contract/index.ts'
import { start } from '../../src/node.ts'
import { currentTaxonomy, saveTaxonomy } from '../../src/taxonomy/index.ts'
import { type Figure, pairedChange, share } from '../../src/training/evaluate/figures.ts'
import { change, figure, percent, threeDecimals } from '../../src/training/evaluate/format.ts'
import { resample } from '../../src/training/evaluate/resample.ts'
import type { Outcome } from '../../src/training/metrics.ts'
import { type Desk, type DeskTicket, deskTaxonomy, deskTickets, missingLlama, startLlama } from '../support/llama.ts'
import { ownDatabase } from './database.ts'

type FieldRow = {
  model: Desk
  tickets: string
  field: string
  n: number
  accuracy: Figure
  direct: Figure
  /** As a share of tickets. */
  change: Figure
  ece: Figure
  /** Null: not calibrated yet. */
  eceAfter: Figure | null
  brier: Figure
  brierAfter: Figure | null
  /** Answers without a confidence. */
  unknown: number
}
type RunRow = {
  model: Desk
  tickets: string
  n: number
  /** Tickets with a value outside the taxonomy. */
  outside: number
  /** Tickets without an answer. */
  failed: number
  /** Milliseconds: over HTTP through the service; the part of the model in that; a direct call. */
  p50: number
  p95: number
  modelP50: number
  directP50: number
  directP95: number
}
type ScopeRow = {
  inside: number
  outside: number
  aurocMass: number
  aurocConfidence: number
  alarmsInside: Figure
  alarmsOutside: Figure
}

type Asked = {
  ticket: DeskTicket
  /** Null: no answer. */
  ours: Record<string, FieldAnswer> | null
  ms: number
  modelMs: number
  direct: Labels
  directMs: number
}

const FOLDS = 5

/** Options: `--limit N` tickets of each desk, `--json` for rows. */
export async function run(args: string[]): Promise<void> {
  const missing = missingLlama()
  if (missing) return console.log(missing)
  const limit = args.includes('--limit') ? Number(args[args.indexOf('--limit') + 1]) : undefined
  const fields: FieldRow[] = []
  const runs: RunRow[] = []
  const scope: ScopeRow[] = []
  const [general, house] = [deskTickets('base', limit), deskTickets('lora', limit)]
  for (const desk of ['base', 'lora'] as const) {
    await using llama = await startLlama(desk)
    await using service = await openService(llama.url)
    const add = (tickets: string, asked: Asked[], taxonomy: Taxonomy) => {
      fields.push(...fieldRows(asked, taxonomy).map((row) => ({ model: desk, tickets, ...row })))
      runs.push({ model: desk, tickets, ...runRow(asked, taxonomy) })
    }
    if (desk === 'base') {
      scope.push(await measureScope(llama.url, general))
      const taxonomy = deskTaxonomy('base')
      add('general', await askAll(service, llama.url, taxonomy, general), taxonomy)
    }
    // each model knows only half of them, so raw confidence is misleading
    const taxonomy = deskTaxonomy('lora')
    const both = await askAll(service, llama.url, taxonomy, [...general, ...house])
    if (desk === 'lora') add('house', both.slice(general.length), taxonomy)
    add('both', both, taxonomy)
  }
  if (args.includes('--json')) return console.log(JSON.stringify({ fields, runs, scope }))
  show(fields, runs, scope)
}

/** The whole service on its own database, with this model server. */
async function openService(modelUrl: string) {
  const database = await ownDatabase()
  const token = randomUUID()
  const { url: databaseUrl, dataDir } = database
  const config = readConfig({
    ...{ PORT: '0', WORKERS: '0', LOG_LEVEL: 'error', DATA_DIR: dataDir, ADMIN_TOKEN: token },
    ...(databaseUrl ? { DATABASE_URL: databaseUrl, ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64') } : {}),
    ...{ LLM_BASE_URL: modelUrl, LLM_MODEL: 'triage' },
  })
  const { url, deps, stop } = await start(config)
  const { db } = deps.database
  return {
    /** Saves the taxonomy as a new version, so that no earlier answer is in the cache. */
    async useTaxonomy({ fields }: Taxonomy) {
      await saveTaxonomy(db, { fields }, (await currentTaxonomy(db)).version, 'bench')
    },
    async classify({ subject, text }: DeskTicket['prepared']) {
      const response = await fetch(`${url}/api/v1/classify`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ subject, text }),
      })
      const { answers, modelMs } = (await response.json()) as {
        answers?: Record<string, FieldAnswer>
        modelMs?: number
      }
      return { answers: answers && Object.keys(answers).length > 0 ? answers : null, modelMs: modelMs ?? 0 }
    },
    async [Symbol.asyncDispose]() {
      await stop()
      await database.drop()
    },
  }
}
type Service = Awaited<ReturnType<typeof openService>>

async function askAll(service: Service, url: string, taxonomy: Taxonomy, tickets: DeskTicket[]): Promise<Asked[]> {
  await service.useTaxonomy(taxonomy)
  const all: Asked[] = []
  for (const [t, ticket] of tickets.entries()) {
    const askOurs = () => timed(() => service.classify(ticket.prepared))
    const askDirect = () => timed(() => direct(url, taxonomy, ticket))
    // the second call finds the ticket in the server's prompt cache, so the order alternates
    const first = t % 2 === 0 ? await askOurs() : null
    const { value, ms: directMs } = await askDirect()
    const { value: answered, ms } = first ?? (await askOurs())
    all.push({ ticket, ours: answered.answers, ms, modelMs: answered.modelMs, direct: value, directMs })
  }
  return all
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const started = performance.now()
  const value = await work()
  return { value, ms: performance.now() - started }
}

function fieldRows(asked: Asked[], taxonomy: Taxonomy): Omit<FieldRow, 'model' | 'tickets'>[] {
  return modelFields(taxonomy).map(({ id: field }) => {
    const outcomes = asked.map(
      ({ ticket, ours }): Outcome => ({
        expected: ticket.labels[field]!,
        value: ours?.[field]?.value ?? null,
        confidence: ours?.[field]?.raw ?? null,
      }),
    )
    const right = outcomes.map(({ expected, value }) => expected === value)
    const directRight = asked.map(({ direct, ticket }) => direct[field] === ticket.labels[field])
    const withConfidence = outcomes.filter(({ confidence }) => confidence !== null)
    const before = resample(withConfidence, [])
    const calibrated = crossFitted(withConfidence)
    const after = calibrated && resample(calibrated, [])
    return {
      field,
      n: asked.length,
      accuracy: share(right.filter(Boolean).length, right.length),
      direct: share(directRight.filter(Boolean).length, directRight.length),
      change: pairedChange(directRight, right),
      ece: before.ece,
      eceAfter: after?.ece ?? null,
      brier: before.brier,
      brierAfter: after?.brier ?? null,
      unknown: outcomes.length - withConfidence.length,
    }
  })
}

function runRow(asked: Asked[], taxonomy: Taxonomy): Omit<RunRow, 'model' | 'tickets'> {
  const known = new Map(modelFields(taxonomy).map((field) => [field.id, new Set(valuesOf(field).map(({ id }) => id))]))
  const isOutside = ({ ours }: Asked) =>
    Object.entries(ours ?? {}).some(([id, { value }]) => !known.get(id)?.has(value))
  return {
    n: asked.length,
    outside: asked.filter(isOutside).length,
    failed: asked.filter(({ ours }) => ours === null).length,
    p50: quantile(asked, 0.5, ({ ms }) => ms),
    p95: quantile(asked, 0.95, ({ ms }) => ms),
    modelP50: quantile(asked, 0.5, ({ modelMs }) => modelMs),
    directP50: quantile(asked, 0.5, ({ directMs }) => directMs),
    directP95: quantile(asked, 0.95, ({ directMs }) => directMs),
  }
}

/**
 * Does the legal mass identify tickets of three services that are removed from the taxonomy? Only llama-server shows it; vLLM
 * reports probabilities after masking.
 */
async function measureScope(url: string, tickets: DeskTicket[]): Promise<ScopeRow> {
  const removed = ['email', 'vpn', 'crm']
  const whole = deskTaxonomy('base')
  const fields = whole.fields.map((field) =>
    field.id === 'service' && field.kind === 'choice'
      ? { ...field, values: field.values.filter(({ id }) => !removed.includes(id)) }
      : field,
  )
  const endpoint = { name: 'bench', baseUrl: url, model: 'triage', format: defaultFormat }
  const classifier = openEndpoint({ endpoints: [endpoint] })
  const inside: FieldAnswer[] = []
  const outside: FieldAnswer[] = []
  for (const { prepared, labels } of tickets) {
    const answer = await classifier.classify(prepared, { ...whole, fields }, new AbortController().signal)
    ;(removed.includes(labels.service!) ? outside : inside).push(answer.fields.service!)
  }
  const alarms = (answers: FieldAnswer[]) =>
    share(answers.filter(({ doubt }) => doubt !== undefined).length, answers.length)
  const doubtOf = (of: (answer: FieldAnswer) => number | null | undefined) => (answer: FieldAnswer) =>
    -(of(answer) ?? 0)
  const mass = doubtOf(({ legalMass }) => legalMass)
  const confidence = doubtOf(({ raw }) => raw)
  return {
    inside: inside.length,
    outside: outside.length,
    aurocMass: auroc(outside.map(mass), inside.map(mass)),
    aurocConfidence: auroc(outside.map(confidence), inside.map(confidence)),
    alarmsInside: alarms(inside),
    alarmsOutside: alarms(outside),
  }
}

/** The share of pairs in which the first scores higher than the second. */
function auroc(high: number[], low: number[]): number {
  const wins = high.map((a) => low.reduce((sum, b) => sum + (a > b ? 1 : a === b ? 0.5 : 0), 0))
  return wins.reduce((sum, won) => sum + won, 0) / (high.length * low.length)
}

/** A direct call with the same prompt, and with the token probabilities that confidence needs. */
async function direct(url: string, taxonomy: Taxonomy, { prepared }: DeskTicket): Promise<Labels> {
  const rendered = renderPrompt(defaultFormat, taxonomy, prepared)
  const response = await fetch(`${url}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'triage',
      messages: rendered.kind === 'chat' ? rendered.messages : [],
      temperature: 0,
      max_tokens: 200,
      logprobs: true,
      top_logprobs: 20,
      response_format: responseFormat(defaultFormat, taxonomy),
    }),
  })
  const { choices } = (await response.json()) as { choices: [{ message: { content: string } }] }
  return JSON.parse(choices[0].message.content) as Labels
}

/** Every outcome with the confidence of a curve that was fitted without it; null when there are too few for a curve. */
function crossFitted(outcomes: Outcome[]): Outcome[] | null {
  const samples = outcomes.map(
    ({ expected, value, confidence }): Sample => ({ p: confidence!, right: expected === value }),
  )
  const curves = Array.from({ length: FOLDS }, (_, fold) => fitCurve(samples.filter((_, s) => s % FOLDS !== fold)))
  if (curves.includes(null)) return null
  return outcomes.map((outcome, s) => ({ ...outcome, confidence: applyCurve(curves[s % FOLDS], outcome.confidence!) }))
}

function quantile(asked: Asked[], q: number, of: (asked: Asked) => number): number {
  return asked.map(of).sort((a, b) => a - b)[Math.floor(q * (asked.length - 1))] ?? Number.NaN
}

function show(fields: FieldRow[], runs: RunRow[], scope: ScopeRow[]) {
  console.table(
    fields.map(({ accuracy, direct, change: changed, ece, eceAfter, brier, brierAfter, ...row }) => ({
      ...row,
      accuracy: figure(accuracy),
      direct: percent(direct.value),
      'points gained': change(changed),
      ECE: threeDecimals(ece),
      'ECE calibrated': eceAfter ? threeDecimals(eceAfter) : 'too few',
      Brier: brier.value.toFixed(3),
      'Brier calibrated': brierAfter?.value.toFixed(3) ?? 'too few',
    })),
  )
  console.table(runs.map(rounded))
  console.table(
    scope.map(({ alarmsInside, alarmsOutside, ...row }) => ({
      ...rounded(row),
      alarmsInside: figure(alarmsInside),
      alarmsOutside: figure(alarmsOutside),
    })),
  )
  console.log(
    `Brackets: 95 % interval. Calibration is fitted and measured on different tickets (${FOLDS} folds). Milliseconds with one ticket at\na time; modelP50 is the part of the model in p50. Scope: three services are removed from the taxonomy.`,
  )
}

const rounded = (row: object) =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'number' ? Math.round(value * 1000) / 1000 : value,
    ]),
  )
