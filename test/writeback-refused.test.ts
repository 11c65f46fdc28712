/** A helpdesk that demands something of a field that is not ours: what can be written is written, and the ticket says so. */
import { eq } from 'drizzle-orm'
import { HttpResponse, http } from 'msw'
import { afterEach, describe, expect, test } from 'vitest'
import { changeConnection } from '../src/connections/index.ts'
import { writebacks } from '../src/db/schema.ts'
import { WRITEBACK } from '../src/decisions/index.ts'
import { CABLE, classifier, type Kind, kinds, rowsOf } from './support/acts.ts'
import { openService, type Service } from './support/service.ts'

let service: Service
afterEach(() => service?.close())

const DEMANDED = {
  jira: { errorMessages: [], errors: { customfield_77: 'Kostenstelle ist erforderlich.' } },
  zendesk: {
    error: 'RecordInvalid',
    description: 'Record validation errors',
    details: { base: [{ description: 'Kostenstelle: ist erforderlich', error: null, ticket_field_id: 77 }] },
  },
}
const PATHS = { jira: 'https://jira.test/rest/api/3/issue/:id', zendesk: 'https://zendesk.test/api/v2/tickets/:id' }

/** Refuses the edits whose body matches; answers a function that ends it. */
function demand(kind: Kind, applies: (body: string) => boolean): () => void {
  let ended = false
  service.network.use(
    http.put(PATHS[kind], async ({ request }) => {
      if (!ended && applies(await request.clone().text()))
        return HttpResponse.json(DEMANDED[kind], { status: kind === 'jira' ? 400 : 422 })
      return (await service[kind].app.fetch(request)) as HttpResponse<never>
    }),
  )
  return () => {
    ended = true
  }
}

const notes = (kind: Kind, id: string) =>
  service[kind].ticket(id)!.comments.filter((one) => one.author === service[kind].self.id)
const byUs = (kind: Kind, id: string) => service[kind].ticket(id)!.history.filter((h) => h.by === service[kind].self.id)

async function written(kind: Kind) {
  const { id } = await service[kind].create(CABLE)
  await service.drain()
  const [writeback] = await rowsOf(service).writebacks()
  return { id, writeback: writeback! }
}

describe.each(kinds)('%s', (kind) => {
  const value = kind === 'jira' ? '10400' : 'service_internet'

  test('demands it because of one of our values: the rest is written, and the note names the field', async () => {
    service = await openService({ classifier })
    demand(kind, (body) => body.includes(value))
    const { id, writeback } = await written(kind)
    expect(writeback).toMatchObject({
      state: 'applied',
      reason: null,
      written: { category: 'outage', priority: 'high', group: 'Network', assignee: expect.any(String) },
      heldBack: { service: expect.stringMatching(/Kostenstelle.*77/) },
    })
    expect(Object.keys(writeback.heldBack)).toEqual(['service'])
    expect(notes(kind, id)).toHaveLength(1)
    expect(notes(kind, id)[0]).toMatchObject({ public: false, text: expect.stringMatching(/service \(.*Kostenstelle/) })
  })

  test('demands it because of the group: the route is held back whole', async () => {
    service = await openService({ classifier })
    demand(kind, (body) => /components|group_id/.test(body))
    const { writeback } = await written(kind)
    expect(writeback.state).toBe('applied')
    expect(Object.keys(writeback.heldBack).sort()).toEqual(['assignee', 'group'])
    expect(writeback.written).toEqual({ service: 'internet', category: 'outage', priority: 'high' })
  })

  test('demands it of every field: a note alone says what was not written, and why', async () => {
    service = await openService({ classifier })
    const end = demand(kind, (body) => kind === 'jira' || /"(custom_fields|priority|group_id|tags)"/.test(body))
    const { id, writeback } = await written(kind)
    expect(writeback).toMatchObject({
      state: 'failed',
      written: {},
      noteId: expect.any(String),
      reason: expect.stringMatching(/demands .*77.*map a field to it/),
    })
    expect(writeback.reason).not.toMatch(/Check the mapping|Fix the mapping/)
    expect(writeback.reason!.match(/Kostenstelle/g)!.length).toBeLessThanOrEqual(2)
    expect(Object.values(writeback.heldBack)).toSatisfy((all: string[]) => all.every((one) => /77/.test(one)))
    expect(byUs(kind, id)).toEqual([])
    expect(notes(kind, id)).toMatchObject([{ public: false, text: expect.stringContaining('could not write this') }])
    expect(notes(kind, id)[0]!.text).toContain('Nothing was changed')

    // The decision runs again when the cause is gone.
    end()
    const { database, queue } = service.deps
    await queue.send(database.db, WRITEBACK, { decision: writeback.decisionId }, { key: 'again' })
    await service.drain()
    const [done] = await database.db.select().from(writebacks).where(eq(writebacks.decisionId, writeback.decisionId))
    expect(done).toMatchObject({ state: 'applied', written: { service: 'internet', group: 'Network' }, heldBack: {} })
    expect(notes(kind, id).at(-1)!.text).toContain('Sorted by Pointsman')
  })

  test('demands it and notes are off: the write fails with its words', async () => {
    service = await openService({ classifier })
    const { selfId, settings } = await service.connection(kind)
    const needs = { db: service.deps.database.db, vault: service.deps.vault }
    await changeConnection(needs, kind, { settings: { ...settings, note: false } }, selfId, 'test')
    demand(kind, () => true)
    const { id, writeback } = await written(kind)
    expect(writeback).toMatchObject({ state: 'failed', reason: expect.stringContaining('Kostenstelle') })
    expect(notes(kind, id)).toEqual([])
  })
})

test('a Zendesk that demands it of a comment too gets nothing, and the decision says why', async () => {
  service = await openService({ classifier })
  demand('zendesk', () => true)
  const { id, writeback } = await written('zendesk')
  expect(writeback).toMatchObject({ state: 'failed', reason: expect.stringContaining('Kostenstelle'), noteId: null })
  expect(notes('zendesk', id)).toEqual([])
})
