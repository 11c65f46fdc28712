import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Labels } from '../../contract/index.ts'
import { Rejected } from '../../errors.ts'
import { readRows, taxonomyOf, unknownLabels } from './rows.ts'

const folder = mkdtempSync(join(tmpdir(), 'pointsman-rows-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(...lines: string[]): string {
  const path = join(folder, `${lines.length}-${lines.join('').length}.jsonl`)
  writeFileSync(path, `${lines.join('\n')}\n`)
  return path
}

test('a row has text or body, and may have the other keys of an export', async () => {
  const path = file(
    '\uFEFF{"id":"a","lang":"en","subject":"Line","text":"is dead","labels":{"service":"internet"},"split":"val"}',
    '',
    '{"body":"Rechnung","labels":{"service":"billing","priority":null}}',
  )
  expect(await readRows(path)).toEqual([
    { id: 'a', language: 'en', subject: 'Line', text: 'is dead', labels: { service: 'internet' } },
    { id: '3', subject: '', text: 'Rechnung', labels: { service: 'billing' } },
  ])
  expect(await readRows(path, 1)).toHaveLength(1)
})

test('numbers and booleans can be labels and metadata too', async () => {
  const path = file('{"text":"x y","metadata":{"floor":3},"labels":{"score":73,"vip":true}}')
  expect(await readRows(path)).toMatchObject([{ metadata: { floor: '3' }, labels: { score: '73', vip: 'true' } }])
})

test.each([
  ['is not there', 'nowhere.jsonl', 'There is no file'],
  ['is a folder', '.', 'is not a file'],
])('a file that %s is refused, with the next step', async (_, name, message) => {
  const error = await readRows(join(folder, name)).then(
    () => null,
    (error: unknown) => error as Rejected,
  )
  expect(error).toBeInstanceOf(Rejected)
  expect(error?.message).toContain(message)
})

test('every bad line is named by its number, without its text', async () => {
  const path = file(
    '{"text":"my card 4111',
    '{"id":"b","labels":{"service":"tv"}}',
    '{"text":"hidden words","labels":[]}',
  )
  const error = await readRows(path).then(
    () => null,
    (error: unknown) => error as Rejected,
  )
  expect(error).toBeInstanceOf(Rejected)
  expect(error?.message).toMatch(/line 1: is not JSON; line 2: text is missing.*line 3: labels/)
  expect(error?.message).not.toMatch(/4111|hidden/)
})

test('an empty file is an error, not a report of zeros', async () => {
  await expect(readRows(file(''))).rejects.toThrow('has no rows')
})

test('labels that are not in the taxonomy are counted; an unknown field is listed once', () => {
  const taxonomy = taxonomyOf([{ labels: { service: 'tv' } }, { labels: { service: 'internet' } }])
  const rows: { labels: Labels }[] = [
    { labels: { service: 'tv', mood: 'bad' } },
    { labels: { service: 'Tv', mood: 'good' } },
    { labels: { service: 'Tv' } },
  ]
  expect(unknownLabels(rows, taxonomy)).toEqual([
    { field: 'mood', value: null, n: 2 },
    { field: 'service', value: 'Tv', n: 2 },
  ])
})
