/** Every kind of field in Jira, on Cloud and Data Center: set, kept, cleared, refused, read back, and in the history. */
import { http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { jira } from '../connectors/jira/index.ts'
import { HelpdeskError } from '../src/errors.ts'
import { type Edition, openFields, TEAMS, USERS } from './support/jira-fields.ts'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const open = (fields: unknown, options?: Parameters<typeof openFields>[2]) => openFields(server, fields, options)

type Row = {
  type: string
  field: string
  one: string
  two: string
  /** What a person sets to mean `two`. */
  theirs: unknown
  refused: string
}

const rows = (edition: Edition): Row[] => {
  const [asta, ilya] = USERS[edition]
  const person = (id: string) => (edition === 'cloud' ? { accountId: id } : { name: id })
  return [
    { type: 'select', field: 'customfield_1', one: '10', two: '11', theirs: { id: '11' }, refused: '99' },
    {
      type: 'cascading',
      field: 'customfield_2',
      one: '20/201',
      two: '21/211',
      theirs: { id: '21', child: { id: '211' } },
      refused: '20/211',
    },
    { type: 'multiselect', field: 'customfield_3', one: '30', two: '31', theirs: [{ id: '31' }], refused: '99' },
    { type: 'select', field: 'customfield_3', one: '30', two: '31', theirs: [{ id: '31' }], refused: '99' },
    { type: 'number', field: 'customfield_7', one: '5', two: '7.5', theirs: 7.5, refused: 'many' },
    {
      type: 'date',
      field: 'customfield_8',
      one: '2026-01-31',
      two: '2026-02-01',
      theirs: '2026-02-01',
      refused: 'soon',
    },
    { type: 'labels', field: 'customfield_9', one: 'vpn', two: 'tv', theirs: ['tv'], refused: 'two words' },
    { type: 'text', field: 'customfield_5', one: 'First', two: 'Second', theirs: 'Second', refused: '' },
    { type: 'team', field: 'customfield_11', one: TEAMS[0], two: TEAMS[1], theirs: TEAMS[1], refused: 'nobody' },
    { type: 'request-type', field: 'customfield_12', one: '72', two: '73', theirs: '73', refused: '9999' },
    {
      type: 'assets',
      field: 'customfield_13',
      one: 'ws-1:5',
      two: 'ws-1:6',
      theirs: [{ workspaceId: 'ws-1', objectId: '6' }],
      refused: '',
    },
    { type: 'user', field: 'customfield_14', one: asta, two: ilya, theirs: person(ilya), refused: 'nobody' },
    {
      type: 'group',
      field: 'customfield_15',
      one: 'network-agents',
      two: 'billing-agents',
      theirs: { name: 'billing-agents' },
      refused: 'no-such-group',
    },
  ]
}

describe.each(['cloud', 'datacenter'] as const)('%s', (edition) => {
  describe.each(rows(edition))('$type in $field', ({ type, field, one, two, theirs, refused }) => {
    const target = (more: object = {}) => ({ to: 'field', id: field, type, values: { one, two }, ...more })

    test('is set, read back, and in the history with both values', async () => {
      const { base, write, sandbox, id } = await open({ service: target() }, { edition })
      expect((await base()).fields.service).toEqual({ value: null, raw: null, blank: true })
      expect(await write({ service: 'one' })).toMatchObject({ restored: [], notKept: {}, changeId: expect.any(String) })
      const after = await base()
      expect(after.fields.service).toEqual({ value: 'one', raw: one, blank: false })
      expect(after.history).toMatchObject([{ field: 'service', from: null, to: 'one', toRaw: one, decision: 'd-1' }])
      await sandbox.edit(id, { [field]: theirs })
      expect((await base()).history.at(-1)).toMatchObject({ field: 'service', from: 'one', to: 'two', toRaw: two })
    })

    test('is kept when it has the value, and cleared by a person', async () => {
      const { base, write, sandbox, id, edits } = await open({ service: target() }, { edition })
      await sandbox.edit(id, { [field]: theirs })
      await write({ service: 'two' })
      expect(edits()).toEqual([])
      await sandbox.edit(id, { [field]: null })
      const after = await base()
      expect(after.fields.service).toEqual({ value: null, raw: null, blank: true })
      expect(after.history.at(-1)).toMatchObject({ field: 'service', from: 'two', to: null, toRaw: null })
    })

    test('put back what a person set between our read and our write', async () => {
      const { base, connection, sandbox, id } = await open({ service: target() }, { edition })
      const read = await base()
      await sandbox.edit(id, { [field]: theirs })
      const decision = { decisionId: 'd-1', set: { service: 'one' }, note: null }
      const { restored } = await jira.apply(connection, read, decision)
      expect(restored).toEqual(['service'])
      expect((await base()).fields.service).toMatchObject({ value: 'two', raw: two })
    })

    test.skipIf(refused === '')('refused by Jira, is named as we call it', async () => {
      const { write, sandbox, id } = await open({ service: target({ values: { one: refused, two } }) }, { edition })
      const error = await write({ service: 'one' }).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(HelpdeskError)
      expect(error).toMatchObject({ fault: 'invalid', fields: { service: expect.any(String) } })
      expect(sandbox.ticket(id)!.history).toEqual([])
    })
  })

  test('a long text is a document on Cloud, and clearing it is read', async () => {
    const target = { to: 'field', id: 'customfield_6', type: 'text', values: {} }
    const { base, write, sandbox, id } = await open({ reason: target }, { edition })
    await write({ reason: 'No light.\nSince Monday.' })
    expect((await base()).fields.reason).toMatchObject({ value: 'No light.\nSince Monday.', blank: false })
    await sandbox.edit(id, { customfield_6: null })
    expect((await base()).fields.reason).toMatchObject({ blank: true })
  })
})

test('a webhook tells the new value of every kind, as the issue does', async () => {
  const target = (row: Row) => ({ to: 'field', id: row.field, type: row.type, values: { one: row.one, two: row.two } })
  const each = rows('cloud').filter(({ type, field }) => !(type === 'select' && field === 'customfield_3'))
  const { sandbox, connection, id } = await open(Object.fromEntries(each.map((row, n) => [`f${n}`, target(row)])))
  const bodies: unknown[] = []
  server.use(
    http.post('https://pointsman.test/hook', async ({ request }) => {
      bodies.push(await request.json())
      return new Response(null, { status: 202 })
    }),
  )
  const secret = { kind: 'signature' as const, secret: 'sandbox-webhook-secret' }
  sandbox.webhooks.push({ url: 'https://pointsman.test/hook', secret, style: 'events' })
  await sandbox.edit(id, Object.fromEntries(each.map(({ field, theirs }) => [field, theirs])))
  await sandbox.settled()
  const event = jira.read(bodies[0], connection)
  const told = each.map((_, n) => ({ field: `f${n}`, from: null, to: 'two' }))
  expect(event).toMatchObject({
    kind: 'updated',
    changes: expect.arrayContaining(told.map((one) => expect.objectContaining(one))),
  })
  expect(event).toMatchObject({
    ticket: { fields: Object.fromEntries(each.map((_, n) => [`f${n}`, { value: 'two' }])) },
  })
})

test('what does not fit the field is refused before any call', async () => {
  const score = { to: 'field', id: 'customfield_7', type: 'number', values: {} }
  const day = { to: 'field', id: 'customfield_8', type: 'date', values: {} }
  const { write, edits } = await open({ score, day })
  await expect(write({ score: 'many' })).rejects.toMatchObject({ fault: 'invalid', fields: { score: 'not a number' } })
  await expect(write({ day: 'soon' })).rejects.toMatchObject({ fault: 'invalid', fields: { day: expect.any(String) } })
  expect(edits()).toEqual([])
  await write({ score: '73.0', day: '2026-03-01' })
  expect(edits()[0]!.body).toMatchObject({ fields: { customfield_7: 73, customfield_8: '2026-03-01' } })
})
