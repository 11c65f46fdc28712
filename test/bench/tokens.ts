/**
 * What a ticket costs on a real llama-server: our JSON, our codes, and a naive prompt (ticket first, instructions after
 * it, JSON as the model likes it, no schema) over the same tickets and the same catalogue. Evaluated tokens are what the
 * server really computes: the prompt without its cached part, and the answer.
 */

import { openEndpoint, PromptFormat, renderAnswer, renderParts } from '../../src/classifiers/endpoint/index.ts'
import type { Labels, Taxonomy } from '../../src/contract/index.ts'
import { defaultTaxonomy } from '../../src/taxonomy/default.ts'
import { type Figure, share } from '../../src/training/evaluate/figures.ts'
import { figure, percent } from '../../src/training/evaluate/format.ts'
import { type DeskTicket, deskTaxonomy, deskTickets, missingLlama, startLlama } from '../support/llama.ts'

type Cost = { prompt: number; cached: number; completion: number; ms: number; labels: Labels | null }
type Row = {
  catalogue: string
  form: string
  n: number
  prompt: number
  cached: number
  /** Share of the prompt that the server had already. */
  cacheable: number
  completion: number
  evaluated: number
  ofNaive: number
  ms: number
  /** Of the answer alone, written as a model trained on this form writes it. */
  answerTokens: number | null
  /** All fields as labelled, and as our JSON form has them. */
  right: Figure
  sameAsJson: Figure
}
type Ask = (ticket: DeskTicket) => Promise<Cost>

/** `--limit N` tickets (60), `--json` for rows. */
export async function run(args: string[]): Promise<void> {
  const missing = missingLlama()
  if (missing) return console.log(missing)
  const limit = Number(args[args.indexOf('--limit') + 1]) || 60
  const tickets = deskTickets('base', limit)
  await using llama = await startLlama('base')
  const rows: Row[] = []
  const catalogues = [
    ['names', three(deskTaxonomy('base'))],
    // beyond what this small model was trained on: for the cost, not for the labels
    ['descriptions', three({ ...defaultTaxonomy, version: 1 })],
  ] as const
  for (const [catalogue, taxonomy] of catalogues) {
    const json = PromptFormat.parse({ kind: 'chat', catalogue })
    const codes = PromptFormat.parse({ kind: 'chat', catalogue, answer: 'codes' })
    const why = PromptFormat.parse({ kind: 'chat', catalogue, rationale: 200 })
    const forms: [string, Ask, string | null][] = [
      ['naive', askNaive(llama.url, json, taxonomy), null],
      ['json', askOurs(llama.url, json, taxonomy), renderAnswer(json, taxonomy, tickets[0]!.labels)],
      ['json, first why', askOurs(llama.url, why, taxonomy), null],
      ['codes', askOurs(llama.url, codes, taxonomy), renderAnswer(codes, taxonomy, tickets[0]!.labels)],
    ]
    const costs = new Map<string, Cost[]>()
    for (const [form, ask] of forms) {
      // the first requests fill the cache of each slot
      for (const ticket of tickets.slice(0, 2)) await ask(ticket)
      const all: Cost[] = []
      for (const ticket of tickets) all.push(await ask(ticket))
      costs.set(form, all)
    }
    const evaluated = (all: Cost[]) => mean(all.map((cost) => cost.prompt - cost.cached + cost.completion))
    for (const [form, , answer] of forms) {
      const all = costs.get(form)!
      const [ours, naive] = [costs.get('json')!, costs.get('naive')!]
      rows.push({
        catalogue,
        form,
        n: all.length,
        prompt: mean(all.map((cost) => cost.prompt)),
        cached: mean(all.map((cost) => cost.cached)),
        cacheable: mean(all.map((cost) => cost.cached)) / mean(all.map((cost) => cost.prompt)),
        completion: mean(all.map((cost) => cost.completion)),
        evaluated: evaluated(all),
        ofNaive: evaluated(all) / evaluated(naive),
        ms: mean(all.map((cost) => cost.ms)),
        answerTokens: answer ? await countTokens(llama.url, answer) : null,
        right: shareOf(all, (cost, t) => same(cost.labels, tickets[t]!.labels, taxonomy)),
        sameAsJson: shareOf(all, (cost, t) => same(cost.labels, ours[t]!.labels, taxonomy)),
      })
    }
  }
  if (args.includes('--json')) return console.log(JSON.stringify(rows))
  console.table(
    rows.map(({ catalogue, form, n, cacheable, ofNaive, right, sameAsJson, ...figures }) => ({
      catalogue,
      form,
      n,
      ...Object.fromEntries(
        Object.entries(figures).map(([name, value]) => [name, value === null ? '' : Math.round(value * 10) / 10]),
      ),
      cacheable: percent(cacheable),
      ofNaive: percent(ofNaive),
      right: figure(right),
      sameAsJson: figure(sameAsJson),
    })),
  )
  console.log(
    'Means per ticket; brackets: 95 % interval. The small model was trained on JSON with names: codes show their price here, not their accuracy,\nand spaces that it puts before them count as completion; answerTokens is the answer alone.',
  )
}

