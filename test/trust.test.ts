/** Earned autonomy: what people do with decided values is evidence, by which a value may be automated, or no more. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { evidence } from '../src/db/schema.ts'
import { CABLE, classifier, DOUBTFUL, fieldsOf, INTERNET, rowsOf } from './support/acts.ts'
import { type Client, signIn } from './support/client.ts'
import { openService, type Service } from './support/service.ts'

let service: Service
let rita: Client
let olga: Client
let ada: Client
beforeEach(async () => {
  service = await openService({ classifier, settings: { precision: 0.5 } })
  rita = await signIn(service, 'reviewer', 'Rita')
  olga = await signIn(service, 'operator', 'Olga')
  ada = await signIn(service, 'admin', 'Ada')
})
afterEach(() => service.close())

/** Decides a new ticket; answers with its newest decision. */
async function decided(ticket = CABLE) {
  const { id } = await service.zendesk.create(ticket)
  await service.drain()
  const decision = (await rowsOf(service).decisions()).at(-1)!
  return { id: `${id}`, decision }
}
const settle = async (who: Client, how: 'confirm' | 'correct', service?: string) => {
  const { decision } = await decided()
  const body = how === 'correct' ? { values: { service } } : undefined
  expect((await who('POST', `/decisions/${decision.id}/${how}`, body)).status).toBe(200)
  return decision.id
}
const standing = async (field: string, value: string) => {
  const { body } = await rita('GET', '/trust?connection=zendesk')
  const found = body.fields.find((one: { field: string }) => one.field === field)
  return found.values.find((one: { value: string }) => one.value === value)
}
const rows = () => service.deps.database.db.select().from(evidence)
const place = { connection: 'zendesk', field: 'service', value: 'internet' }

describe('what counts', () => {
  test('a confirmed value was right, a corrected one wrong, and one that nobody touched says nothing', async () => {
    await decided()
    expect(await rows()).toEqual([])
    await settle(rita, 'confirm')
    await settle(rita, 'correct', 'vpn')
    expect(await standing('service', 'internet')).toMatchObject({
      state: 'tracking',
      counts: { confirmed: 1, overridden: 1, reverted: 0, sampled: 0 },
      proof: { n: 2, right: 1 },
      asked: 0.5,
      missing: null,
    })
    expect((await standing('priority', 'high')).counts).toMatchObject({ confirmed: 2 })
    expect((await standing('service', 'vpn')).proof.n).toBe(0)
  })

  test('an agent who changes the field in the helpdesk says that it was wrong; set back, it was right', async () => {
    const { id } = await decided()
    const agent = service.zendesk.agents[0]!.id
    await service.zendesk.edit(id, await fieldsOf(service, 'zendesk', { service: 'vpn' }), agent)
    await service.drain()
    expect(await rows()).toMatchObject([{ field: 'service', value: 'internet', kind: 'overridden', right: false }])
    await service.zendesk.edit(id, await fieldsOf(service, 'zendesk', { service: 'internet' }), agent)
    await service.drain()
    expect(await rows()).toMatchObject([{ field: 'service', value: 'internet', kind: 'confirmed', right: true }])
  })

  test('a held ticket says nothing: nobody would have automated it', async () => {
    const { decision } = await decided(DOUBTFUL)
    expect(decision.plan).toBe('hold')
    expect((await rita('POST', `/decisions/${decision.id}/confirm`)).status).toBe(200)
    expect(await rows()).toEqual([])
  })

  test('a review that is undone says nothing any more; a decision that is put back was wrong', async () => {
    await settle(rita, 'confirm')
    const settled = (await rowsOf(service).decisions()).at(-1)!
    expect(await rows()).toHaveLength(Object.keys(INTERNET).length)
    expect((await rita('POST', `/decisions/${settled.id}/undo`)).status).toBe(200)
    expect(await rows()).toEqual([])
    await service.drain()
    const again = (await rowsOf(service).decisions()).at(-1)!
    expect((await rita('POST', `/decisions/${again.id}/revert`)).status).toBe(200)
    expect(await standing('service', 'internet')).toMatchObject({ counts: { reverted: 1 }, proof: { right: 0 } })
  })
})

