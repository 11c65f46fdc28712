/** Fields of every kind, from the prompt to the write-back. */
import { HttpResponse } from 'msw'
import { afterEach, expect, test } from 'vitest'
import { ConnectionInput, findConnection, saveConnection } from '../src/connections/index.ts'
import { type Target, TaxonomyField } from '../src/contract/index.ts'
import { decisions, labels, overrides, writebacks } from '../src/db/schema.ts'
import { currentTaxonomy, saveTaxonomy } from '../src/taxonomy/index.ts'
import { MODEL_ENV, modelServer } from './support/model-server.ts'
import { openService, type Service } from './support/service.ts'

const KNOWN = { service: 'internet', category: 'outage', priority: 'high', sentiment: 'negative' }
const NEW = [
  { id: 'angry', kind: 'flag', required: false },
  { id: 'urgency', kind: 'score', title: 'Urgency', required: false },
  { id: 'refund', kind: 'number', unit: 'EUR', min: 0, max: 500, required: false },
  { id: 'contact', kind: 'entity', description: 'Where to answer', required: false },
  { id: 'contract', kind: 'entity', source: 'rule', pattern: 'K-\\d{6}', normal: 'code', required: false },
  { id: 'region', source: 'metadata', metadata: 'issueType', values: [{ id: 'bug' }, { id: 'task' }], required: false },
].map((field) => TaxonomyField.parse(field))
const BODY =
  'The cable modem shows a red light since this morning. Contract K-123456. Answer to anna.smith@example.org, please.'

let service: Service
afterEach(() => service?.close())
const db = () => service.deps.database.db
const newest = async () => (await db().select().from(decisions).orderBy(decisions.id)).at(-1)!

/** A service with the new fields, and a model server that gives these answers. */
async function open(says: Record<string, string | number | boolean | null>, status = 200) {
  service = await openService({ env: MODEL_ENV, settings: { threshold: 0.1 } })
  const { version, fields } = await currentTaxonomy(db())
  await saveTaxonomy(db(), { fields: [...fields, ...NEW] }, version, 'test')
  const rivals = { angry: 'false', urgency: '75' }
  const server = modelServer((_, { response_format }) => {
    const schema = response_format.json_schema.schema as { required: string[] }
    const asked = Object.entries({ ...KNOWN, ...says }).filter(([field]) => schema.required.includes(field))
    if (status !== 200 && schema.required.includes('contact'))
      return HttpResponse.json(
        { error: { message: 'The model produced output that does not match the expected peg-native format' } },
        { status },
      )
    return { says: Object.fromEntries(asked), rivals, confidence: 0.8 }
  })
  service.network.use(server.handler)
  return server
}

const ALL = { angry: true, urgency: 80, refund: 12.5, contact: '<EMAIL_1>' }

test('each kind of field has its own schema, and its answer is stored as a string with a confidence', async () => {
  const { asked } = await open(ALL)
  await service.jira.create({ subject: 'Cable dead', body: BODY })
  await service.drain()
  expect(asked[0]!.response_format.json_schema.schema).toMatchObject({
    properties: {
      angry: { type: 'boolean' },
      urgency: { type: 'integer', minimum: 0, maximum: 100 },
      refund: { type: ['number', 'null'] },
      contact: { type: ['string', 'null'] },
    },
    required: ['service', 'category', 'priority', 'sentiment', 'angry', 'urgency', 'refund', 'contact'],
  })
  const { values, sources, answers, plan } = await newest()
  expect(plan).toBe('apply')
  expect(values).toMatchObject({
    ...KNOWN,
    ...{ angry: 'true', urgency: '80', refund: '12.5', contact: '<EMAIL_1>', contract: 'K123456' },
  })
  expect(sources).toMatchObject({ angry: 'endpoint', contract: 'rule' })
  expect(answers).toMatchObject({
    angry: { raw: expect.closeTo(0.8), alternatives: [{ value: 'false' }] },
    // Scores next to each other count as one answer: 75 adds to the confidence of 80.
    urgency: { raw: expect.closeTo(1) },
    refund: { raw: expect.closeTo(0.8) },
    contact: { raw: expect.closeTo(0.8), span: '<EMAIL_1>' },
  })
})

