/** Deciding a ticket again: what is right already is not written, unless it is forced. */
import { afterEach, describe, expect, test } from 'vitest'
import { changeConnection } from '../src/connections/index.ts'
import type { Connection } from '../src/contract/index.ts'
import { retry } from '../src/review/index.ts'
import { type MapDocument, publishDraft, publishedMap, saveDraft } from '../src/routing/index.ts'
import { currentTaxonomy } from '../src/taxonomy/index.ts'
import { CABLE, classifier, fieldsOf, INTERNET, type Kind, kinds, rowsOf } from './support/acts.ts'
import { openService, opinion, type Service, type ServiceOptions } from './support/service.ts'

let service: Service
afterEach(() => service?.close())
const rows = () => rowsOf(service)
const notes = (kind: Kind, id: string) =>
  service[kind].ticket(id)!.comments.filter((c) => c.author === service[kind].self.id)

async function decided(kind: Kind, options: ServiceOptions = {}) {
  service = await openService({ classifier, ...options })
  const { id } = await service[kind].create(CABLE)
  await service.drain()
  const [decision] = await rows().decisions()
  return { id, decision: decision!, before: stateOf(kind, id) }
}

/** All that a person sees of our work. */
const stateOf = (kind: Kind, id: string) => {
  const { fields, history } = service[kind].ticket(id)!
  return { fields, changes: history.length, notes: notes(kind, id).length }
}

async function again(decision: { id: string }, force = false) {
  const { database, queue } = service.deps
  const { will } = await retry({ db: database.db, queue }, decision.id, 'Rita', { force })
  await service.drain()
  return will.join(' ')
}

const newest = async () => (await rows().decisions()).at(-1)!
const republish = async (change: (map: MapDocument) => MapDocument) => {
  const { db } = service.deps.database
  const { rows: all } = (await publishedMap(db))!
  await saveDraft(db, change({ rows: all }), 'test')
  await publishDraft(db, await currentTaxonomy(db), 'test')
}
const change = async (kind: Kind, parts: Partial<Pick<Connection, 'mode'>>) => {
  const { selfId } = await service.connection(kind)
  await changeConnection({ db: service.deps.database.db, vault: service.deps.vault }, kind, parts, selfId, 'test')
}

describe.each(kinds)('%s', (kind) => {
  test('a retry of what is right writes nothing: no other person, no second note', async () => {
    const { id, decision, before } = await decided(kind)
    expect(await again(decision)).toMatch(/if all is right, it writes nothing/)
    expect(stateOf(kind, id)).toEqual(before)
    expect(await newest()).toMatchObject({ route: { assignee: decision.route!.assignee } })
    expect((await rows().writebacks()).at(-1)).toMatchObject({
      state: 'applied',
      reason: 'the ticket already has these values',
    })
    // Also after the same map was published again.
    await republish((map) => map)
    await again(await newest())
    expect(stateOf(kind, id)).toEqual(before)
  })

  test('a forced retry chooses the next person and adds a note, and said so', async () => {
    const { id, decision, before } = await decided(kind)
    expect(await again(decision, true)).toMatch(/may move to somebody else.*even if nothing changes/)
    const { route } = await newest()
    expect(route!.assignee).not.toBe(decision.route!.assignee)
    expect(stateOf(kind, id)).toMatchObject({ notes: before.notes + 1 })
    expect((await rows().writebacks()).at(-1)).toMatchObject({
      state: 'applied',
      written: { assignee: route!.assignee },
    })
  })

  test('a forced retry keeps what a person set', async () => {
    const { id, decision } = await decided(kind)
    await service[kind].edit(id, await fieldsOf(service, kind, { service: 'vpn' }))
    await service.drain()
    await again(decision, true)
    expect((await rows().writebacks()).at(-1)!.heldBack.service).toMatch(/set it/)
  })

  test('a person who is no longer in the winning row is replaced', async () => {
    const { decision } = await decided(kind)
    const gone = decision.route!.assignee!
    await republish((map) => ({
      rows: map.rows.map((row) =>
        'people' in row.strategy
          ? { ...row, strategy: { ...row.strategy, people: row.strategy.people.filter((name) => name !== gone) } }
          : row,
      ),
    }))
    await again(decision)
    const { route } = await newest()
    expect(route).toMatchObject({ group: decision.route!.group, assignee: expect.any(String) })
    expect(route!.assignee).not.toBe(gone)
  })

  test('in suggest mode the same proposal adds no second note, and another one does', async () => {
    const { id, decision } = await decided(kind, { mode: 'suggest' })
    expect(await again(decision)).toMatch(/unless the last one says the same/)
    expect(notes(kind, id)).toHaveLength(1)
    expect((await rows().writebacks()).at(-1)).toMatchObject({ state: 'suggested', noteId: expect.any(String) })
    await again(await newest(), true)
    expect(notes(kind, id)).toHaveLength(2)
    service.deps.classifiers.embedded = async () => opinion([['cable', { ...INTERNET, service: 'tv' }]])
    await again(await newest())
    expect(notes(kind, id)).toHaveLength(3)
    // What was only suggested is written once the mode allows it.
    await change(kind, { mode: 'automate' })
    await again(await newest())
    expect((await rows().writebacks()).at(-1)).toMatchObject({ state: 'applied', written: { service: 'tv' } })
  })
})
