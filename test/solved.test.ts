/** Solved tickets of every adapter: the values when they were new, the values now, and who set them. */
import { http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { jira } from '../connectors/jira/index.ts'
import { createJiraSandbox, jiraSandboxConnection } from '../connectors/jira/sandbox.ts'
import { zendesk } from '../connectors/zendesk/index.ts'
import { createZendeskSandbox, TRIGGER, zendeskSandboxConnection } from '../connectors/zendesk/sandbox.ts'

const cloud = createJiraSandbox({ baseUrl: 'https://cloud.test', historyPage: 1 })
const own = createJiraSandbox({ baseUrl: 'https://own.test', edition: 'datacenter' })
const desk = createZendeskSandbox({ baseUrl: 'https://desk.test' })
const network = setupServer(
  http.all('https://cloud.test/*', ({ request }) => cloud.app.fetch(request)),
  http.all('https://own.test/*', ({ request }) => own.app.fetch(request)),
  http.all('https://desk.test/*', ({ request }) => desk.app.fetch(request)),
)
beforeAll(() => network.listen({ onUnhandledFrame: 'error' }))
afterAll(() => network.close())

test.each([
  ['Cloud, with a history in pages', cloud],
  ['Data Center, with titles in the history', own],
])('Jira %s', async (_, sandbox) => {
  const [first, second] = sandbox.agents
  const person = (id: string) => (sandbox === cloud ? { accountId: id } : { name: id })
  const { id } = await sandbox.create({
    subject: 'The line is down',
    body: 'x',
    fields: { customfield_10050: { id: '10400' }, components: [{ id: '10300' }] },
  })
  await sandbox.edit(id, { customfield_10050: { id: '10408' }, priority: { id: '1' } })
  await sandbox.edit(id, { assignee: person(first!.id), components: [{ id: '10301' }], labels: ['a', 'b'] })
  await sandbox.edit(id, { assignee: person(second!.id) })
  await sandbox.resolve(id)
  await sandbox.create({ subject: 'Still open', body: 'x' })
  const found = await jira.solved!(jiraSandboxConnection(sandbox), 60)
  expect(found).toMatchObject([
    {
      subject: 'The line is down',
      place: 'SUP',
      fields: {
        customfield_10050: { birth: ['10400'], now: ['10408'], by: 'person' },
        customfield_10051: { birth: [], now: [], by: 'nobody' },
        priority: { birth: ['3'], now: ['1'], by: 'person' },
        component: { birth: ['10300'], now: ['10301'], by: 'person' },
        labels: { birth: [], now: ['a', 'b'], by: 'person' },
        assignee: { birth: [], now: [second!.id], by: 'person' },
      },
    },
  ])
  expect(found[0]!.url).toBe(`${sandbox.baseUrl}/browse/${found[0]!.key}`)
})

test('Zendesk, with what a trigger sets later by a robot, and only so many', async () => {
  const { service } = desk.account
  const [network1, mobile] = desk.account.groups
  const agent = desk.agents.find(({ groups }) => groups[0] === mobile!.id)!
  for (let i = 0; i < 5; i++) {
    const { id } = await desk.create({
      subject: `Ticket ${i}`,
      body: 'x',
      fields: { [service.id]: 'service_vpn', priority: 'low' },
    })
    await desk.edit(id, { group_id: network1!.id }, TRIGGER)
    await desk.edit(id, { group_id: mobile!.id, priority: 'high' })
    await desk.edit(id, { [service.id]: 'service_crm' }, TRIGGER)
    await desk.resolve(id, agent.id)
  }
  await desk.create({ subject: 'Still open', body: 'x' })
  const found = await zendesk.solved!(zendeskSandboxConnection(desk), 3)
  expect(found).toHaveLength(3)
  expect(found[0]).toMatchObject({
    place: desk.account.form,
    fields: {
      [service.id]: { birth: ['service_vpn'], now: ['service_crm'], by: 'robot' },
      priority: { birth: ['low'], now: ['high'], by: 'person' },
      group: { birth: [], now: [mobile!.id], by: 'person' },
      labels: { now: ['service_crm'] },
    },
  })
})

test('the filters of the connection hold', async () => {
  const connection = jiraSandboxConnection(cloud)
  expect(await jira.solved!({ ...connection, filters: { issueTypes: ['None'] } }, 60)).toEqual([])
  expect(await zendesk.solved!({ ...zendeskSandboxConnection(desk), filters: { forms: ['1'] } }, 60)).toEqual([])
})
