/** Long tickets are shortened to a budget of tokens, which the model's own tokeniser counts. */
import { afterEach, expect, test } from 'vitest'
import { ConnectionInput, findConnection, saveConnection } from '../src/connections/index.ts'
import { type Target, TaxonomyField } from '../src/contract/index.ts'
import { decisions, tickets } from '../src/db/schema.ts'
import { currentTaxonomy, saveTaxonomy } from '../src/taxonomy/index.ts'
import { signIn } from './support/client.ts'
import { MODEL_ENV, modelServer } from './support/model-server.ts'
import { openService, type Service } from './support/service.ts'

const says = { service: 'internet', category: 'outage', priority: 'high', sentiment: 'negative' }
const SECRET = 'anna.smith@example.org'
const HALLS =
  'lobby kitchen archive workshop library canteen garage reception laboratory studio warehouse office basement attic terrace chapel'
/** Every sentence is different, so that only the budget removes any. */
const long = (floor: string) =>
  HALLS.split(' ')
    .map((hall) => `The ${floor} ${hall} lost its wireless network soon after the cleaners had left the building.`)
    .join(' ')
const body = (floor: string) => `Answer to ${SECRET}, please. ${long(floor)}`

let service: Service
afterEach(() => service?.close())
const db = () => service.deps.database.db
const decided = () => db().select().from(decisions).orderBy(decisions.id)

async function open(tokenLength: number | null) {
  service = await openService({ env: MODEL_ENV, settings: { threshold: 0.1 } })
  const server = modelServer((_, { response_format }) => {
    const { required } = response_format.json_schema.schema as { required: string[] }
    return { says: { ...says, ...(required.includes('contact') ? { contact: '<EMAIL_1>' } : {}) } }
  })
  service.network.use(...server.handlers, ...(tokenLength === null ? [] : [server.tokeniser(tokenLength)]))
  return server
}

async function textOf(floor: string): Promise<string> {
  await service.jira.create({ subject: `No network, ${floor}`, body: body(floor) })
  await service.drain()
  return (await db().select().from(tickets)).find(({ subject }) => subject.includes(floor))!.text
}

test('the server counts once for texts of the same scripts, and only gets masked text', async () => {
  const { counted } = await open(2)
  const text = await textOf('first')
  // One token is two characters here: the kept text must fit into the budget.
  expect(text.length / 2).toBeLessThanOrEqual(280)
  await textOf('second')
  expect(counted).toHaveLength(1)
  expect(JSON.stringify(counted)).toContain('<EMAIL_1>')
  expect(JSON.stringify(counted)).not.toContain(SECRET)
  for (const { trace } of await decided())
    expect(trace).toMatchObject({ prepared: { tokens: { measured: expect.any(Number) } } })
})

test('with longer tokens more of the ticket is kept', async () => {
  await open(8)
  const packed = await textOf('first')
  await service.close()
  await open(null)
  const estimated = await textOf('first')
  expect(packed.length).toBeGreaterThan(1.3 * estimated.length)
})

test('without a tokeniser the tokens are estimated, and the trace shows it', async () => {
  await open(null)
  await textOf('first')
  const [decision] = await decided()
  expect(decision).toMatchObject({ plan: 'apply', trace: { prepared: { tokens: { estimated: expect.any(Number) } } } })
})

test('for a short ticket the server is not asked to count', async () => {
  const { counted } = await open(2)
  await service.jira.create({ subject: 'Cable dead', body: 'The cable modem shows a red light since this morning.' })
  await service.drain()
  expect(counted).toHaveLength(0)
})

test('masked values of a long ticket are restored for the write-back, also after a review', async () => {
  await open(2)
  const { version, fields } = await currentTaxonomy(db())
  const contact = TaxonomyField.parse({ id: 'contact', kind: 'entity' })
  await saveTaxonomy(db(), { fields: [...fields, contact] }, version, 'test')
  const needs = { db: db(), vault: service.deps.vault }
  const { id: _id, selfId, ...connection } = await findConnection(needs, 'zendesk')
  const target: Target = { to: 'label', prefix: 'contact_', values: {}, blank: [] }
  const mapping = { ...connection.mapping, fields: { ...connection.mapping.fields, contact: target } }
  const written = () =>
    service.zendesk.requests.filter(({ method }) => method === 'PUT').map(({ body }) => JSON.stringify(body))
  await saveConnection(needs, ConnectionInput.parse({ ...connection, mapping }), selfId, 'test')
  await service.zendesk.create({ subject: 'No network', body: body('first') })
  await service.drain()
  expect(written().join()).toContain(SECRET)

  await saveConnection(
    needs,
    ConnectionInput.parse({ ...connection, mapping, settings: { ...connection.settings, threshold: 1 } }),
    selfId,
    'test',
  )
  await service.zendesk.create({ subject: 'No network either', body: body('second') })
  await service.drain()
  const held = (await decided()).at(-1)!
  expect(held.plan).toBe('hold')
  const client = await signIn(service, 'reviewer')
  expect((await client('POST', `/decisions/${held.id}/confirm`, {})).status).toBe(200)
  await service.drain()
  expect(written().join().split(SECRET)).toHaveLength(3)
})
