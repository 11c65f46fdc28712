/**
 * The validation tickets of a general and of a house desk through the endpoint classifier, against a model that knows
 * the general desk and one with the house's adapter: the same labels as direct calls, nothing outside the taxonomy,
 * confidence before and after calibration, the alarm for what belongs to no service, and what we add to the time of a
 * direct call.
 */
import { type Labels, type Taxonomy, valuesOf } from '../../src/ticket.ts'
import { applyCurve, fitCurve, type Sample } from '../../src/triage/calibration/index.ts'
import {
  modelFields,
  openEndpoint,
  PromptFormat,
  renderPrompt,
  responseFormat,
} from '../../src/triage/endpoint/index.ts'
import { type Desk, type DeskTicket, deskTaxonomy, deskTickets, missingLlama, startLlama } from '../support/llama.ts'

type FieldRow = {
  model: Desk
  tickets: string
  field: string
  n: number
  accuracy: number
  directAccuracy: number
  sameAsDirect: number
  confidence: number
  ece: number
  /** Null: not calibrated yet. */
  eceAfter: number | null
  brier: number
  brierAfter: number | null
  unknown: number
}
type RunRow = {
  model: Desk
  tickets: string
  n: number
  outside: number
  failed: number
  p50: number
  p95: number
  directP50: number
  directP95: number
}
/** `alarms`: a legal mass below a half. */
type ScopeRow = {
  inside: number
  outside: number
  aurocMass: number
  aurocConfidence: number
  alarmsInside: number
  alarmsOutside: number
}

const FOLDS = 5
const format = PromptFormat.parse({ kind: 'chat', catalogue: 'names' })

/** `--limit N` tickets of each desk, `--json` for rows. */
export async function run(args: string[]): Promise<void> {
  const missing = missingLlama()
  if (missing) return console.log(missing)
  const limit = args.includes('--limit') ? Number(args[args.indexOf('--limit') + 1]) : undefined
  const fields: FieldRow[] = []
  const runs: RunRow[] = []
  const scope: ScopeRow[] = []
  for (const desk of ['base', 'lora'] as const) {
    await using llama = await startLlama(desk)
    const own = deskTickets(desk, limit)
    if (desk === 'base') scope.push(await measureScope(llama.url, own))
    const sets: [string, DeskTicket[]][] = [
      [desk === 'base' ? 'general' : 'house', own],
      // half of them is strange to either model: where raw confidence misleads
      ['both', [...deskTickets('base', limit), ...deskTickets('lora', limit)]],
    ]
    for (const [name, tickets] of sets) {
      const measured = await measure(llama.url, deskTaxonomy(name === 'general' ? 'base' : 'lora'), tickets)
      fields.push(...measured.fields.map((row) => ({ model: desk, tickets: name, ...row })))
      runs.push({ model: desk, tickets: name, ...measured.run })
    }
  }
  if (args.includes('--json')) return console.log(JSON.stringify({ fields, runs, scope }))
  console.table(fields.map(rounded))
  console.table(runs.map(rounded))
  console.table(scope.map(rounded))
  console.log(
    `Calibration is fitted and measured on different tickets (${FOLDS} folds). Milliseconds one ticket after the other.`,
  )
}

async function measure(url: string, taxonomy: Taxonomy, tickets: DeskTicket[]) {
  const classifier = openEndpoint({
    endpoints: [{ name: 'bench', baseUrl: url, model: 'triage', kind: 'llamacpp', format }],
  })
  const rows: { ticket: DeskTicket; ours: Labels; raw: Record<string, number | null>; direct: Labels }[] = []
  const [ms, directMs]: [number[], number[]] = [[], []]
  let failed = 0
  for (const [t, ticket] of tickets.entries()) {
    const askOurs = async () => {
      const started = performance.now()
      const answer = await classifier
        .classify(ticket.prepared, taxonomy, new AbortController().signal)
        .catch(() => null)
      ms.push(performance.now() - started)
      return answer
    }
    const askDirect = async () => {
      const started = performance.now()
      const labels = await direct(url, taxonomy, ticket)
      directMs.push(performance.now() - started)
      return labels
    }
    // who comes second finds the ticket in the cache, so they take turns
    const first = t % 2 === 0 ? await askOurs() : null
    const labels = await askDirect()
    const answer = first ?? (await askOurs())
    if (!answer) {
      failed++
      continue
    }
    const entries = Object.entries(answer.fields)
    rows.push({
      ticket,
      direct: labels,
      ours: Object.fromEntries(entries.map(([id, { value }]) => [id, value])),
      raw: Object.fromEntries(entries.map(([id, { raw }]) => [id, raw])),
    })
  }
  const known = new Map(modelFields(taxonomy).map((field) => [field.id, new Set(valuesOf(field).map(({ id }) => id))]))
  const outside = rows.filter(({ ours }) =>
    Object.entries(ours).some(([id, value]) => !known.get(id)?.has(value)),
  ).length
  const fields = [...known.keys()].map((field) => {
    const samples = rows.map(({ ticket, ours, raw }) => ({
      p: raw[field] ?? null,
      right: ours[field] === ticket.labels[field],
    }))
    const sure = samples.filter((sample): sample is Sample => sample.p !== null)
    const after = crossFitted(sure)
    return {
      field,
      n: rows.length,
      accuracy: mean(samples.map(({ right }) => Number(right))),
      directAccuracy: mean(rows.map(({ direct, ticket }) => Number(direct[field] === ticket.labels[field]))),
      sameAsDirect: mean(rows.map(({ direct, ours }) => Number(direct[field] === ours[field]))),
      confidence: mean(sure.map(({ p }) => p)),
      ece: ece(sure),
      eceAfter: after && ece(after),
      brier: brier(sure),
      brierAfter: after && brier(after),
      unknown: samples.length - sure.length,
    }
  })
  const [p50, p95] = [quantile(ms, 0.5), quantile(ms, 0.95)]
  const run = {
    n: rows.length,
    outside,
    failed,
    p50,
    p95,
    directP50: quantile(directMs, 0.5),
    directP95: quantile(directMs, 0.95),
  }
  return { fields, run }
}