/** What the small model answers without a schema; it leaves a fourth field out. */
function three(taxonomy: Taxonomy): Taxonomy {
  return { ...taxonomy, fields: taxonomy.fields.filter(({ id }) => ['service', 'category', 'priority'].includes(id)) }
}

function askOurs(baseUrl: string, format: PromptFormat, taxonomy: Taxonomy): Ask {
  const classifier = openEndpoint({
    endpoints: [{ name: 'bench', baseUrl, model: 'triage', kind: 'llamacpp', format }],
  })
  return async ({ prepared }) => {
    const { fields, tokens, ms } = await classifier.classify(prepared, taxonomy, new AbortController().signal)
    return { ...tokens!, ms, labels: Object.fromEntries(Object.entries(fields).map(([id, { value }]) => [id, value])) }
  }
}

function askNaive(baseUrl: string, format: PromptFormat, taxonomy: Taxonomy): Ask {
  return async ({ prepared }) => {
    const { system } = renderParts({ ...format, system: 'separate' }, taxonomy, prepared)
    const wish = `Return a JSON object such as ${JSON.stringify(Object.fromEntries(taxonomy.fields.map(({ id }) => [id, '...'])), null, 2)}`
    const content = `Subject: ${prepared.subject}\nText: ${prepared.text}\n\n${system}\n\n${wish}`
    const started = performance.now()
    const response = await fetch(`${baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ messages: [{ role: 'user', content }], temperature: 0, max_tokens: 300 }),
    })
    const { choices, usage } = (await response.json()) as {
      choices: [{ message: { content: string } }]
      usage: { prompt_tokens: number; completion_tokens: number; prompt_tokens_details: { cached_tokens: number } }
    }
    return {
      prompt: usage.prompt_tokens,
      completion: usage.completion_tokens,
      cached: usage.prompt_tokens_details.cached_tokens,
      ms: performance.now() - started,
      labels: parse(choices[0].message.content),
    }
  }
}

function parse(content: string): Labels | null {
  try {
    return JSON.parse(content.slice(content.indexOf('{'), content.lastIndexOf('}') + 1)) as Labels
  } catch {
    return null
  }
}

async function countTokens(baseUrl: string, content: string): Promise<number> {
  const response = await fetch(baseUrl.replace(/\/v1$/, '/tokenize'), {
    method: 'POST',
    body: JSON.stringify({ content }),
  })
  return ((await response.json()) as { tokens: number[] }).tokens.length
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const shareOf = (costs: Cost[], holds: (cost: Cost, t: number) => boolean) =>
  share(costs.filter(holds).length, costs.length)
const same = (labels: Labels | null, others: Labels | null, { fields }: Taxonomy) =>
  labels !== null && others !== null && fields.every(({ id }) => labels[id] === others[id])