test.each<[string, object, string, string]>([
  ['an entity that is not in the ticket', { contact: 'boris@example.org' }, 'contact', 'is not in the ticket'],
  ['an unknown placeholder', { contact: '<CARD_1>' }, 'contact', 'is not in the ticket'],
  ['a number out of range', { refund: 7878787878 }, 'refund', 'out of range'],
])('%s is left out, and the other fields are decided', async (_, says, field, why) => {
  await open({ ...ALL, ...says })
  await service.jira.create({ subject: 'Cable dead', body: BODY })
  await service.drain()
  const { values, plan, trace } = await newest()
  expect(plan).toBe('apply')
  expect(values).toMatchObject({ service: 'internet', angry: 'true' })
  expect(values).not.toHaveProperty(field)
  expect(JSON.stringify(trace)).toContain(why)
})

test('a number or an entity that the model does not find gets no value', async () => {
  await open({ ...ALL, refund: null, contact: null })
  await service.jira.create({ subject: 'Cable dead', body: BODY })
  await service.drain()
  const { values, plan } = await newest()
  expect(plan).toBe('apply')
  expect(Object.keys(values)).not.toContain('refund')
  expect(Object.keys(values)).not.toContain('contact')
})

test('when the server cannot parse free text, only that field is left out', async () => {
  const { asked } = await open(ALL, 500)
  await service.jira.create({ subject: 'Cable dead', body: BODY })
  await service.drain()
  expect(asked).toHaveLength(2)
  expect(await newest()).toMatchObject({ plan: 'apply', values: { ...KNOWN, angry: 'true', urgency: '80' } })
  expect((await newest()).values).not.toHaveProperty('contact')
})

/** Makes the write-back put the field into a tag. */
async function writeAsTag(kind: 'jira' | 'zendesk', field: string) {
  const needs = { db: db(), vault: service.deps.vault }
  const { id: _id, selfId, ...connection } = await findConnection(needs, kind)
  const target: Target = { to: 'label', prefix: `${field}_`, values: {}, blank: [] }
  const mapping = { ...connection.mapping, fields: { ...connection.mapping.fields, [field]: target } }
  await saveConnection(needs, ConnectionInput.parse({ ...connection, mapping }), selfId, 'test')
}

test('an invalid pattern is not saved', async () => {
  service = await openService()
  const { version, fields } = await currentTaxonomy(db())
  const bad = TaxonomyField.parse({ id: 'bad', kind: 'entity', pattern: '(a' })
  await expect(saveTaxonomy(db(), { fields: [...fields, bad] }, version, 'test')).rejects.toMatchObject({
    status: 422,
    faults: [{ path: `fields.${fields.length}.pattern` }],
  })
})

test('masked personal data is restored only for the write-back, and is stored nowhere', async () => {
  await open(ALL)
  await writeAsTag('zendesk', 'contact')
  const ticket = await service.zendesk.create({ subject: 'Cable dead', body: BODY })
  await service.drain()
  const sent = service.zendesk.requests.filter(({ method }) => method === 'PUT').map(({ body }) => JSON.stringify(body))
  expect(sent.join()).toContain('anna.smith@example.org')
  const [writeback] = await db().select().from(writebacks)
  expect(writeback).toMatchObject({ state: 'applied', written: { contact: '<EMAIL_1>' } })
  await service.zendesk.edit(ticket.id, { tags: ['contact_carla@example.org'] })
  await service.zendesk.resolve(ticket.id)
  await service.drain()
  for (const table of [decisions, writebacks, overrides, labels])
    expect(JSON.stringify(await db().select().from(table))).not.toMatch(/anna\.smith|carla/)
})
