/** Turning a connection down, field by field or as a whole, up to deleting it. */
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connections } from '../src/db/schema.ts'
import { readLedger } from '../src/decisions/index.ts'
import { CABLE, classifier, edits, kinds, rowsOf } from './support/acts.ts'
import { type Client, signIn } from './support/client.ts'
import { openService, SECRET, type Service } from './support/service.ts'

let service: Service
let admin: Client
let operator: Client
const open = async () => {
  service = await openService({ classifier })
  admin = await signIn(service, 'admin', 'Ada')
  operator = await signIn(service, 'operator', 'Olga')
}
const close = () => service.close()

describe('one setting of a connection', () => {
  beforeAll(open)
  afterAll(close)

  test('is changed by a merge patch, and null brings back its default', async () => {
    const before = (await admin('GET', '/connections/jira')).body
    const changed = await operator('PATCH', '/connections/jira', { settings: { thresholds: { priority: 0.9 } } })
    expect(changed).toMatchObject({ status: 200, body: { settings: { thresholds: { priority: 0.9 }, note: true } } })
    await operator('PATCH', '/connections/jira', { settings: { thresholds: { service: 0.8 }, threshold: 0.7 } })
    const { body } = await operator('PATCH', '/connections/jira', {
      settings: { thresholds: { priority: null }, threshold: null },
    })
    const { threshold: _, ...others } = before.settings
    expect(body.settings).toEqual({ ...others, thresholds: { service: 0.8 } })
    expect(body.mapping).toEqual(before.mapping)
    const auditor = await signIn(service, 'auditor')
    const { items } = (await auditor('GET', '/audit?actor=Olga')).body
    expect(items).toHaveLength(3)
    expect(items[2]).toMatchObject({
      action: 'connection.save',
      after: { settings: { thresholds: { priority: 0.9 } } },
    })
  })

  test.each(['application/merge-patch+json', 'application/merge-patch+json; charset=utf-8'])(
    '%s is taken',
    async (type) => {
      const patch = { settings: { threshold: 0.75 } }
      expect(await operator('PATCH', '/connections/jira', patch, { 'Content-Type': type })).toMatchObject({
        status: 200,
        body: { settings: { threshold: 0.75 } },
      })
      const refused = await operator('PATCH', '/connections/jira', { mode: 'nonsense' }, { 'Content-Type': type })
      expect(refused).toMatchObject({ status: 422, body: { faults: [{ path: 'mode' }] } })
      await operator('PATCH', '/connections/jira', { settings: { threshold: null } }, { 'Content-Type': type })
    },
  )

  test('is changed while another is, and both stay', async () => {
    const patches = [{ settings: { note: false } }, { settings: { perMinute: 77 } }, { settings: { concurrency: 7 } }]
    for (const { status } of await Promise.all(patches.map((patch) => admin('PATCH', '/connections/zendesk', patch))))
      expect(status).toBe(200)
    expect((await admin('GET', '/connections/zendesk')).body.settings).toMatchObject({
      note: false,
      perMinute: 77,
      concurrency: 7,
    })
  })

  test('may be sent as application/merge-patch+json, and is checked like a whole connection', async () => {
    expect(await admin('PATCH', '/connections/jira', { settings: { threshold: 2 } })).toMatchObject({
      status: 422,
      body: { faults: [{ path: 'settings.threshold' }] },
    })
    expect((await admin('PATCH', '/connections/jira', { settings: { tresholds: {} } })).body.faults).toMatchObject([
      { path: 'settings.tresholds', message: expect.stringContaining('did you mean thresholds?') },
    ])
    expect((await admin('PATCH', '/connections/jira', { baseUrl: 'https://elsewhere.test' })).status).toBe(422)
  })

  test.each([
    [{ settings: { perMinute: 5 } }, 'settings.perMinute'],
    [{ settings: null }, 'settings'],
    [{ mapping: {} }, 'mapping'],
    [{ secrets: [{ kind: 'signature', secret: SECRET }] }, 'secrets'],
    [{ mode: 'observe', baseUrl: 'https://elsewhere.test' }, 'baseUrl'],
  ])('%o is not for an operator', async (patch, named) => {
    const { status, body } = await operator('PATCH', '/connections/jira', patch)
    expect(status).toBe(403)
    expect(body.detail).toContain(`${named} needs admin`)
  })

  test('that means less trust is changed while the helpdesk is down and the mapping wrong', async () => {
    const { db } = service.deps.database
    await db
      .update(connections)
      .set({ mapping: { fields: { gone: { to: 'label' } } } as never })
      .where(eq(connections.name, 'jira'))
    service.jira.fail({ status: 503 })
    for (const patch of [
      { settings: { threshold: 0.99 } },
      { settings: { modes: { priority: 'observe' } } },
      { mode: 'observe' },
    ])
      expect((await operator('PATCH', '/connections/jira', patch)).status).toBe(200)
    expect((await operator('PATCH', '/connections/jira', { mode: 'automate' })).status).toBe(502)
  })
})