/**
 * Tickets of three services that the taxonomy leaves out: does the legal mass tell them? Only before the server's mask
 * (llama-server); vLLM shows probabilities after it.
 */
async function measureScope(url: string, tickets: DeskTicket[]): Promise<ScopeRow> {
  const gone = ['email', 'vpn', 'crm']
  const whole = deskTaxonomy('base')
  const fields = whole.fields.map((field) =>
    field.id === 'service' && field.kind === 'choice'
      ? { ...field, values: field.values.filter(({ id }) => !gone.includes(id)) }
      : field,
  )
  const classifier = openEndpoint({ endpoints: [{ name: 'bench', baseUrl: url, model: 'triage', format }] })
  const inside: { mass: number; raw: number }[] = []
  const outside: typeof inside = []
  for (const { prepared, labels } of tickets) {
    const answer = await classifier.classify(prepared, { ...whole, fields }, new AbortController().signal)
    const { legalMass: mass = 0, raw } = answer.fields.service!
    ;(gone.includes(labels.service!) ? outside : inside).push({ mass, raw: raw ?? 0 })
  }
  const alarms = (rows: typeof inside) => rows.filter(({ mass }) => mass < 0.5).length
  return {
    inside: inside.length,
    outside: outside.length,
    aurocMass: auroc(
      outside.map(({ mass }) => -mass),
      inside.map(({ mass }) => -mass),
    ),
    aurocConfidence: auroc(
      outside.map(({ raw }) => -raw),
      inside.map(({ raw }) => -raw),
    ),
    alarmsInside: alarms(inside),
    alarmsOutside: alarms(outside),
  }
}

/** How often one of the first scores above one of the second. */
function auroc(high: number[], low: number[]): number {
  const wins = high.map((a) => low.reduce((sum, b) => sum + (a > b ? 1 : a === b ? 0.5 : 0), 0))
  return wins.reduce((sum, won) => sum + won, 0) / (high.length * low.length)
}

/** The same request by hand, with the token probabilities that confidence needs. */
async function direct(url: string, taxonomy: Taxonomy, { prepared }: DeskTicket): Promise<Labels> {
  const rendered = renderPrompt(format, taxonomy, prepared)
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
      response_format: responseFormat(format, taxonomy),
    }),
  })
  const { choices } = (await response.json()) as { choices: [{ message: { content: string } }] }
  return JSON.parse(choices[0].message.content) as Labels
}

/** Every sample with the confidence of a curve that never saw it; null while there are too few for one. */
function crossFitted(samples: Sample[]): Sample[] | null {
  const curves = Array.from({ length: FOLDS }, (_, fold) => fitCurve(samples.filter((_, s) => s % FOLDS !== fold)))
  if (curves.includes(null)) return null
  return samples.map(({ p, right }, s) => ({ p: applyCurve(curves[s % FOLDS], p) ?? p, right }))
}

function ece(samples: Sample[]): number {
  const bins = Array.from({ length: 10 }, () => ({ said: 0, right: 0 }))
  for (const { p, right } of samples) {
    const bin = bins[Math.min(9, Math.floor(p * 10))]!
    bin.said += p
    bin.right += Number(right)
  }
  return bins.reduce((sum, { said, right }) => sum + Math.abs(said - right), 0) / samples.length
}

const brier = (samples: Sample[]) => mean(samples.map(({ p, right }) => (p - Number(right)) ** 2))
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const quantile = (values: number[], q: number) =>
  [...values].sort((a, b) => a - b)[Math.floor(q * (values.length - 1))] ?? Number.NaN

function rounded<T extends object>(row: T) {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'number' ? Math.round(value * 1000) / 1000 : value,
    ]),
  )
}
