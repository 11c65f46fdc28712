import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import type { Ticket } from '../../contract/index.ts'
import { defaultTaxonomy } from '../../taxonomy/default.ts'
import { applyRules, defaultRules } from '../../triage/rules/index.ts'
import { checkPattern, matches } from '../pattern/index.ts'
import { loadLanguages, prepare } from './index.ts'

type Attack = {
  id: string
  kind: string
  subject: string
  text: string
  times?: number
  depth?: number
  node?: string
  format?: Ticket['format']
  pattern?: string
  labels?: Record<string, string>
}

const source = readFileSync(new URL('../../../test/bench/data/attacks.jsonl', import.meta.url), 'utf8')
const attacks = source
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Attack)

/** The secrets in the tickets of kind `secret`. */
const SECRETS =
  /Sommer_4417x|AKIAQ7RM|MIIEowIB|vT2m9q8y|4539 1488|DE8937|ghp_k3J9|j\.victim|Geheim77|4510 448120|112-233-445|eyJhbGci|Dacha_2024z|916 555|xoxb-|sk_test_|9f8e7d6c5b4a/

beforeAll(loadLanguages)

test('there are at least 150 attacks of a dozen kinds', () => {
  expect(attacks.length).toBeGreaterThanOrEqual(150)
  expect(new Set(attacks.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(12)
})

test('preparing and applying the rules takes bounded time for every attack, and gives a bounded text without secrets', () => {
  const start = process.threadCpuUsage()
  for (const attack of attacks) {
    const prepared = prepare({
      subject: attack.subject,
      body: bodyOf(attack),
      format: attack.format ?? 'plain',
      metadata: {},
    })
    expect(prepared.text.length).toBeLessThan(8000)
    expect(prepared.text.isWellFormed()).toBe(true)
    expect(JSON.stringify({ ...prepared, masked: {} })).not.toMatch(SECRETS)
    const ruled = applyRules(defaultRules, { prepared }, defaultTaxonomy)
    if (attack.kind === 'guard') expect(ruled.guards.map(({ field }) => field)).toContain('priority')
    if (attack.pattern) {
      expect(checkPattern(attack.pattern)).not.toBeNull()
      matches(attack.pattern, attack.text.repeat(attack.times ?? 1))
    }
  }
  expect(process.threadCpuUsage(start).user / 1000).toBeLessThan(45_000)
})

function bodyOf(attack: Attack): unknown {
  const text = attack.text.repeat(attack.times ?? 1)
  if (!attack.depth) return text
  let node: unknown = { type: 'text', text }
  for (let i = 0; i < attack.depth; i++) node = { type: attack.node, content: [node] }
  return { type: 'doc', version: 1, content: [node] }
}
