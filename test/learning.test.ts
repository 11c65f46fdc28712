/** What one person corrects, the running model knows seconds later, in every process. */

import { afterEach, expect, test, vi } from 'vitest'
import { askClassifier } from '../src/classifiers/index.ts'
import type { Classifier, Prepared } from '../src/contract/index.ts'
import { decisions, tickets } from '../src/db/schema.ts'
import { loadTraining } from '../src/demo/tickets.ts'
import { addExamples, listCorrections } from '../src/labels/index.ts'
import { type Embedded, openEmbedded } from '../src/models/index.ts'
import { currentTaxonomy, saveTaxonomy } from '../src/taxonomy/index.ts'
import { trainEmbedded } from '../src/training/index.ts'
import { signIn } from './support/client.ts'
import { openService, type Service } from './support/service.ts'

// two trainings in one test, on a machine that may be busy
vi.setConfig({ testTimeout: 180_000 })

let service: Service
afterEach(() => service?.close())
const db = () => service.deps.database.db
const never = new AbortController().signal

const BADGE = {
  subject: 'Badge does not open the garage',
  body: 'My badge blinks red at the garage door since this morning, and the gate stays shut for all of us.',
}
const COPY = { ...BADGE, body: BADGE.body.replace('this morning', 'yesterday evening') }
const KIN = { subject: 'Garage door', body: 'The garage door does not know my badge any more, it only blinks red.' }

async function open() {
  service = await openService({ env: { CLASSIFIER: 'embedded' }, settings: { threshold: 0 } })
  const { version, ...document } = await currentTaxonomy(db())
  const [field] = document.fields
  if (field?.kind !== 'choice') throw new Error('service comes first')
  const badges = { id: 'badges', description: '', synonyms: [], automatic: true }
  await saveTaxonomy(
    db(),
    { fields: [{ ...field, values: [...field.values, badges] }, ...document.fields.slice(1)] },
    version,
    'test',
  )
  await addExamples(db(), 'synthetic', (await loadTraining()).slice(0, 120))
  await trainEmbedded(db())
  service.deps.embedded.refresh()
}

/** A process of its own on the same database. */
const another = () => openEmbedded(db(), (span) => listCorrections(db(), span))
const prepared = ({ subject, body }: typeof BADGE, metadata = {}): Prepared => ({
  ...{ subject, text: body, language: { code: 'en', confidence: 1 }, dropped: [], masked: {}, metadata },
})
/** What it says of the ticket, had it come the way the first one came. */
async function serviceOf(embedded: Embedded, ticket: typeof BADGE) {
  const [seen] = await db().select().from(tickets).orderBy(tickets.id)
  const classifier = (await embedded.current())!
  const answer = await classifier.classify(prepared(ticket, seen!.metadata), await currentTaxonomy(db()), never)
  return answer.fields.service!
}
const newest = async () => (await db().select().from(decisions).orderBy(decisions.id)).at(-1)!

test('a reviewer who corrects a ticket teaches a value that no ticket had before', async () => {
  await open()
  const beside = another()
  expect((await beside.current())?.model).toBeTruthy()
  await service.jira.create(BADGE)
  await service.drain()
  const first = await newest()
  expect(first.values.service).not.toBe('badges')
  const reviewer = await signIn(service, 'reviewer')
  const values = { service: 'badges', category: 'access', priority: 'normal', sentiment: 'negative' }
  expect(await reviewer('POST', `/decisions/${first.id}/correct`, { values })).toMatchObject({ status: 200 })

  await service.jira.create(COPY)
  await service.drain()
  const copy = await newest()
  expect(copy).toMatchObject({ values: { service: 'badges' }, sources: { service: 'memory' }, model: first.model })
  await service.jira.create(KIN)
  await service.drain()
  expect(await newest()).toMatchObject({ values: { service: 'badges' }, sources: { service: 'embedded' } })

  // a process that starts later, and one that was there before and looks again
  beside.refresh()
  for (const process of [another(), beside]) expect(await serviceOf(process, KIN)).toMatchObject({ value: 'badges' })

  // after the full training the memory of it is still there
  expect(await trainEmbedded(db())).toMatchObject({ kind: 'trained' })
  const retrained = another()
  expect((await retrained.current())!.model).not.toBe(first.model)
  expect(await serviceOf(retrained, COPY)).toMatchObject({ value: 'badges', source: 'memory' })
})

test("an agent's change in the helpdesk is learnt too, and the later of two changes counts", async () => {
  await open()
  const { mapping } = await service.connection('zendesk')
  const target = mapping.fields.service!
  const to = (value: string) => ({ [target.to === 'field' ? target.id : 'service']: target.values[value]! })
  // like tickets that the model knows, so that it decides
  const [known] = await loadTraining()
  const ticket = { subject: known!.subject, body: known!.text }
  const { id } = await service.zendesk.create(ticket)
  await service.drain()
  const first = (await newest()).values.service!
  const [one, other] = ['vpn', 'crm', 'tv'].filter((value) => value !== first) as [string, string]
  await service.zendesk.edit(id, to(one))
  await service.drain()
  expect(await serviceOf(another(), ticket)).toMatchObject({ value: one, source: 'memory' })
  await service.zendesk.edit(id, to(other))
  await service.drain()
  expect(await serviceOf(another(), ticket)).toMatchObject({ value: other, source: 'memory' })
  await service.zendesk.create(ticket)
  await service.drain()
  expect(await newest()).toMatchObject({ values: { service: other }, sources: { service: 'memory' } })
})

test('the cascade keeps the precision that was asked for', async () => {
  await open()
  const taxonomy = await currentTaxonomy(db())
  const embedded = (await service.deps.embedded.current())!
  const [known] = await loadTraining()
  const ticket = prepared({ subject: known!.subject, body: known!.text })
  const endpoint: Classifier = {
    kind: 'endpoint',
    model: 'big',
    classify: async () => ({ source: 'endpoint', model: 'big', fields: {}, tokens: null, ms: 1 }),
  }
  const ask = async (sure: number, cascadePrecision: number) => {
    // sure as a model would be that keeps no more than this
    const stage: Classifier = { ...embedded, sureFrom: (_, precision) => (precision <= 0.9 ? sure : null) }
    const classifiers = { choice: 'cascade', endpointDown: 'wait', endpoint, embedded: async () => stage } as const
    const settings = { threshold: 0, thresholds: {}, cascadePrecision }
    const { answer } = await askClassifier(classifiers, ticket, taxonomy, settings, never)
    return answer!.source
  }
  expect(await ask(0, 0.9)).toBe('embedded')
  expect(await ask(1, 0.9)).toBe('endpoint')
  expect(await ask(0, 0.95)).toBe('endpoint')
  const strict = embedded.sureFrom!('service', 0.9)
  const lax = embedded.sureFrom!('service', 0.6)
  expect(lax ?? 1).toBeLessThanOrEqual(strict ?? 1)
})
