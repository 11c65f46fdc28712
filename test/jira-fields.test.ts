/** What only Jira's fields have: values that are put back, webhooks, documents. `connector-kinds.test.ts` has the rest. */
import { http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { jira } from '../connectors/jira/index.ts'
import { openFields } from './support/jira-fields.ts'
import { jiraRows, type KindRow } from './support/kind-rows.ts'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const open = (fields: unknown, options?: Parameters<typeof openFields>[2]) => openFields(server, fields, options)

describe.each(['cloud', 'datacenter'] as const)('%s', (edition) => {
  describe.each(jiraRows(edition))('$type in $field', ({ type, field, one, two, theirs }) => {
    const target = { to: 'field', id: field, type, values: { one, two } }

    test('put back what a person set between our read and our write', async () => {
      const { base, connection, sandbox, id } = await open({ service: target }, { edition })
      const read = await base()
      await sandbox.edit(id, { [field]: theirs })
      const decision = { decisionId: 'd-1', set: { service: 'one' }, note: null }
      const { restored } = await jira.apply(connection, read, decision)
      expect(restored).toEqual(['service'])
      expect((await base()).fields.service).toMatchObject({ value: 'two', raw: two })
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
  const target = (row: KindRow) => ({
    to: 'field',
    id: row.field,
    type: row.type,
    values: { one: row.one, two: row.two },
  })
  const each = jiraRows('cloud').filter(({ type, field }) => !(type === 'select' && field === 'customfield_3'))
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
