/** A real llama-server with a small trained model, and labelled tickets for it, where these files exist. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Labels, type Prepared, type Taxonomy, TaxonomyDocument } from '../../src/contract/index.ts'

/** `base` was trained on a general desk; `lora` adds an adapter for a company with its own services and rules. */
export type Desk = 'base' | 'lora'
export type DeskTicket = { id: string; prepared: Prepared; labels: Labels }
export type Llama = { url: string; [Symbol.asyncDispose](): Promise<void> }

const MATERIAL = fileURLToPath(new URL('../../../shared/llm/', import.meta.url))
const GIVEN: Record<Desk, string | undefined> = {
  base: process.env.LLM_TEST_BASE_URL,
  lora: process.env.LLM_TEST_LORA_BASE_URL,
}
const FIELDS = {
  service: 'internet mobile tv telephony billing account hosting email vpn crm',
  category: 'outage degradation configuration access payment order question cancellation',
  priority: 'low normal high urgent',
  sentiment: 'negative neutral positive',
}
const HOUSE_SERVICES = ' iot sms_gateway cctv'

/** What is missing for a benchmark, in one line; null when nothing is. */
export function missingLlama(): string | null {
  return existsSync(MATERIAL) ? null : `Left out: it needs the model server and tickets of ${MATERIAL}`
}

/** The server that the environment names, or a new one that is stopped at the end. */
export async function startLlama(desk: Desk): Promise<Llama> {
  const given = GIVEN[desk]
  if (given) return { url: given, [Symbol.asyncDispose]: async () => {} }
  const port = await freePort()
  const pid = Number(execFileSync(`${MATERIAL}llama-server.sh`, ['start', String(port), desk], { encoding: 'utf8' }))
  const url = `http://127.0.0.1:${port}/v1`
  for (let i = 0; i < 300; i++) {
    const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null)
    if (answer?.ok) return { url, [Symbol.asyncDispose]: async () => void process.kill(pid, 'SIGINT') }
    await sleep(100)
  }
  process.kill(pid, 'SIGINT')
  throw new Error('llama-server did not start')
}

export function deskTaxonomy(desk: Desk): Taxonomy {
  const fields = Object.entries(FIELDS).map(([id, values]) => {
    const all = desk === 'lora' && id === 'service' ? values + HOUSE_SERVICES : values
    return { id, values: all.split(' ').map((id) => ({ id })) }
  })
  return { ...TaxonomyDocument.parse({ fields }), version: 1 }
}

export function deskTickets(desk: Desk, limit = Number.POSITIVE_INFINITY): DeskTicket[] {
  const name = desk === 'base' ? 'base' : 'house'
  const lines = readFileSync(`${MATERIAL}tickets/${name}.val.jsonl`, 'utf8').trim().split('\n')
  return lines.slice(0, limit).map((line) => {
    const { id, subject, body, lang, labels } = JSON.parse(line) as Record<
      'id' | 'subject' | 'body' | 'lang',
      string
    > & {
      labels: Labels
    }
    const language = { code: lang, confidence: 1 }
    return { id, prepared: { subject, text: body, language, dropped: [], masked: {}, metadata: {} }, labels }
  })
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
