/**
 * What a ticket costs on a real llama-server: our JSON, our codes, and a naive prompt (first the ticket, then the instructions,
 * free JSON without a schema) for the same tickets and the same catalogue. Evaluated tokens are those that the server really
 * computes: the prompt without its cached part, and the answer.
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
  /** Share of the prompt that the server had in its cache. */
  cacheable: number
  completion: number
  evaluated: number
  ofNaive: number
  ms: number
  /** Tokens of the answer alone, as a model trained on this form writes it. */
  answerTokens: number | null
  /** Share of tickets with all fields as labelled. */
  right: Figure
  /** Share of tickets with all fields as in our JSON form. */
  sameAsJson: Figure
}
type Ask = (ticket: DeskTicket) => Promise<Cost>
/** One way to ask: `answer` is the answer to the first ticket as a model trained on this form writes it. */
type Form = { form: string; ask: Ask; answer: string | null }
/** What all tickets cost in one form. */
type Measured = Form & { costs: Cost[] }

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
    // The small model was not trained on descriptions: measured for the cost, not for the labels.
    ['descriptions', three({ ...defaultTaxonomy, version: 1 })],
  ] as const
  for (const [catalogue, taxonomy] of catalogues) {
    const measured: Measured[] = []
    for (const form of formsOf(llama.url, catalogue, taxonomy, tickets[0]!.labels))
      measured.push({ ...form, costs: await measure(form.ask, tickets) })
    for (const form of measured) {
      const answerTokens = form.answer ? await countTokens(llama.url, form.answer) : null
      rows.push({ catalogue, ...rowOf(form, measured, tickets, taxonomy), answerTokens })
    }
  }
  if (args.includes('--json')) console.log(JSON.stringify(rows))
  else print(rows)
}

function formsOf(url: string, catalogue: 'names' | 'descriptions', taxonomy: Taxonomy, labels: Labels): Form[] {
  const json = PromptFormat.parse({ kind: 'chat', catalogue })
  const codes = PromptFormat.parse({ kind: 'chat', catalogue, answer: 'codes' })
  const why = PromptFormat.parse({ kind: 'chat', catalogue, rationale: 200 })
  return [
    { form: 'naive', ask: askNaive(url, json, taxonomy), answer: null },
    { form: 'json', ask: askOurs(url, json, taxonomy), answer: renderAnswer(json, taxonomy, labels) },
    { form: 'json, first why', ask: askOurs(url, why, taxonomy), answer: null },
    { form: 'codes', ask: askOurs(url, codes, taxonomy), answer: renderAnswer(codes, taxonomy, labels) },
  ]
}

async function measure(ask: Ask, tickets: DeskTicket[]): Promise<Cost[]> {
  // The first requests fill the cache of each slot.
  for (const ticket of tickets.slice(0, 2)) await ask(ticket)
  const costs: Cost[] = []
  for (const ticket of tickets) costs.push(await ask(ticket))
  return costs
}

function rowOf(
  { form, costs }: Measured,
  all: Measured[],
  tickets: DeskTicket[],
  taxonomy: Taxonomy,
): Omit<Row, 'catalogue' | 'answerTokens'> {
  const costsOf = (name: string) => all.find((each) => each.form === name)!.costs
  const ours = costsOf('json')
  const evaluated = (some: Cost[]) => mean(some.map((cost) => cost.prompt - cost.cached + cost.completion))
  const prompt = mean(costs.map((cost) => cost.prompt))
  const cached = mean(costs.map((cost) => cost.cached))
  return {
    form,
    n: costs.length,
    prompt,
    cached,
    cacheable: cached / prompt,
    completion: mean(costs.map((cost) => cost.completion)),
    evaluated: evaluated(costs),
    ofNaive: evaluated(costs) / evaluated(costsOf('naive')),
    ms: mean(costs.map((cost) => cost.ms)),
    right: shareOf(costs, (cost, t) => same(cost.labels, tickets[t]!.labels, taxonomy)),
    sameAsJson: shareOf(costs, (cost, t) => same(cost.labels, ours[t]!.labels, taxonomy)),
  }
}

function print(rows: Row[]): void {
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
    'Means per ticket; brackets: 95 % interval. The small model was trained on JSON with names. For codes read the cost, not the\naccuracy: the model puts spaces before codes, which count as completion; answerTokens counts the answer alone.',
  )
}

/** Three fields only: without a schema the small model leaves out a fourth. */
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
    const request = `Return a JSON object such as ${JSON.stringify(Object.fromEntries(taxonomy.fields.map(({ id }) => [id, '...'])), null, 2)}`
    const content = `Subject: ${prepared.subject}\nText: ${prepared.text}\n\n${system}\n\n${request}`
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