describe('the mode of a field', () => {
  beforeEach(open)
  afterEach(close)

  const decide = async (kind: (typeof kinds)[number], modes: object) => {
    await operator('PATCH', `/connections/${kind}`, { settings: { modes } })
    const id = await service[kind].create(CABLE)
    await service.drain()
    const [writeback] = await rowsOf(service).writebacks()
    return {
      writeback: writeback!,
      notes: service[kind].tickets().find((t) => t.id === String(id?.id ?? id))?.comments ?? [],
    }
  }

  test.each(kinds)('suggest: the others are written, and the note suggests it (%s)', async (kind) => {
    const { writeback } = await decide(kind, { priority: 'suggest' })
    expect(writeback).toMatchObject({
      state: 'applied',
      written: { service: 'internet' },
      heldBack: { priority: 'it is in suggest mode' },
    })
    expect(writeback.written).not.toHaveProperty('priority')
    const [note] = service[kind].tickets().flatMap((t) => t.comments)
    expect(JSON.stringify(note)).toMatch(/high/i)
  })

  test('observe: neither written nor in the note', async () => {
    const { writeback } = await decide('zendesk', { priority: 'observe', sentiment: 'observe' })
    expect(writeback).toMatchObject({ state: 'applied', heldBack: { priority: 'it is in observe mode' } })
    const [note] = service.zendesk.tickets().flatMap((t) => t.comments)
    expect(JSON.stringify(note)).not.toMatch(/priority|sentiment/i)
    expect(JSON.stringify(note)).toMatch(/internet/i)
  })

  test('suggest for all: only a note, which says so', async () => {
    const names = ['service', 'category', 'priority', 'sentiment', 'group', 'assignee']
    const { writeback } = await decide('jira', Object.fromEntries(names.map((name) => [name, 'suggest'])))
    expect(writeback).toMatchObject({ state: 'suggested', written: {} })
    expect(edits(service, 'jira')).toEqual([])
  })

  test('is never more than the mode of the connection', async () => {
    await admin('PATCH', '/connections/jira', { mode: 'suggest' })
    const { writeback } = await decide('jira', { priority: 'automate' })
    expect(writeback).toMatchObject({ state: 'suggested', written: {} })
  })
})

describe('a deleted connection', () => {
  beforeEach(open)
  afterEach(close)

  test('has no credentials any more, keeps its history, and its webhooks are answered with 410', async () => {
    await service.jira.create(CABLE)
    await service.drain()
    await operator('POST', '/pauses', { connection: 'jira' })
    await service.jira.create(CABLE)
    await service.drain()
    expect(await admin('DELETE', '/connections/jira')).toMatchObject({
      status: 200,
      body: { deliveries: 1, writebacks: 0 },
    })
    await service.drain()

    expect((await admin('GET', '/connections')).body.items.map((c: { name: string }) => c.name)).toEqual(['zendesk'])
    expect((await admin('GET', '/connections/jira')).status).toBe(410)
    const [row] = await service.deps.database.db.select().from(connections).where(eq(connections.name, 'jira'))
    const place = (column: 'credentials' | 'secrets') => ({ row: row!.id, column })
    expect(service.deps.vault.open(row!.credentials, place('credentials'))).toEqual({ kind: 'deleted' })
    expect(service.deps.vault.open(row!.secrets, place('secrets'))).toEqual([])
    const history = await admin('GET', '/decisions?connection=jira')
    expect(history.body.items).toMatchObject([{ connection: 'jira', outcome: 'applied' }])
    const ended = (await rowsOf(service).deliveries()).filter((d) => d.reason === 'the connection was deleted by Ada')
    expect(ended).toMatchObject([{ event: 'created', state: 'ignored' }])
    expect(await readLedger(service.deps.database.db)).toMatchObject({ waiting: 0, lost: 0, balanced: true })
    expect(await service.deps.queue.deadLetters()).toEqual([])

    const webhook = await service.app.request('/webhooks/jira', {
      method: 'POST',
      body: '{}',
      headers: { 'Content-Type': 'application/json' },
    })
    expect(webhook.status).toBe(410)
    expect(await webhook.json()).toMatchObject({
      detail: 'The connection jira was deleted',
      next: expect.stringContaining('webhook'),
    })
    const auditor = await signIn(service, 'auditor')
    expect((await auditor('GET', '/audit?action=connection.delete')).body.items).toMatchObject([
      { actor: 'Ada', subject: 'connection jira' },
    ])
  })

  test('ends a write-back that waits, and a retry that was asked for', async () => {
    await operator('POST', '/pauses', { field: 'service' })
    await service.zendesk.create(CABLE)
    await service.drain()
    const [decision] = await rowsOf(service).decisions()
    await admin('POST', `/decisions/${decision!.id}/retry`)
    expect((await admin('DELETE', '/connections/zendesk')).body).toMatchObject({ writebacks: 1 })
    await service.drain()
    expect(await rowsOf(service).writebacks()).toMatchObject([
      { state: 'skipped', reason: 'the connection was deleted by Ada' },
    ])
    expect(await service.deps.queue.deadLetters()).toEqual([])
    expect(edits(service, 'zendesk')).toEqual([])
  })

  test('may come back for the same helpdesk, with its history; its name is refused for another', async () => {
    const { baseUrl, mapping, id } = await service.connection('zendesk')
    await admin('DELETE', '/connections/zendesk')
    const again = {
      name: 'zendesk',
      kind: 'zendesk',
      baseUrl,
      mapping,
      credentials: service.zendesk.credentials.basic,
      secrets: [{ kind: 'signature', secret: SECRET }],
    }
    expect(await admin('POST', '/connections?check=skip', { ...again, baseUrl: 'https://other.test' })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('its history keeps it') },
    })
    expect(await admin('POST', '/connections', again)).toMatchObject({ status: 201, body: { id, mode: 'observe' } })
    expect((await admin('GET', '/connections/zendesk')).status).toBe(200)
  })
})
