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
  const { tickets: found } = await jira.solved!(jiraSandboxConnection(sandbox), { places: ['SUP'], perPlace: 300 })
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
  const form = desk.account.form
  const { tickets: found } = await zendesk.solved!(zendeskSandboxConnection(desk), { places: [form], perPlace: 3 })
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
  const none = { tickets: [], unread: [] }
  const wanted = { places: ['SUP'], perPlace: 60 }
  expect(await jira.solved!({ ...connection, filters: { issueTypes: ['None'] } }, wanted)).toEqual(none)
  const forms = { ...zendeskSandboxConnection(desk), filters: { forms: ['1'] } }
  expect(await zendesk.solved!(forms, { places: ['1'], perPlace: 60 })).toEqual(none)
})

test('each project and each form gets its share, beyond the first page, and progress is told', async () => {
  const projects = ['SUP', 'HR'].map((key) => ({ key, name: key, type: 'service_desk' as const }))
  const site = createJiraSandbox({ baseUrl: 'https://two.test', projects })
  const forms = ['Home', 'Business'].map((name) => ({ name, fields: ['Service'] }))
  const account = createZendeskSandbox({ baseUrl: 'https://two-forms.test', forms })
  network.use(
    http.all('https://two.test/*', ({ request }) => site.app.fetch(request)),
    http.all('https://two-forms.test/*', ({ request }) => account.app.fetch(request)),
  )
  const [first, second] = account.account.forms.map(({ id }) => id)
  // The busy place fills the whole first page of the search.
  for (let i = 0; i < 108; i++) {
    const isBusy = i >= 3
    const issue = { subject: `${i}`, body: 'x', fields: { project: { key: isBusy ? 'SUP' : 'HR' } } }
    await site.resolve((await site.create(issue)).id)
    const ticket = { subject: `${i}`, body: 'x', fields: { ticket_form_id: isBusy ? first : second } }
    await account.resolve((await account.create(ticket)).id)
  }
  const heard: number[][] = []
  const onProgress = (done: number, all: number) => void heard.push([done, all])
  const count = (tickets: { place: string | null }[]) =>
    Object.fromEntries([...Map.groupBy(tickets, ({ place }) => place)].map(([place, list]) => [place, list.length]))
  const ofJira = await jira.solved!(jiraSandboxConnection(site), { places: ['SUP', 'HR'], perPlace: 5, onProgress })
  expect(count(ofJira.tickets)).toEqual({ SUP: 5, HR: 3 })
  expect(heard.at(-1)).toEqual([8, 8])
  const ofZendesk = await zendesk.solved!(zendeskSandboxConnection(account), { places: [first!, second!], perPlace: 5 })
  expect(count(ofZendesk.tickets)).toEqual({ [first!]: 5, [second!]: 3 })
})

test('a helpdesk that wants fewer requests: what was read so far counts, and a line says so', async () => {
  cloud.fail({ path: /\/issue\//, status: 429, after: true })
  const wanted = { places: ['SUP'], perPlace: 300 }
  const { tickets, unread } = await jira.solved!(jiraSandboxConnection(cloud), wanted)
  expect(tickets).toEqual([])
  expect(unread).toEqual([expect.stringContaining('Solved tickets after the first 0')])
})
