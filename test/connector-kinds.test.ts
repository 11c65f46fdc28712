/**
 * Every kind of field that an adapter can write: set, kept, cleared, refused, read back, and in the history. A new kind
 * needs a row in `support/kind-rows.ts`.
 */
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type FreshTicket, type Labels, TaxonomyDocument } from '../src/contract/index.ts'
import { HelpdeskError } from '../src/errors.ts'
import { planWrite } from '../src/writeback/plan.ts'
import { kindVendors, type OpenedKind } from './support/kind-rows.ts'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const puts = ({ sandbox }: OpenedKind) => sandbox.requests.filter(({ method }) => method === 'PUT')

describe.each(kindVendors)('$name', ({ connector, rows, unwritable, open, refusal }) => {
  test('has a row here for every kind that its adapter declares', () => {
    const covered = [...rows.map(({ type }) => type), ...Object.keys(unwritable)]
    expect([...new Set(covered)].sort()).toEqual(Object.keys(connector.fieldTypes).sort())
  })

  describe.each(rows)('$type in $field', ({ type, field, one, two, theirs, nothing, wrong, empty }) => {
    const opened = (values: Labels = { one, two }) => open(server, type, field, values)
    const read = ({ connection, id }: OpenedKind) => connector.fetch(connection, id)
    const write = (at: OpenedKind, base: FreshTicket, value: string) =>
      connector.apply(at.connection, base, { decisionId: 'd-1', set: { it: value }, note: null })
    const plan = ({ connection }: OpenedKind, base: FreshTicket, value: string) =>
      planWrite(
        { values: { it: value }, route: null },
        base,
        connection.mapping,
        { decisionIds: [], values: {} },
        new Date(),
      )
    const untouched = { value: empty ?? null, blank: true }
    const set = empty === 'one' ? { value: 'two', raw: two } : { value: 'one', raw: one }

    test('is empty in a new ticket, is set, read back, in the history, and emptied again', async () => {
      const at = await opened()
      const base = await read(at)
      expect(base.fields.it).toMatchObject(untouched)
      expect(plan(at, base, set.value).set).toEqual({ it: set.value })
      expect(await write(at, base, set.value)).toMatchObject({
        notKept: {},
        restored: [],
        changeId: expect.any(String),
      })
      expect(puts(at)).toHaveLength(1)
      const after = await read(at)
      expect(after.fields.it).toEqual({ ...set, blank: false })
      const change = after.history.find(({ field }) => field === 'it')
      expect(change).toMatchObject({ from: empty ?? null, to: set.value, decision: 'd-1' })
      const restore = { it: base.fields.it!.raw }
      const back = { decisionId: 'd-2', set: { it: '' }, restore, note: null }
      expect(await connector.apply(at.connection, after, back)).toMatchObject({ notKept: {}, restored: [] })
      expect((await read(at)).fields.it).toEqual(base.fields.it)
    })

    test("a person's value is kept, and so is a field that a person cleared", async () => {
      const at = await opened()
      const agent = at.sandbox.agents[0]!.id
      await at.sandbox.edit(at.id, { [at.field]: theirs }, agent)
      const base = await read(at)
      expect(base.fields.it).toMatchObject({ value: 'two', raw: two, blank: false })
      expect(base.history.at(-1)).toMatchObject({ field: 'it', to: 'two', by: { kind: 'person', id: agent } })
      expect(plan(at, base, 'one')).toMatchObject({ set: {}, heldBack: { it: expect.stringMatching(/set it/) } })
      expect(plan(at, base, 'two')).toMatchObject({ set: {}, equal: ['it'] })
      await at.sandbox.edit(at.id, { [at.field]: nothing }, agent)
      const cleared = await read(at)
      expect(cleared.fields.it).toMatchObject(untouched)
      expect(cleared.history.at(-1)).toMatchObject({ field: 'it', from: 'two', to: empty ?? null })
      expect(plan(at, cleared, 'two')).toMatchObject({ set: {}, heldBack: { it: expect.stringMatching(/set it/) } })
    })

    test('refused by the helpdesk, is named as we call it, and nothing is written', async () => {
      const at = await opened(wrong === null ? { one, two } : { one: wrong, two })
      const { status, body } = refusal(at.field)
      // A vendor that takes any value of this kind still refuses a field that is on no screen.
      if (wrong === null)
        server.use(http.put(`${at.sandbox.baseUrl}/*`, () => HttpResponse.json(body as object, { status })))
      const outcome = await write(at, await read(at), wrong === null ? set.value : 'one').catch(
        (error: unknown) => error,
      )
      if (outcome instanceof Error) {
        expect(outcome).toBeInstanceOf(HelpdeskError)
        expect(outcome).toMatchObject({ fault: 'invalid', fields: { it: expect.any(String) } })
        expect(at.sandbox.ticket(at.id)!.history).toEqual([])
      } else expect(outcome).toMatchObject({ notKept: { it: expect.stringContaining(wrong ?? '') } })
      expect((await read(at)).fields.it).toMatchObject(untouched)
    })
  })

  test.each(Object.entries(unwritable))('%s is refused by the check and never written', async (type, field) => {
    const at = await open(server, type, field, { one: '1', two: '2' })
    const metadata = await connector.inspect(at.connection)
    expect(metadata.fields.find(({ id }) => id === at.field)).toMatchObject({ writeAs: [], never: expect.any(String) })
    const taxonomy = {
      version: 1,
      ...TaxonomyDocument.parse({ fields: [{ id: 'it', values: [{ id: 'one' }, { id: 'two' }] }] }),
    }
    const faults = connector.checkMapping(at.connection.mapping, metadata, taxonomy)
    expect(faults).toContainEqual(expect.objectContaining({ path: 'fields.it.id' }))
    const base = await connector.fetch(at.connection, at.id)
    const decision = { decisionId: 'd-1', set: { it: 'one' }, note: null }
    await expect(connector.apply(at.connection, base, decision)).rejects.toMatchObject({ fault: 'invalid' })
    expect(puts(at)).toEqual([])
  })
})
