/** Training data from the labels in the database: exports, and the embedded classifier. */

import { createHash } from 'node:crypto'
import { eq, gt } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { formatVersion, PromptFormat } from '../src/classifiers/index.ts'
import type { Labels, Prepared } from '../src/contract/index.ts'
import { uuidv7 } from '../src/db/id.ts'
import { audit, decisions, exports_, labels, models, tickets } from '../src/db/schema.ts'
import { addExamples } from '../src/labels/index.ts'
import { openEmbedded } from '../src/models/index.ts'
import { currentTaxonomy, saveTaxonomy } from '../src/taxonomy/index.ts'
import { FORMATS } from '../src/training/formats.ts'
import { ENOUGH, ExportInput, findExport, startExport, trainEmbedded } from '../src/training/index.ts'
import { CABLE, classifier, kinds, placeOf, rowsOf } from './support/acts.ts'
import { openService, type Service } from './support/service.ts'

let service: Service
afterEach(() => service?.close())
const db = () => service.deps.database.db

type Provenance = (typeof labels.$inferSelect)['provenance']
type TicketInput = { labels?: Labels; provenance?: Provenance; at?: string; connection?: 'jira' | 'zendesk' } & Partial<
  Pick<typeof tickets.$inferInsert, 'subject' | 'text' | 'language'>
>
const COMPLETE = { service: 'vpn', category: 'access', priority: 'high', sentiment: 'neutral' }

let made = 0
async function addTickets(given: TicketInput[]): Promise<string[]> {
  const connections = { jira: await service.connection('jira'), zendesk: await service.connection('zendesk') }
  const rows = given.map((ticket) => {
    const id = uuidv7()
    const n = ++made
    const { subject = `Subject ${n}`, text = `Text ${n}`, language = 'en' } = ticket
    const shown = {
      externalId: String(n),
      key: `T-${n}`,
      url: 'https://jira.test',
      metadata: {},
      createdAt: new Date(),
    }
    return { id, connectionId: connections[ticket.connection ?? 'jira'].id, subject, text, language, ...shown }
  })
  const labelRows = given.flatMap(
    ({ labels: ofTicket = COMPLETE, provenance = 'human', at = '2026-10-05T10:00:00Z' }, i) =>
      Object.entries(ofTicket).map(([field, value]) => ({
        ticketId: rows[i]!.id,
        field,
        value,
        provenance,
        at: new Date(at),
      })),
  )
  for (let from = 0; from < rows.length; from += 500)
    await db()
      .insert(tickets)
      .values(rows.slice(from, from + 500))
  for (let from = 0; from < labelRows.length; from += 2000)
    await db()
      .insert(labels)
      .values(labelRows.slice(from, from + 2000))
  return rows.map((row) => row.id)
}

async function exportAll(input: object) {
  const made = await startExport(db(), ExportInput.parse({ format: 'completion', ...input }), 'Mia')
  const lines: string[] = []
  for await (const line of made.lines) lines.push(line)
  return { lines, manifest: await made.manifest, id: made.id }
}
const idsIn = (lines: string[]) => lines.map((line) => JSON.parse(line).id)

