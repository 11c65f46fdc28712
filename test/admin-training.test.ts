/** Training data, the embedded model, dead letters and the reference. */

import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exports_ } from '../src/db/schema.ts'
import { loadTraining } from '../src/demo/tickets.ts'
import { ConfigError } from '../src/errors.ts'
import { addExamples } from '../src/labels/index.ts'
import { type Client, signIn } from './support/client.ts'
import { openService, opinion, type Service } from './support/service.ts'

let service: Service
let ml: Client
let admin: Client
beforeAll(async () => {
  service = await openService({
    classifier: opinion([
      ['cable', { service: 'internet', category: 'outage', priority: 'high', sentiment: 'negative' }],
    ]),
  })
  ml = await signIn(service, 'ml', 'Mia')
  admin = await signIn(service, 'admin')
  const reviewer = await signIn(service, 'reviewer')
  await service.jira.create({
    subject: 'The cable is dead',
    body: 'Since this morning the cable modem shows a red light. Call me at ivan@example.com.',
  })
  await service.drain()
  const { items } = (await reviewer('GET', '/decisions')).body
  await reviewer('POST', `/decisions/${items[0].id}/confirm`)
})
afterAll(() => service.close())

describe('exports', () => {
  test('stream the file; the manifest is there afterwards', async () => {
    const made = await ml('POST', '/exports', { format: 'h2o' })
    expect(made.status).toBe(200)
    expect(made.headers.get('content-type')).toContain('text/csv')
    expect(made.headers.get('content-disposition')).toMatch(/^attachment; filename="pointsman-[0-9a-f-]+\.csv"$/)
    expect(made.body).toMatch(/^prompt,response\n"/)
    expect(made.body).not.toContain('ivan@example.com')
    const at = made.headers.get('location')!.replace('/api/v1', '')
    const { status, body } = await ml('GET', at)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      format: 'h2o',
      author: 'Mia',
      manifest: { rows: 1, bytes: new TextEncoder().encode(made.body).length, counts: { service: { internet: 1 } } },
    })
    const lines = await ml('POST', '/exports', {
      format: 'completion',
      provenance: ['human', 'confirmed'],
      connections: ['jira'],
    })
    expect(JSON.parse(lines.body.trim())).toMatchObject({ source: 'jira', completion: expect.anything() })
    expect((await ml('GET', '/exports')).body.items.map((e: { format: string }) => e.format)).toEqual([
      'completion',
      'h2o',
    ])
    const page = (await ml('GET', '/exports?limit=1')).body
    expect((await ml('GET', `/exports?limit=1&cursor=${page.next}`)).body).toMatchObject({
      items: [{ format: 'h2o' }],
      next: null,
    })
  })

  test('with wrong input are refused before the first byte', async () => {
    expect(await ml('POST', '/exports', { format: 'xml' })).toMatchObject({
      status: 422,
      body: { faults: [{ path: 'format' }] },
    })
    expect((await ml('POST', '/exports', { format: 'h2o', since: 'may' })).status).toBe(422)
    expect((await ml('GET', '/exports/01890a5d-ac96-774b-bcce-b302099a8057')).status).toBe(404)
  })

  test('that nobody reads to the end leave no manifest', async () => {
    const { token } = (await admin('POST', '/tokens', { name: 'leaver', role: 'ml' })).body
    const answer = await service.app.request('/api/v1/exports', {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: '{"format":"h2o"}',
    })
    await answer.body!.cancel()
    const id = answer.headers.get('location')!.split('/').at(-1)!
    expect(await service.deps.database.db.select().from(exports_).where(eq(exports_.id, id))).toEqual([])
  })
})

describe('models', () => {
  test('are trained on the labels there are, once for the same labels', async () => {
    expect(await ml('POST', '/models/train')).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('too few') },
    })
    expect((await ml('GET', '/models')).body.items).toEqual([])
    await addExamples(service.deps.database.db, 'synthetic', (await loadTraining()).slice(0, 40))
    const trained = await ml('POST', '/models/train')
    expect(trained).toMatchObject({ status: 200, body: { kind: 'trained', tickets: 41 } })
    expect((await ml('POST', '/models/train')).body).toEqual({ kind: 'unchanged', model: trained.body.model })
    expect((await ml('GET', '/models')).body.items).toMatchObject([
      { name: trained.body.model, tickets: 41, inUse: true },
    ])
    const { body } = await admin('GET', '/audit?action=model.')
    expect(body.items).toMatchObject([{ actor: 'Mia', subject: `model ${trained.body.model}` }])
  })
})

describe('dead letters', () => {
  test('are listed with their reason, and put back to work', async () => {
    const { classifiers } = service.deps
    const healthy = classifiers.embedded
    classifiers.embedded = async () => {
      throw new ConfigError('The model is not what it was', { next: 'Train it again.' })
    }
    await service.zendesk.create({
      subject: 'The cable again',
      body: 'The cable modem shows a red light and nothing loads since the morning.',
    })
    await service.drain()
    const { body } = await admin('GET', '/dead-letters')
    expect(body.items).toMatchObject([
      {
        kind: 'triage',
        reason: 'The model is not what it was',
        next: 'Train it again.',
        data: { delivery: expect.any(String) },
      },
    ])
    expect((await admin('GET', '/ledger')).body).toMatchObject({ failed: 1, balanced: true })

    classifiers.embedded = healthy
    const other = await admin('POST', '/dead-letters/requeue', { ids: ['01890a5d-ac96-774b-bcce-b302099a8057'] })
    expect(other.body).toEqual({ requeued: 0 })
    expect((await admin('POST', '/dead-letters/requeue', {})).body).toEqual({ requeued: 1 })
    expect((await admin('GET', '/dead-letters')).body.items).toEqual([])
    await service.drain()
    expect((await admin('GET', '/ledger')).body).toMatchObject({ failed: 0, applied: 2, balanced: true })
  })
})
