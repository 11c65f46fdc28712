/** The real command, as a user runs it: no database, no model server. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test, vi } from 'vitest'
import { loadTraining, loadUnseen } from '../src/demo/tickets.ts'
import type { Report } from '../src/training/evaluate/index.ts'

// Training can take a minute on a busy machine.
vi.setConfig({ testTimeout: 240_000 })

const folder = mkdtempSync(join(tmpdir(), 'pointsman-evaluate-'))
afterAll(() => rmSync(folder, { recursive: true }))
const root = fileURLToPath(new URL('..', import.meta.url))
const unseen = join(root, 'src/demo/tickets/unseen.jsonl')
const train = join(folder, 'train.jsonl')
writeFileSync(train, (await loadTraining()).map((ticket) => `${JSON.stringify(ticket)}\n`).join(''))

type Ran = { code: number; out: string; err: string }

function evaluate(...args: string[]): Promise<Ran> {
  // A model server that does not exist: most tests never call it.
  const model = args.includes('--endpoint') ? { LLM_BASE_URL: 'http://127.0.0.1:9/v1', LLM_MODEL: 'triage' } : {}
  const env = { PATH: process.env.PATH, DATA_DIR: join(folder, 'none'), ...model }
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(root, 'src/cli.ts'), 'evaluate', ...args],
      { cwd: folder, env, maxBuffer: 50_000_000 },
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }),
    )
  })
}

test('a model trained for this run, on the demo’s tickets, as JSON', async () => {
  const { code, out, err } = await evaluate('--data', unseen, '--train', train, '--format', 'json')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const report = JSON.parse(out) as Report
  const tickets = await loadUnseen()
  expect(report).toMatchObject({
    kind: 'evaluation',
    classifier: { kind: 'embedded' },
    tickets: tickets.length,
    answered: tickets.length,
    outsideTaxonomy: 0,
    failures: [],
    unknownLabels: [],
    cascade: null,
  })
  expect(report.fields.map(({ field }) => field)).toEqual(['service', 'category', 'priority', 'sentiment'])
  for (const field of report.fields) {
    // Well above guessing. The benchmarks measure how good it is.
    expect(field.baseline.gain.low).toBeGreaterThan(0.05)
    expect(field.accuracy.low).toBeLessThan(field.accuracy.value)
    expect(field.languages.reduce((sum, { n }) => sum + n, 0)).toBe(field.n)
  }
  for (const { text } of tickets) expect(out).not.toContain(text)
})

test.each([
  ['a page that cannot be written', ['--out', join(folder, 'nowhere', 'page.html')], '--out'],
  ['a taxonomy that is not JSON', ['--taxonomy', fileURLToPath(import.meta.url)], 'is not JSON'],
])('%s is refused, with the next step', async (_, more, message) => {
  const { code, err } = await evaluate('--data', unseen, '--train', train, ...more)
  expect(code).toBe(1)
  expect(err).toContain(message)
  expect(err).toContain('→ ')
  expect(err).not.toContain('    at ')
})

test('as a page in a file, for some tickets and fields', async () => {
  const page = join(folder, 'report.html')
  const given = ['--data', unseen, '--train', train, '--fields', 'service', '--limit', '40']
  const { code, out, err } = await evaluate(...given, '--format', 'html', '--out', page)
  expect({ code, out, err }).toEqual({ code: 0, out: '', err: '' })
  const html = readFileSync(page, 'utf8')
  expect(html).toMatch(/^<!doctype html>/)
  expect(html).toContain('40 labelled tickets')
})

test('labels of another helpdesk need no taxonomy, and labels that were not in the training file are listed', async () => {
  const words = { apple: 'red round fruit', leek: 'green long vegetable', pear: 'yellow soft fruit' }
  const row = (kind: string, i: number) => ({ body: `${words[kind as 'leek']} number ${i}`, labels: { kind } })
  const write = (name: string, rows: unknown[]) => {
    writeFileSync(join(folder, name), rows.map((each) => `${JSON.stringify(each)}\n`).join(''))
    return join(folder, name)
  }
  const learnt = write(
    'a.jsonl',
    [...Array(40).keys()].map((i) => row(i % 2 ? 'apple' : 'leek', i)),
  )
  const judged = write('b.jsonl', [row('apple', 1), row('leek', 77), row('pear', 78)])
  const { code, out, err } = await evaluate('--data', judged, '--train', learnt)
  expect(code).toBe(0)
  expect(err).toContain('1 of 3 tickets are also in the training file')
  expect(out).toContain('kind has no value pear (1 ticket): counted as wrong')
})

test.each([
  [['--data', 'missing.jsonl', '--train', 'missing.jsonl'], 'missing.jsonl'],
  [['--data', unseen, '--train', unseen, '--format', 'pdf'], '--format'],
  [['--data', unseen, '--train', unseen, '--classifier', 'cascade'], 'LLM_BASE_URL'],
  [['--data', unseen, '--train', unseen, '--fields', 'mood'], 'mood'],
  [['--data', unseen, '--train', unseen, '--classifier', 'endpoint', '--endpoint', 'gpu'], 'There is no endpoint gpu'],
])('%s fails and names the cause', async (args, why) => {
  const { code, out, err } = await evaluate(...args)
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(err).toContain(why)
})