describe('a value that is wrong too often', () => {
  test('is only suggested from then on, with the ticket that caused it, until a person promotes it again', async () => {
    const heard: unknown[] = []
    service.deps.events.watch((one) => one.kind === 'demoted' && heard.push(one))
    await ada('PATCH', '/connections/zendesk', { settings: { precision: 0.95 } })
    for (let i = 0; i < 3; i++) await settle(rita, 'correct', 'vpn')
    expect((await decided()).decision.plan).toBe('apply')
    await settle(rita, 'correct', 'vpn')
    const { key } = (await rowsOf(service).tickets()).at(-1)!
    expect(heard).toMatchObject([{ connection: 'zendesk', field: 'service', value: 'internet', key }])
    expect(await standing('service', 'internet')).toMatchObject({
      state: 'demoted',
      set: { by: null, because: '4 of 4 handled tickets were wrong', ticket: key },
      proof: { n: 0 },
      missing: '59 handled tickets without a fault prove 95 %; there are 0',
    })
    const { decision } = await decided()
    expect(decision).toMatchObject({
      plan: 'suggest',
      reason: expect.stringMatching(/^only suggested: service: it was taken out of automation on .*4 of 4/),
    })
    const refused = await olga('POST', '/trust/promote', place)
    expect(refused.status).toBe(409)
    expect(refused.body.detail).toContain('59 handled tickets')
    await ada('PATCH', '/connections/zendesk', { settings: { precision: 0.5 } })
    for (let i = 0; i < 5; i++) await settle(rita, 'confirm')
    expect(await standing('service', 'internet')).toMatchObject({ missing: 'a person has to promote it' })
    expect((await olga('POST', '/trust/promote', place)).body).toMatchObject({ state: 'promoted', set: { by: 'Olga' } })
    expect((await decided()).decision.plan).toBe('apply')
  })

  test('is stopped by the first one when it is guarded', async () => {
    const { body: taxonomy } = await ada('GET', '/taxonomy')
    const fields = taxonomy.fields.map((field: { id: string; values?: { id: string }[] }) => ({
      ...field,
      ...(field.id === 'priority' && {
        values: field.values!.map((value) => (value.id === 'high' ? { ...value, guarded: true } : value)),
      }),
    }))
    expect((await ada('PUT', '/taxonomy', { version: taxonomy.version, fields })).status).toBe(200)
    const { decision } = await decided()
    await rita('POST', `/decisions/${decision.id}/correct`, { values: { priority: 'low' } })
    expect(await standing('priority', 'high')).toMatchObject({
      state: 'demoted',
      set: { because: 'one wrong ticket is too many for a guarded value' },
    })
  })
})

test('where two people must promote a value, the first one asks and another one agrees', async () => {
  await ada('PATCH', '/connections/zendesk', { settings: { promotion: 'two' } })
  const { decision } = await decided()
  expect(decision).toMatchObject({ plan: 'suggest', reason: expect.stringContaining('nobody has promoted it yet') })
  for (let i = 0; i < 5; i++) await settle(rita, 'confirm')
  expect(await standing('service', 'internet')).toMatchObject({
    state: 'eligible',
    missing: 'a person has to promote it',
  })
  expect((await rita('POST', '/trust/promote', place)).status).toBe(403)
  expect((await olga('POST', '/trust/promote', place)).body).toMatchObject({ state: 'asked' })
  expect((await olga('POST', '/trust/promote', place)).status).toBe(409)
  expect((await ada('POST', '/trust/promote', place)).body).toMatchObject({ state: 'promoted', missing: null })
  const actions = (await rowsOf(service).audit()).filter(({ action }) => action.startsWith('trust.'))
  expect(actions.map(({ actor, after }) => [actor, (after as { state: string }).state])).toEqual([
    ['Olga', 'asked'],
    ['Ada', 'promoted'],
  ])
  const down = { ...place, because: 'the product changed' }
  expect((await olga('POST', '/trust/demote', down)).body).toMatchObject({ state: 'demoted', set: { by: 'Olga' } })
  expect((await olga('POST', '/trust/promote', { ...place, value: 'internett' })).status).toBe(422)
})