describe('an export', () => {
  beforeEach(async () => {
    service = await openService({ classifier })
  })

  test('has the tickets that people corrected or confirmed, and no machine labels', async () => {
    const [human, confirmed] = await addTickets([
      {},
      { provenance: 'confirmed' },
      { provenance: 'machine' },
      { provenance: 'rule' },
      { provenance: 'synthetic' },
    ])
    expect(idsIn((await exportAll({})).lines)).toEqual([human, confirmed])
    expect((await exportAll({ provenance: ['machine', 'rule'] })).lines).toHaveLength(2)
  })

  test('is filtered by the time of the labels and by connection', async () => {
    const [old, recent, other] = await addTickets([
      { at: '2026-09-01T00:00:00Z' },
      { at: '2026-10-01T00:00:00Z' },
      { at: '2026-10-01T00:00:00Z', connection: 'zendesk' },
    ])
    const ids = async (input: object) => idsIn((await exportAll(input)).lines)
    expect(await ids({ since: '2026-10-01T00:00:00Z' })).toEqual([recent, other])
    expect(await ids({ until: '2026-10-01T00:00:00Z' })).toEqual([old])
    expect(await ids({ since: '2026-10-01T02:00:00+02:00', connections: ['zendesk'] })).toEqual([other])
    expect(await ids({ connections: ['jira'] })).toEqual([old, recent])
    await expect(ids({ connections: ['nowhere'] })).rejects.toMatchObject({ status: 422 })
  })

  test('leaves out a ticket that lacks a required label, and counts it; an optional one is left out of the row', async () => {
    const { sentiment: _sentiment, ...without } = COMPLETE
    await addTickets([
      {},
      { labels: { service: 'vpn' } },
      { labels: { ...COMPLETE, service: 'fax' } },
      { labels: without },
    ])
    const { lines, manifest } = await exportAll({})
    expect(lines.map((line) => JSON.parse(JSON.parse(line).completion[0].content))).toEqual([COMPLETE, without])
    expect(manifest).toMatchObject({ rows: 2, incomplete: 2 })
    const codes = { kind: 'chat', answer: 'codes' } // each field has its place in them
    expect((await exportAll({ prompt: codes })).manifest).toMatchObject({ rows: 1, incomplete: 3 })
  })

  test('machine labels are out, of optional fields too', async () => {
    const [first, second] = await addTickets([{ labels: {} }, { labels: {} }])
    const label = (ticketId: string, field: string, provenance: Provenance) => ({
      ticketId,
      field,
      value: COMPLETE[field as keyof typeof COMPLETE],
      provenance,
      at: new Date('2026-10-05T10:00:00Z'),
    })
    await db()
      .insert(labels)
      .values([
        label(first!, 'service', 'human'),
        label(first!, 'category', 'confirmed'),
        label(first!, 'priority', 'confirmed'),
        label(first!, 'sentiment', 'machine'),
        label(second!, 'service', 'human'),
        label(second!, 'category', 'machine'),
        label(second!, 'priority', 'confirmed'),
        label(second!, 'sentiment', 'machine'),
      ])
    const { lines, manifest } = await exportAll({})
    expect(idsIn(lines)).toEqual([first])
    expect(manifest).toMatchObject({ incomplete: 1, provenance: { human: 1, confirmed: 2 } })
    expect(lines[0]).not.toContain('machine')
  })

  test.each(kinds)('has the ticket that an agent of %s corrected and solved, without further action', async (kind) => {
    const { id } = await service[kind].create(CABLE)
    await service.drain()
    const target = placeOf((await service.connection(kind)).mapping, 'service')
    const raw = target.values.vpn!
    await service[kind].edit(id, { [target.to === 'field' ? target.id : '']: kind === 'jira' ? { id: raw } : raw })
    await service[kind].resolve(id)
    await service.drain()
    const { lines, manifest } = await exportAll({})
    expect(manifest).toMatchObject({ rows: 1, incomplete: 0 })
    const [{ content }] = JSON.parse(lines[0]!).completion
    // The sentiment was the model's own.
    expect(JSON.parse(content)).toEqual({ service: 'vpn', category: 'outage', priority: 'high' })
    expect(JSON.parse(lines[0]!).id).toBe((await rowsOf(service).tickets())[0]!.id)
  })

  test.each(['h2o', 'completion'] as const)(
    '%s has a manifest with the exact size and hash of the file',
    async (format) => {
      await addTickets([
        { text: 'Всё "сломалось",\nсовсем', language: 'ru' },
        { labels: { ...COMPLETE, service: 'tv' } },
        { provenance: 'confirmed' },
      ])
      const { lines, manifest, id } = await exportAll({ format, since: '2026-01-01T00:00:00Z' })
      const file = Buffer.from(lines.join(''))
      expect(manifest).toMatchObject({
        id,
        format,
        rows: 3,
        bytes: file.length,
        sha256: createHash('sha256').update(file).digest('hex'),
        counts: {
          service: { vpn: 2, tv: 1 },
          category: { access: 3 },
          priority: { high: 3 },
          sentiment: { neutral: 3 },
        },
        languages: { en: 2, ru: 1 },
        provenance: { human: 8, confirmed: 4 },
        filter: { since: '2026-01-01T00:00:00Z', connections: [], provenance: ['human', 'confirmed', 'imported'] },
        taxonomy: { version: 1, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
        prompt: { version: expect.stringMatching(/^chat-/) },
      })
      expect((await findExport(db(), id))!.manifest).toEqual(manifest)
      expect(await db().select().from(audit).where(eq(audit.action, 'export'))).toMatchObject([
        { actor: 'Mia', after: { rows: 3, sha256: manifest.sha256 } },
      ])
      expect((await exportAll({ format, since: '2026-01-01T00:00:00Z' })).manifest.sha256).toBe(manifest.sha256)
    },
  )

  test('masks personal data that is still in a ticket', async () => {
    await addTickets([{ subject: 'From ivan@example.com', text: 'Call +49 30 901820 about card 4111 1111 1111 1111.' }])
    for (const format of ['h2o', 'completion']) {
      const file = (await exportAll({ format })).lines.join('')
      expect(file).not.toMatch(/ivan@|901820|4111/)
      expect(file).toMatch(/<EMAIL_1>/)
    }
  })

  test('has each ticket once, over several pages', async () => {
    const ids = await addTickets(Array.from({ length: 1203 }, () => ({})))
    expect(idsIn((await exportAll({})).lines)).toEqual(ids)
  })

  test('holds one page in memory, not all tickets', async () => {
    const ids = await addTickets(Array.from({ length: 1203 }, () => ({})))
    const made = await startExport(db(), ExportInput.parse({ format: 'completion' }), 'Mia')
    await made.lines.next()
    // Rows that were not read yet are not in memory, so deleting them changes the export.
    await db().delete(labels).where(gt(labels.ticketId, ids[600]!))
    let lines = 1
    for await (const _ of made.lines) lines++
    expect(lines).toBe(601)
    expect(await made.manifest).toMatchObject({ rows: 601 })
  })

  test('that is not read to the end saves no manifest', async () => {
    await addTickets([{}, {}])
    const made = await startExport(db(), ExportInput.parse({ format: 'h2o' }), 'Mia')
    await made.lines.next()
    await made.lines.return(undefined)
    expect(await db().select().from(exports_)).toEqual([])
  })

  test('a test set is frozen: neither its tickets nor copies of them are ever in training data, whoever asks', async () => {
    const copied = 'The line in the hall is dead.'
    const [old, tested, taught] = await addTickets([
      {},
      { at: '2026-10-20T00:00:00Z', text: copied, subject: 'No line' },
      {},
    ])
    await addExamples(db(), 'imported', [{ id: 'copy', subject: 'no LINE', text: `${copied}!`, labels: COMPLETE }])
    const test = { format: 'labelled', purpose: 'test', since: '2026-10-10T00:00:00Z', provenance: ['human'] }
    const first = await exportAll(test)
    expect(idsIn(first.lines)).toEqual([tested])
    const training = await exportAll({})
    expect(idsIn(training.lines)).toEqual([old, taught])
    expect(training.manifest).toMatchObject({ purpose: 'train', left: { frozen: 1, duplicates: 1 } })
    expect((await exportAll({ provenance: ['imported'] })).manifest).toMatchObject({ rows: 0, left: { frozen: 1 } })
    // What was taught cannot be tested any more, and the same command gives the same bytes.
    expect((await exportAll({ ...test, since: '2026-01-01T00:00:00Z' })).manifest).toMatchObject({
      rows: 1,
      left: { frozen: 2 },
    })
    expect((await exportAll(test)).manifest.sha256).toBe(first.manifest.sha256)
    await addTickets([{ subject: 'Subject', text: 'taught under another id' }])
    await exportAll({})
    await addTickets([{ subject: 'subject', text: 'Taught, under another id', at: '2026-10-21T00:00:00Z' }])
    expect((await exportAll(test)).manifest).toMatchObject({ sha256: first.manifest.sha256, left: { frozen: 1 } })
    await expect(exportAll({ ...test, provenance: ['synthetic'] })).rejects.toMatchObject({ status: 422 })
    await expect(exportAll({ ...test, since: undefined })).rejects.toMatchObject({
      next: expect.stringContaining('since'),
    })
  })

  test('copies and what is above the cap are left out, and counted', async () => {
    await addTickets([{ subject: 'A', text: 'one' }, { subject: 'a', text: 'One!' }, {}, {}])
    expect((await exportAll({ cap: 2 })).manifest).toMatchObject({ rows: 2, left: { duplicates: 1, capped: 1 } })
  })

  test.each(FORMATS)('%s has every key in every row, and keeps any writing', async (format) => {
    const text = 'Не работает "VPN",\n无法连接 👩‍💻 \u2028 end'
    const { sentiment: _, ...required } = COMPLETE
    await addTickets([{ text }, { labels: required }])
    const { lines, manifest } = await exportAll({ format })
    if (format === 'h2o') return expect(lines[1]).toContain('无法连接 👩‍💻')
    if (format === 'dpo') return expect(manifest).toMatchObject({ rows: 0, left: { alike: 2 } })
    const rows = lines.map((line) => JSON.parse(line))
    expect(new Set(rows.map((row) => Object.keys(row).join())).size).toBe(1)
    expect(JSON.stringify(rows[0])).toContain('无法连接 👩‍💻')
    expect(Object.values(rows[1])).not.toContain(null)
  })

  test('dpo has what people chose beside what the model had said with this prompt', async () => {
    const [id] = await addTickets([{}, {}])
    const prompt = PromptFormat.parse({ kind: 'chat' })
    const answer = (value: string) => ({ value, raw: 0.9, calibrated: null, alternatives: [] })
    const { id: connectionId } = await service.connection('jira')
    const rest = { reason: '', values: {}, sources: {}, trace: {}, taxonomyVersion: 1, rulesVersion: 1, ms: 1 }
    const answers = { service: answer('tv'), priority: answer('high') }
    await db()
      .insert(decisions)
      .values({
        id: uuidv7(),
        ticketId: id!,
        connectionId,
        cause: 'test',
        plan: 'hold',
        answers,
        promptFormat: formatVersion(prompt),
        ...rest,
      })
    const { lines, manifest } = await exportAll({ format: 'dpo' })
    expect(manifest).toMatchObject({ rows: 1, left: { alike: 1 } })
    const { chosen, rejected } = JSON.parse(lines[0]!)
    expect(JSON.parse(chosen[0].content)).toEqual(COMPLETE)
    expect(JSON.parse(rejected[0].content)).toEqual({ ...COMPLETE, service: 'tv' })
  })

  test('has imported and synthetic examples when they are requested', async () => {
    const example = { subject: 'No line', text: 'The line is dead since Monday.', labels: COMPLETE }
    await addExamples(db(), 'imported', [{ ...example, id: 'old-1' }])
    await addExamples(db(), 'synthetic', [{ ...example, id: 'made-1' }])
    expect((await exportAll({ provenance: ['human'] })).lines).toEqual([])
    expect((await exportAll({ provenance: ['imported'] })).manifest).toMatchObject({
      rows: 1,
      provenance: { imported: 4 },
    })
    // The synthetic one is a copy.
    expect((await exportAll({ provenance: ['imported', 'synthetic'] })).manifest).toMatchObject({
      rows: 1,
      left: { duplicates: 1 },
    })
    expect((await exportAll({ provenance: ['imported'], connections: ['jira'] })).lines).toEqual([])
  })
})

const WORDS: [Labels, string][] = [
  [{ service: 'vpn', category: 'access' }, 'vpn client tunnel refuses my certificate login'],
  [{ service: 'tv', category: 'outage' }, 'television picture freezes channel black screen'],
]
const labelled = (n: number): TicketInput[] =>
  Array.from({ length: n }, (_, i) => {
    const [labels, text] = WORDS[i % WORDS.length]!
    return { labels: { ...labels, priority: i % 4 < 2 ? 'low' : 'high', sentiment: 'neutral' }, text: `${text} ${i}` }
  })
const prepared = (text: string): Prepared => ({
  subject: '',
  text,
  language: { code: 'en', confidence: 1 },
  dropped: [],
  masked: {},
  metadata: {},
})
const ask = async (text: string) => {
  const embedded = await openEmbedded(db()).current()
  const { fields } = await embedded!.classify(prepared(text), await currentTaxonomy(db()), new AbortController().signal)
  return fields
}

describe('the embedded classifier', () => {
  beforeEach(async () => {
    service = await openService()
  })

  test('is not trained on too few labels, and reports how many there are', async () => {
    await addTickets([...labelled(ENOUGH - 1), { provenance: 'machine' }, { provenance: 'rule' }])
    expect(await trainEmbedded(db())).toEqual({ kind: 'too few', tickets: ENOUGH - 1 })
    expect(await openEmbedded(db()).current()).toBeNull()
  })

  test('learns from labels, is stored, and is used by a process that starts later', async () => {
    await addTickets(labelled(40))
    const trained = await trainEmbedded(db())
    expect(trained).toMatchObject({ kind: 'trained', tickets: 40 })
    expect((await openEmbedded(db()).current())!.model).toBe(trained.kind === 'trained' && trained.model)
    expect(await ask('my vpn tunnel refuses the certificate')).toMatchObject({ service: { value: 'vpn' } })
    expect(await ask('the television picture is black')).toMatchObject({ service: { value: 'tv' } })
  })

  test('is trained again only when labels or taxonomy changed', async () => {
    await addTickets(labelled(40))
    const first = await trainEmbedded(db())
    expect(await trainEmbedded(db())).toEqual({ kind: 'unchanged', model: first.kind === 'trained' && first.model })
    await addTickets([{ provenance: 'machine' }])
    expect(await trainEmbedded(db())).toMatchObject({ kind: 'unchanged' })
    await addTickets(labelled(1))
    expect(await trainEmbedded(db())).toMatchObject({ kind: 'trained', tickets: 41 })
    const { version, fields } = await currentTaxonomy(db())
    const shorter = fields.map((f) =>
      f.id === 'service' && f.kind === 'choice' ? { ...f, values: f.values.filter((v) => v.id !== 'tv') } : f,
    )
    await saveTaxonomy(db(), { fields: shorter }, version, 'test')
    expect(await trainEmbedded(db())).toMatchObject({ kind: 'trained' })
    expect(await db().select({ id: models.id }).from(models)).toHaveLength(3)
  })

  test('never answers a value that was removed from the taxonomy, even before it is trained again', async () => {
    await addTickets(labelled(40))
    await trainEmbedded(db())
    const { version, fields } = await currentTaxonomy(db())
    const shorter = fields.map((f) =>
      f.id === 'service' && f.kind === 'choice' ? { ...f, values: f.values.filter((v) => v.id !== 'tv') } : f,
    )
    await saveTaxonomy(db(), { fields: shorter }, version, 'test')
    const answer = await ask('the television picture is black')
    expect(answer.service?.value).not.toBe('tv')
    expect(answer.service?.alternatives.map((a) => a.value) ?? []).not.toContain('tv')
  })

  test('a running process uses a newer model after a refresh', async () => {
    await addTickets(labelled(40))
    const running = openEmbedded(db())
    expect(await running.current()).toBeNull()
    await trainEmbedded(db())
    running.refresh()
    expect(await running.current()).not.toBeNull()
  })
})
