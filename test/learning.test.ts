/** The running model of every process knows a correction seconds later. */
import { afterEach, expect, test, vi } from 'vitest'
import { askClassifier } from '../src/classifiers/index.ts'
import type { Classifier, Prepared } from '../src/contract/index.ts'
import { decisions, tickets } from '../src/db/schema.ts'
import { loadTraining } from '../src/demo/tickets.ts'
import { addExamples, listCorrections } from '../src/labels/index.ts'
import { type Embedded, openEmbedded } from '../src/models/index.ts'
import { currentTaxonomy, saveTaxonomy } from '../src/taxonomy/index.ts'
import { trainEmbedded } from '../src/training/index.ts'
import { placeOf } from './support/acts.ts'
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
const NEAR_DUPLICATE = { ...BADGE, body: BADGE.body.replace('this morning', 'yesterday evening') }
const SIMILAR = { subject: 'Garage door', body: 'The garage door does not know my badge any more, it only blinks red.' }

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

/** Another process on the same database. */
const anotherProcess = () => openEmbedded(db(), (span) => listCorrections(db(), span))
const prepared = ({ subject, body }: typeof BADGE, metadata = {}): Prepared => ({
  ...{ subject, text: body, language: { code: 'en', confidence: 1 }, dropped: [], masked: {}, metadata },
})
/** The answer for this ticket, with the metadata of the first ticket. */
async function serviceOf(embedded: Embedded, ticket: typeof BADGE) {
  const [seen] = await db().select().from(tickets).orderBy(tickets.id)
  const classifier = (await embedded.current())!
  const answer = await classifier.classify(prepared(ticket, seen!.metadata), await currentTaxonomy(db()), never)
  return answer.fields.service!
}
const newest = async () => (await db().select().from(decisions).orderBy(decisions.id)).at(-1)!

test('the model learns a new value from one correction of a reviewer', async () => {
  await open()
  const running = anotherProcess()
  expect((await running.current())?.model).toBeTruthy()
  await service.jira.create(BADGE)
  await service.drain()
  const first = await newest()
  expect(first.values.service).not.toBe('badges')
  const reviewer = await signIn(service, 'reviewer')
  const values = { service: 'badges', category: 'access', priority: 'normal', sentiment: 'negative' }
  expect(await reviewer('POST', `/decisions/${first.id}/correct`, { values })).toMatchObject({ status: 200 })

  await service.jira.create(NEAR_DUPLICATE)
  await service.drain()
  const duplicate = await newest()
  expect(duplicate).toMatchObject({ values: { service: 'badges' }, sources: { service: 'memory' }, model: first.model })
  await service.jira.create(SIMILAR)
  await service.drain()
  expect(await newest()).toMatchObject({ values: { service: 'badges' }, sources: { service: 'embedded' } })

  // a process that starts later, and one that was running and checks again
  running.refresh()
  for (const process of [anotherProcess(), running])
    expect(await serviceOf(process, SIMILAR)).toMatchObject({ value: 'badges' })

  // the memory of it is still in use after the next training
  expect(await trainEmbedded(db())).toMatchObject({ kind: 'trained' })
  const retrained = anotherProcess()
  expect((await retrained.current())!.model).not.toBe(first.model)
  expect(await serviceOf(retrained, NEAR_DUPLICATE)).toMatchObject({ value: 'badges', source: 'memory' })
})

test("an agent's change in the helpdesk is learnt too, and the later of two changes applies", async () => {
  await open()
  const { mapping } = await service.connection('zendesk')
  const target = placeOf(mapping, 'service')
  const to = (value: string) => ({ [target.to === 'field' ? target.id : 'service']: target.values[value]! })
  // similar to training tickets, so that the model decides
  const [known] = await loadTraining()
  const ticket = { subject: known!.subject, body: known!.text }
  const { id } = await service.zendesk.create(ticket)
  await service.drain()
  const first = (await newest()).values.service!
  const [one, other] = ['vpn', 'crm', 'tv'].filter((value) => value !== first) as [string, string]
  await service.zendesk.edit(id, to(one))
  await service.drain()
  expect(await serviceOf(anotherProcess(), ticket)).toMatchObject({ value: one, source: 'memory' })
  await service.zendesk.edit(id, to(other))
  await service.drain()
  expect(await serviceOf(anotherProcess(), ticket)).toMatchObject({ value: other, source: 'memory' })
  await service.zendesk.create(ticket)
  await service.drain()
  expect(await newest()).toMatchObject({ values: { service: other }, sources: { service: 'memory' } })
})

test('the cascade keeps the configured precision', async () => {
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
  const ask = async (preciseFrom: number, precision: number) => {
    // a model that was right in 93 % from this confidence on
    const handled = Array.from({ length: 1000 }, (_, i) => ({
      confidence: preciseFrom,
      value: i % 100 < 7 ? 'vpn' : 'tv',
      expected: 'tv',
    }))
    const record = { handled, calibrated: true }
    const stage: Classifier = { ...embedded, record: () => record }
    const classifiers = { choice: 'cascade', endpointDown: 'wait', endpoint, embedded: async () => stage } as const
    const settings = { threshold: 0, thresholds: {}, precision, precisions: {} }
    const { answer } = await askClassifier(classifiers, ticket, taxonomy, settings, never)
    return answer!.source
  }
  expect(await ask(0.3, 0.9)).toBe('embedded')
  expect(await ask(1, 0.9)).toBe('endpoint')
  expect(await ask(0.3, 0.95)).toBe('endpoint')
  // examples are no tickets that people handled
  expect(embedded.record!(embedded.model, 'service')).toEqual({ handled: [], calibrated: true })
})
