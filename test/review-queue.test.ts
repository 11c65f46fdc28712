/** The review queue: its order, who looks at what, settling in bulk, and what was drawn at random. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { claims } from '../src/db/schema.ts'
import { CABLE, DOUBTFUL, fieldsOf, INTERNET } from './support/acts.ts'
import { type Client, signIn } from './support/client.ts'
import { openService, opinion, type Service } from './support/service.ts'

const classifier = opinion([
  ['cable', INTERNET],
  ['urgent', { ...INTERNET, priority: 'urgent' }, 0.3],
  ['odd', INTERNET, 0.2],
])
const URGENT = { ...DOUBTFUL, subject: 'An urgent odd box' }

let service: Service
let rita: Client
let sven: Client
beforeAll(async () => {
  service = await openService({ classifier, settings: { sample: 1 } })
  rita = await signIn(service, 'reviewer', 'Rita')
  sven = await signIn(service, 'reviewer', 'Sven')
})
afterAll(() => service.close())

type Item = { id: string; kind: string; ticket: { subject: string }; claim: { who: string } | null }
const queue = async (query = ''): Promise<Item[]> => (await rita('GET', `/review${query}`)).body.items
const subjects = async (query = '') => (await queue(query)).map(({ ticket }) => ticket.subject)

test('holds what is urgent first, then what waits longest, and last what was drawn at random', async () => {
  const made = [CABLE, DOUBTFUL, { ...DOUBTFUL, subject: 'A second odd box' }, URGENT]
  for (const ticket of made) {
    await service.zendesk.create(ticket)
    await service.drain()
  }
  const order = [URGENT.subject, DOUBTFUL.subject, 'A second odd box', CABLE.subject]
  expect(await subjects()).toEqual(order)
  expect((await queue()).map(({ kind }) => kind)).toEqual(['held', 'held', 'held', 'sampled'])
  expect((await rita('GET', '/review/counts')).body).toEqual({ held: 3, sampled: 1 })
  expect(await subjects('?kind=sampled')).toEqual([CABLE.subject])
  expect(await subjects('?value=priority/urgent')).toEqual([URGENT.subject])
  const seen: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body } = await rita('GET', `/review?limit=1${cursor && `&cursor=${cursor}`}`)
    seen.push(...body.items.map(({ ticket }: Item) => ticket.subject))
    cursor = body.next
  }
  expect(seen).toEqual(order)
})

test('who looks at a decision has it for a minute, and one at a time', async () => {
  const [first, second] = await queue()
  const look = async (who: Client, { id }: Item) => (await who('POST', `/decisions/${id}/claim`)).body
  expect(await look(rita, first!)).toMatchObject({ mine: true, who: 'Rita' })
  expect(await look(sven, first!)).toMatchObject({ mine: false, who: 'Rita' })
  expect((await queue()).map(({ claim }) => claim?.who)).toEqual(['Rita', undefined, undefined, undefined])
  expect(await look(rita, second!)).toMatchObject({ mine: true })
  expect(await look(sven, first!)).toMatchObject({ mine: true })
  await service.deps.database.db.update(claims).set({ until: new Date(Date.now() - 1000) })
  expect(await look(rita, first!)).toMatchObject({ mine: true })
  expect((await sven('POST', `/decisions/01890a5d-ac96-774b-bcce-b302099a8057/claim`)).status).toBe(404)
})

describe('settled in bulk', () => {
  test('each stands for itself; what somebody else settled says who did, and how', async () => {
    const [urgent, odd, second] = await queue('?kind=held')
    await sven('POST', `/decisions/${odd!.id}/correct`, { values: { service: 'vpn' } })
    const items = [{ id: urgent!.id }, { id: odd!.id }, { id: second!.id, values: { service: 'fax' } }]
    const { status, body } = await rita('POST', '/decisions/settle', { items })
    expect(status).toBe(200)
    expect(body.items).toMatchObject([
      { id: urgent!.id, decision: expect.any(String), problem: null },
      {
        decision: null,
        problem: {
          status: 409,
          detail: 'Sven corrected it meanwhile',
          settled: { by: 'Sven', how: 'corrected', values: { service: 'vpn' } },
        },
      },
      { decision: null, problem: { status: 422, detail: expect.stringContaining('fax') } },
    ])
    await service.drain()
    expect(await subjects('?kind=held')).toEqual(['A second odd box'])
  })

  test('a sampled decision that is confirmed, or that an agent changed, leaves the queue', async () => {
    const [sampled] = await queue('?kind=sampled')
    await rita('POST', `/decisions/${sampled!.id}/confirm`)
    await service.drain()
    expect(await queue('?kind=sampled')).toEqual([])
    const { id } = await service.jira.create(CABLE)
    await service.drain()
    expect(await queue('?kind=sampled')).toHaveLength(1)
    await service.jira.edit(id, await fieldsOf(service, 'jira', { service: 'vpn' }))
    await service.drain()
    expect(await queue('?kind=sampled')).toEqual([])
  })
})

test('a ticket that was solved meanwhile needs nobody', async () => {
  const { id } = await service.jira.create({ ...DOUBTFUL, subject: 'A solved odd box' })
  await service.drain()
  expect(await subjects('?connection=jira')).toEqual(['A solved odd box'])
  await service.jira.resolve(id)
  await service.drain()
  expect(await subjects('?connection=jira')).toEqual([])
})

test('a share of 0 draws nothing', async () => {
  const admin = await signIn(service, 'admin')
  await admin('PATCH', '/connections/jira', { settings: { sample: 0 } })
  await service.jira.create(CABLE)
  await service.drain()
  expect(await queue('?connection=jira')).toEqual([])
})
