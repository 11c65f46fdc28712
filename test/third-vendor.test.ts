/** A vendor that the core has never heard of: its adapter is registered, and the whole line works. */
import { http } from 'msw'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readLedger } from '../src/decisions/index.ts'
import { CABLE, classifier, rowsOf } from './support/acts.ts'
import { type Client, signIn } from './support/client.ts'
import { AGENT, BOT, createDeskly, deskly, desklyMapping } from './support/deskly.ts'
import { ORIGIN, openService, SECRET, type Service } from './support/service.ts'

const PIN = '123456'
const DESK = 'https://deskly.test'

const helpdesk = createDeskly({ pin: PIN, workspace: 'north', secret: SECRET, webhook: `${ORIGIN}/webhooks/third` })
let service: Service
let admin: Client
beforeAll(async () => {
  service = await openService({ classifier, connectors: { deskly } })
  service.network.use(http.all(`${DESK}/*`, ({ request }) => helpdesk.app.fetch(request)))
  admin = await signIn(service, 'admin')
})
afterAll(() => service.close())

const input = {
  name: 'third',
  kind: 'deskly',
  baseUrl: DESK,
  mode: 'automate',
  credentials: { kind: 'pin', user: BOT, pin: PIN },
  secrets: [{ kind: 'signature', secret: SECRET }],
  mapping: desklyMapping,
  filters: { counters: ['lobby'] },
  settings: { workspace: 'north', threshold: 0.5 },
}
const slip = { title: CABLE.subject, text: CABLE.body, counter: 'lobby' }

describe('a connection', () => {
  test.each([
    ['a wrong value of its own setting', { settings: { workspace: 'No 1' } }, 'settings.workspace', /lower-case/],
    ['a setting of another vendor', { settings: { edition: 'cloud' } }, 'settings.edition', /edition/],
    ['credentials of another vendor', { credentials: { kind: 'bearer', token: 'x' } }, 'credentials.kind', /pin/],
    ['wrong credentials', { credentials: { kind: 'pin', user: BOT, pin: 'abc' } }, 'credentials.pin', /./],
    ['a filter of another vendor', { filters: { projects: ['A'] } }, 'filters.projects', /no such filter/],
  ])('with %s is refused, and the answer says what the adapter takes', async (_, wrong, path, message) => {
    const { status, body } = await admin('POST', '/connections', { ...input, ...wrong })
    expect(status).toBe(422)
    expect(body.faults).toEqual([{ path, message: expect.stringMatching(message) }])
    expect(body.next).toContain('credentials of kind pin (user, pin); own settings workspace; filters counters')
  })

  test('of a vendor without an adapter is refused, and the answer names the adapters', async () => {
    const { status, body } = await admin('POST', '/connections', { ...input, kind: 'other' })
    expect(status).toBe(422)
    expect(body.next).toContain('jira, zendesk, deskly')
  })

  test('is saved when the helpdesk accepts its credentials, and can be changed', async () => {
    const refused = { ...input, credentials: { ...input.credentials, pin: '000000' } }
    expect((await admin('POST', '/connections', refused)).status).toBe(422)
    const { status, body } = await admin('POST', '/connections', input)
    expect(status).toBe(201)
    expect(body).toMatchObject({ kind: 'deskly', settings: { workspace: 'north' }, selfId: BOT })
    expect(JSON.stringify(body)).not.toContain(PIN)
    const shown = (await admin('GET', '/connections/third')).body
    expect(shown.filters).toEqual({ counters: ['lobby'] })
    expect((await admin('PUT', '/connections/third', { settings: { workspace: 'No 1' } })).status).toBe(422)
    expect((await admin('PUT', '/connections/third', { settings: shown.settings })).status).toBe(200)
  })
})

describe('a ticket', () => {
  let id: string

  test('without a proof is refused', async () => {
    expect((await helpdesk.open(slip, 'bm8=')).answered).toBe(401)
  })

  test('outside the filter of the adapter is ignored, with the reason', async () => {
    expect((await helpdesk.open({ ...slip, counter: 'kiosk' })).answered).toBe(202)
    await service.drain()
    expect(await rowsOf(service).deliveries()).toMatchObject([
      { state: 'ignored', reason: 'counter kiosk is not among lobby' },
    ])
  })

  test('is decided and written back, with a note', async () => {
    const opened = await helpdesk.open(slip)
    expect(opened.answered).toBe(202)
    id = opened.id
    await service.drain()
    const [writeback] = await rowsOf(service).writebacks()
    expect(writeback).toMatchObject({ state: 'applied', written: { service: 'internet', priority: 'high' } })
    expect(helpdesk.slip(id).values).toMatchObject({ topic: 'T1', urgency: 'U2', owner: expect.any(String) })
    expect(helpdesk.slip(id).notes).toHaveLength(1)
    expect(await rowsOf(service).overrides()).toEqual([])
  })

  test('that a person changes gives an override', async () => {
    await helpdesk.edit(id, { topic: 'T2' })
    await service.drain()
    expect(await rowsOf(service).overrides()).toMatchObject([
      { field: 'service', before: 'internet', after: 'vpn', who: AGENT },
    ])
  })

  test('that is resolved gives labels, and every event is accounted for', async () => {
    await helpdesk.finish(id)
    await service.drain()
    expect(await rowsOf(service).labels()).toMatchObject({
      service: ['vpn', 'human'],
      priority: ['high', 'confirmed'],
    })
    expect(await readLedger(service.deps.database.db)).toMatchObject({ applied: 1, lost: 0, balanced: true })
  })
})
