/** Corrected tickets in the prompt of the next one. */
import { afterEach, expect, test } from 'vitest'
import { uuidv7 } from '../src/db/id.ts'
import { labels, tickets } from '../src/db/schema.ts'
import { MODEL_ENV, modelServer } from './support/model-server.ts'
import { openService, type Service } from './support/service.ts'

const says = { service: 'internet', category: 'outage', priority: 'high', sentiment: 'negative' }
const CABLE = { subject: 'The cable is dead', body: 'The cable modem shows a red light and nothing loads today.' }

let service: Service
afterEach(() => service?.close())

async function addLabelled(
  subject: string,
  text: string,
  values: Record<string, string>,
  provenance: 'human' | 'machine',
) {
  const { db } = service.deps.database
  const { id: connectionId } = await service.connection('jira')
  const id = uuidv7()
  const seen = { url: '', language: 'en', metadata: {}, createdAt: new Date() }
  await db.insert(tickets).values({ id, connectionId, externalId: id, key: id, subject, text, ...seen })
  await db
    .insert(labels)
    .values(
      Object.entries(values).map(([field, value]) => ({ ticketId: id, field, value, provenance, at: new Date() })),
    )
}

test.each([
  ['two of them', '2'],
  ['none, for a trained model', '0'],
])('the prompt shows the most similar tickets with labels from people: %s', async (_, count) => {
  service = await openService({ env: { ...MODEL_ENV, LLM_EXAMPLES: count } })
  const server = modelServer(() => ({ says }))
  service.network.use(server.handler)
  await addLabelled(
    'Cable modem',
    'The cable modem blinks red, write to <EMAIL_1>',
    { ...says, service: 'tv' },
    'human',
  )
  await addLabelled('Modem is dead', 'My cable modem shows no light at all', says, 'human')
  await addLabelled('Cable', 'The cable modem shows a red light', says, 'machine')
  await addLabelled('Invoice', 'Please send the bill of May again', { ...says, service: 'billing' }, 'human')
  await addLabelled('Half', 'The cable modem shows a red light, too', { service: 'tv' }, 'human')
  await service.jira.create(CABLE)
  await service.drain()
  const prompt = server.asked[0]!.messages.map(({ content }) => content).join('\n')
  const shown = [...prompt.matchAll(/<example>\nSubject: (.*)\n/g)].map(([, subject]) => subject)
  expect(shown.sort()).toEqual(count === '0' ? [] : ['Cable modem', 'Modem is dead'])
  if (count !== '0') expect(prompt).toContain('</example>\n{"service":"tv","category":"outage"')
})
