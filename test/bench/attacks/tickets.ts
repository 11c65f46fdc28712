/** The hostile tickets, and the honest tickets that they were made from. */
import { readFile } from 'node:fs/promises'
import type { Labels, Ticket } from '../../../src/contract/index.ts'

export type Attack = {
  id: string
  kind: string
  subject: string
  text: string
  format?: Ticket['format']
  times?: number
  depth?: number
  node?: string
  pattern?: string
  labels?: Labels
  /** The labels that the attack tries to get. */
  wants?: Labels
  /** The honest ticket that it was made from. */
  plain?: Plain
  /** A document as the helpdesk sends it, instead of `text`. */
  body?: unknown
}

export type Plain = { subject: string; text: string }

/** Reads a file of `test/bench/data`: one ticket per line. */
export async function readTickets(name: string): Promise<Attack[]> {
  const source = await readFile(new URL(`../data/${name}.jsonl`, import.meta.url), 'utf8')
  return source
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Attack)
}

export function bodyOf({ text, times = 1, depth, node, body }: Attack): unknown {
  if (body !== undefined) return body
  const whole = text.repeat(times)
  if (!depth) return whole
  let inner: unknown = { type: 'text', text: whole }
  for (let i = 0; i < depth; i++) inner = { type: node, content: [inner] }
  return { type: 'doc', version: 1, content: [inner] }
}

/**
 * Finds the honest ticket of an attack. Attacks were put before, after or into the text of a few honest tickets, so a paragraph
 * that occurs whole in at least three attacks is such a ticket, with its most frequent subject. An attack may also name its own.
 */
export function honestTicketOf(attacks: Attack[]): (attack: Attack) => Plain | null {
  const seen = new Map<string, Set<string>>()
  for (const { id, text, labels } of attacks)
    if (labels)
      for (const paragraph of text.split('\n\n')) seen.set(paragraph, (seen.get(paragraph) ?? new Set()).add(id))
  const carriers = [...seen].filter(([, ids]) => ids.size >= 3).map(([text]) => text)
  const carrierOf = ({ text }: Attack) => carriers.find((carrier) => holds(text, carrier))
  const subjects = new Map<string, string[]>()
  for (const attack of attacks) {
    const carrier = attack.labels && carrierOf(attack)
    if (carrier) subjects.set(carrier, [...(subjects.get(carrier) ?? []), attack.subject])
  }
  return (attack) => {
    if (attack.plain) return attack.plain
    const text = attack.labels && carrierOf(attack)
    return text ? { subject: mostFrequent(subjects.get(text) ?? []), text } : null
  }
}

function holds(text: string, carrier: string): boolean {
  if (text.includes(carrier)) return true
  for (let cut = 1; cut < carrier.length; cut++)
    if (text.startsWith(carrier.slice(0, cut)) && text.endsWith(carrier.slice(cut))) return true
  return false
}

function mostFrequent(all: string[]): string {
  const counts = new Map<string, number>()
  for (const each of all) counts.set(each, (counts.get(each) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? ''
}

/** Parts of the secrets in the tickets of kind `secret`. */
export const SECRETS =
  /Sommer_4417x|AKIAQ7RM|MIIEowIB|vT2m9q8y|4539 1488|DE8937|ghp_k3J9|j\.victim|Geheim77|4510 448120|112-233-445|eyJhbGci|Dacha_2024z|916 555|xoxb-|sk_test_|9f8e7d6c5b4a/
