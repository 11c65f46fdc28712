/** Taking back: a review is undone, and what was written is put back; what a person changed since stays. */
import { afterEach, describe, expect, test } from 'vitest'
import { CABLE, classifier, DOUBTFUL, edits, fieldsOf, type Kind, kinds, rowsOf } from './support/acts.ts'
import { type Client, signIn } from './support/client.ts'
import { openService, type Service, type ServiceOptions } from './support/service.ts'

let service: Service
let rita: Client
afterEach(() => service?.close())
const rows = () => rowsOf(service)

async function decided(kind: Kind, ticket = CABLE, options: ServiceOptions = {}) {
  service = await openService({ classifier, ...options })
  rita = await signIn(service, 'reviewer', 'Rita')
  const { id } = await service[kind].create(ticket)
  await service.drain()
  const [decision] = await rows().decisions()
  return { id, decision: decision! }
}
const ask = async (what: string, id: string, body?: unknown) => {
  const answer = await rita('POST', `/decisions/${id}/${what}`, body)
  await service.drain()
  return answer
}
const fieldsIn = async (kind: Kind, id: string) => {
  const connection = await service.connection(kind)
  const { fields } = await service.deps.connectors[kind]!.fetch(connection, id)
  return Object.fromEntries(Object.entries(fields).map(([field, { raw }]) => [field, raw]))
}

describe.each(kinds)('%s', (kind) => {
  test('a revert puts back what was there, and a second one finds nothing', async () => {
    const { id, decision } = await decided(kind)
    expect((await fieldsIn(kind, id)).service).not.toBeNull()
    await ask('correct', decision.id, { values: { service: 'vpn' } })
    const [, corrected] = await rows().decisions()
    const { status, body } = await ask('revert', corrected!.id)
    expect(status).toBe(200)
    const now = await fieldsIn(kind, id)
    for (const field of ['service', 'category', 'group', 'assignee']) expect(now[field]).toBeNull()
    const [, , back] = await rows().decisions()
    expect(back).toMatchObject({ id: body.decision, plan: 'apply', values: {}, actor: 'Rita', route: null })
    expect((await rows().writebacks())[2]).toMatchObject({ state: 'applied', heldBack: {} })
    expect(service[kind].ticket(id)!.comments.at(-1)!.text).toContain('Rita took back what Pointsman had written')
    expect((await rows().audit()).at(-1)).toMatchObject({ actor: 'Rita', action: 'decision.revert' })
    expect(await ask('revert', back!.id)).toMatchObject({
      status: 409,
      body: { detail: 'Nothing of ours is in the ticket' },
    })
    // Our own writes are nobody's corrections.
    expect(await rows().overrides()).toEqual([])
  })

  test('what a person changed since stays, and so does the ticket that an agent took', async () => {
    const { id, decision } = await decided(kind)
    await service[kind].edit(id, await fieldsOf(service, kind, { service: 'hosting', assignee: 'Ilya Sorokin' }))
    await service.drain()
    const before = await fieldsIn(kind, id)
    await ask('revert', decision.id)
    const now = await fieldsIn(kind, id)
    expect(now).toMatchObject({ service: before.service, group: before.group, assignee: before.assignee })
    expect(now.category).toBeNull()
    const [, written] = await rows().writebacks()
    expect(written).toMatchObject({
      state: 'applied',
      heldBack: { service: expect.stringMatching(/set it \d+ s ago/), assignee: expect.any(String) },
    })
  })

  test('the review of a held ticket is undone: it waits again, and nothing of it is left', async () => {
    const { id, decision } = await decided(kind, DOUBTFUL)
    const before = await fieldsIn(kind, id)
    const { body: settled } = await ask('correct', decision.id, { values: { service: 'vpn' } })
    expect((await fieldsIn(kind, id)).service).not.toBeNull()
    const { status, body } = await ask('undo', settled.decision)
    expect(status).toBe(200)
    expect(await fieldsIn(kind, id)).toEqual(before)
    expect(await rows().labels()).toEqual({})
    expect((await rows().decisions()).at(-1)).toMatchObject({
      id: body.decision,
      plan: 'hold',
      reason: decision.reason,
      values: decision.values,
      sources: decision.sources,
      trace: { undone: { of: decision.id, by: 'Rita' } },
    })
    const { items } = (await rita('GET', '/review')).body
    expect(items).toMatchObject([
      {
        id: body.decision,
        kind: 'held',
        doubts: expect.arrayContaining([expect.objectContaining({ field: 'service' })]),
      },
    ])
    expect(await ask('undo', settled.decision)).toMatchObject({ status: 409, body: { settled: { how: 'undone' } } })
    expect(await ask('undo', body.decision)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('nothing to undo') },
    })
  })
})

test('what is undone before it was written is never written', async () => {
  const { decision } = await decided('jira', DOUBTFUL)
  const { body } = await rita('POST', `/decisions/${decision.id}/confirm`)
  await rita('POST', `/decisions/${body.decision}/undo`)
  await service.drain()
  expect(edits(service, 'jira')).toEqual([])
  expect(await rows().writebacks()).toMatchObject([{ state: 'skipped' }, { state: 'skipped', written: {} }])
})

test('a correction of what was written is undone: the earlier values and labels are back', async () => {
  const { id, decision } = await decided('jira')
  const before = await fieldsIn('jira', id)
  await ask('confirm', decision.id)
  const labels = await rows().labels()
  const [, confirmed] = await rows().decisions()
  const { body } = await ask('correct', confirmed!.id, { values: { service: 'vpn' } })
  expect((await rows().labels()).service).toEqual(['vpn', 'human'])
  await ask('undo', body.decision)
  expect(await fieldsIn('jira', id)).toMatchObject({ service: before.service, category: before.category })
  expect(await rows().labels()).toEqual(labels)
})

test('where the connection was set to observe, what was written is still put back', async () => {
  const { id, decision } = await decided('zendesk')
  const admin = await signIn(service, 'admin')
  await admin('PATCH', '/connections/zendesk', { mode: 'observe' })
  await ask('revert', decision.id)
  expect((await fieldsIn('zendesk', id)).service).toBeNull()
})
