/** Labelled tickets from files, as people have them: other encodings, broken rows, the house's own words. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { examples } from '../src/db/schema.ts'
import { ImportMap, type ImportOptions, importFile } from '../src/history/index.ts'
import { openService, type Service } from './support/service.ts'

let service: Service
const folder = mkdtempSync(join(tmpdir(), 'import-'))
beforeAll(async () => {
  service = await openService()
})
beforeEach(() => db().delete(examples))
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await service.close()
})
const db = () => service.deps.database.db

const put = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

function run(path: string, { map = {}, ...options }: { map?: object } & Partial<Omit<ImportOptions, 'map'>> = {}) {
  const kind = path.endsWith('csv') ? 'csv' : 'jsonl'
  const all = { kind, dryRun: false, skipRejected: false, ...options, map: ImportMap.parse(map) } as ImportOptions
  return importFile(service.deps.database, path, all, 'test')
}

const stored = async () =>
  (await db().select().from(examples).orderBy(examples.id)).map(({ origin, subject, text, labels }) => ({
    origin,
    subject,
    text,
    labels,
  }))

test('prompt and response, with quotes, line ends and emoji, in our own words', async () => {
  const answer = '{""service"":""internet"",""priority"":""High"",""mood"":""bad""}'
  const path = put('pairs.csv', `prompt,response\r\n"He said ""no"",\r\nthen left 🙂","${answer}"\r\n`)
  expect(await run(path)).toMatchObject({
    ...{ rows: 1, added: 1, stored: true, labels: { service: 1, priority: 1 }, rejectedRows: 0 },
    outside: [{ field: 'mood', value: 'bad', n: 1, alias: null }],
  })
  expect(await stored()).toMatchObject([
    { text: 'He said "no",\nthen left 🙂', labels: { service: 'internet', priority: 'high' } },
  ])
  // The same file again changes nothing; another label of the same ticket counts.
  expect(await run(path)).toMatchObject({ added: 0, changed: 0 })
  put('pairs.csv', `prompt,response\r\n"He said ""no"",\r\nthen left 🙂","{""service"":""vpn""}"\r\n`)
  expect(await run(path)).toMatchObject({ added: 0, changed: 1 })
})

test('columns and values in the words of the house, with a mark and semicolons', async () => {
  const path = put(
    'house.csv',
    '\uFEFFНомер;Тема;Подробности;Продукт;Срочность\nA-1;Нет сети;"Не работает; совсем";Инет;Срочно\nA-2;Счёт;Ошибка;Биллинг;Обычно\n',
  )
  const map = {
    columns: { id: 'Номер', text: 'Подробности', labels: { service: 'Продукт', priority: 'Срочность' } },
    values: { service: { Инет: 'internet', Биллинг: 'billing' }, priority: { Срочно: 'urgent' } },
  }
  expect(await run(path, { map })).toMatchObject({
    ...{ rows: 2, added: 2, labels: { service: 2, priority: 1 }, ignored: [] },
    outside: [{ field: 'priority', value: 'Обычно', n: 1 }],
  })
  expect(await stored()).toMatchObject([
    {
      origin: 'A-1',
      subject: 'Нет сети',
      text: 'Не работает; совсем',
      labels: { service: 'internet', priority: 'urgent' },
    },
    { origin: 'A-2', labels: { service: 'billing' } },
  ])
})

test('a broken row: nothing is stored, and the rejected rows can be imported once corrected', async () => {
  const rows = [
    'a,It is down,internet',
    'b,Two columns',
    'c,,',
    'd,"It is "slow",internet',
    'e,Fine,internet',
    'f,Odd,intrnet',
  ]
  const path = put('broken.csv', `id,text,service\n${rows.join('\n')}\n`)
  const found = await run(path)
  expect(found).toMatchObject({ stored: false, good: 2, added: 0, rejectedRows: 4 })
  expect(found.rejected).toMatchObject([
    { row: 2, line: 3, reason: 'it has 2 columns, and the header has 3' },
    { row: 3, reason: 'it has neither a subject nor a text' },
    { row: 4, reason: expect.stringContaining('quote') },
    { row: 6, reason: 'none of its values is one of ours: service intrnet' },
  ])
  expect(await stored()).toEqual([])
  const rejected = readFileSync(found.rejectedFile!, 'utf8')
  expect(rejected.split('\n')[0]).toBe('rejected_because,id,text,service')
  const corrected = put(
    'corrected.csv',
    rejected
      .replace('Two columns', 'Two columns,vpn')
      .replace('d,"It is "slow"', 'd,"It is slow"')
      .replace('intrnet"', 'x"')
      .replace('Odd,intrnet', 'Odd,internet')
      .replace(/.*,c,,\n/, ''),
  )
  expect(await run(corrected)).toMatchObject({ stored: true, added: 3, rejectedRows: 0, ignored: ['rejected_because'] })
  expect(await run(path, { skipRejected: true })).toMatchObject({ stored: true, added: 2 })
  expect((await stored()).map(({ origin }) => origin)).toEqual(['b', 'd', 'f', 'a', 'e'])
})

test('another encoding is told, not guessed, and read when it is named', async () => {
  const cyrillic = Buffer.from([0xcd, 0xe5, 0xf2, 0x20, 0xf1, 0xe5, 0xf2, 0xe8]) // in windows-1251
  const content = Buffer.concat([Buffer.from('text,service\nfine,tv\n'), cyrillic, Buffer.from(',internet\n')])
  const path = put('old.csv', content)
  await expect(run(path)).rejects.toMatchObject({
    message: expect.stringContaining('near line 3: the bytes are not utf-8'),
    next: expect.stringContaining('--encoding'),
  })
  expect(await run(path, { encoding: 'windows-1251' })).toMatchObject({ added: 2 })
  expect((await stored())[1]!.text).toBe('Нет сети')
  const wide = put('wide.csv', Buffer.from('\uFEFFtext,service\nНет сети совсем,internet\n', 'utf16le'))
  expect(await run(wide)).toMatchObject({ added: 1 })
  await expect(run(path, { encoding: 'klingon' })).rejects.toMatchObject({ message: 'There is no encoding klingon' })
})

test('JSONL as our exports write it: chat, completion, and plain labels', async () => {
  const prompt = [{ role: 'user', content: 'Sort it.\n\n<ticket>\nSubject: The line\nText: It is down\n</ticket>' }]
  const labels = { service: 'internet', category: 'outage' }
  const lines = [
    { prompt, completion: [{ role: 'assistant', content: JSON.stringify(labels) }] },
    {
      prompt: '[INST] <ticket>\nSubject: Mail\nText: No mail\n</ticket> [/INST]',
      completion: '{"service":"email"}</s>',
    },
  ]
  const path = put('chat.jsonl', `${lines.map((line) => JSON.stringify(line)).join('\n')}\nnot json\n`)
  expect(await run(path, { skipRejected: true })).toMatchObject({
    ...{ added: 2, rejected: [{ row: 3, line: 3, reason: 'it is not JSON' }] },
  })
  expect(await stored()).toMatchObject([
    { subject: 'The line', text: 'It is down', labels },
    { subject: 'Mail', text: 'No mail', labels: { service: 'email' } },
  ])
  const plain = put(
    'plain.jsonl',
    `${JSON.stringify({ id: 7, subject: 'TV', text: 'Snow', lang: 'en', labels: { service: 'tv' } })}\n`,
  )
  expect(await run(plain, { dryRun: true })).toMatchObject({ stored: false, good: 1, rejectedRows: 0 })
})

test.each([
  [
    'a column that is missing',
    'id,service\n1,vpn\n',
    {},
    /No column holds the text of the ticket; there are: id, service/,
  ],
  ['no labels', 'id,text\n1,x\n', {}, /No column holds labels/],
  [
    'a column that the map names',
    'text,service\nx,vpn\n',
    { columns: { text: 'texxt' } },
    /no column texxt; did you mean text\?/,
  ],
  [
    'a value that the map names',
    'text,service\nx,vpn\n',
    { values: { service: { Net: 'intrnet' } } },
    /no value intrnet; did you mean internet\?/,
  ],
  ['an empty file', '', {}, /no row that can be read/],
])('refused with what to do: %s', async (name, content, map, message) => {
  await expect(run(put(`${name}.csv`, content), { map })).rejects.toMatchObject({
    status: 422,
    message: expect.stringMatching(message),
  })
  expect(await stored()).toEqual([])
})
