/** Proposals for helpdesks that are set up as companies set them up: several projects, triggers, trees, doubles. */
import { http } from 'msw'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createJiraSandbox, type JiraSandboxOptions } from '../connectors/jira/sandbox.ts'
import type { Sandbox } from '../connectors/sandbox.ts'
import { createZendeskSandbox } from '../connectors/zendesk/sandbox.ts'
import { AGENTS, GROUPS } from '../src/demo/desk.ts'
import { type Client, signIn } from './support/client.ts'
import { openService, SECRET, type Service } from './support/service.ts'

let service: Service
let admin: Client
beforeAll(async () => {
  service = await openService()
  admin = await signIn(service, 'admin')
})
afterAll(() => service.close())

const SERVICES = 'Internet,Mobile,TV,Telephony,Billing,Account,Hosting,Email,VPN,CRM'.split(',')
type Proposal = { path: string; confidence: string; reason: string; warnings: string[]; adds: unknown }
const of = (body: { proposals: Proposal[] }, path: string) => body.proposals.find((one) => one.path === path)!

function listen(host: string, { app }: Sandbox) {
  service.network.use(http.all(`https://${host}/*`, ({ request }) => app.fetch(request)))
}
function jira(host: string, options: JiraSandboxOptions) {
  const sandbox = createJiraSandbox({ baseUrl: `https://${host}`, groups: GROUPS, retryMs: [], ...options })
  listen(host, sandbox)
  const { credentials, bearers } = sandbox.site
  const isCloud = options.edition !== 'datacenter'
  const input = {
    kind: 'jira',
    baseUrl: `https://${host}`,
    credentials: isCloud ? { kind: 'basic', ...credentials } : { kind: 'bearer', token: [...bearers][0] },
    settings: isCloud ? {} : { edition: 'datacenter' },
  }
  return { sandbox, input }
}

test('two Jira projects with other options and priorities: one connection each, and both can be made in one go', async () => {
  const options = ['SUP', 'HR'].flatMap((project, p) =>
    SERVICES.map((value, i) => ({ id: `${2000 + p * 100 + i}`, value, where: [project] })),
  )
  const { input } = jira('two.test', {
    projects: [
      { key: 'SUP', name: 'Support', type: 'service_desk', priorities: ['1', '2', '3', '4'], defaultPriority: '3' },
      { key: 'HR', name: 'People', type: 'service_desk', priorities: ['2', '3', '4', '5'], defaultPriority: '4' },
    ],
    values: { service: ['nothing of ours', 'either'] },
    fields: [{ id: 'customfield_10090', name: 'Affected service', kind: 'select', options }],
    components: ['SUP', 'HR'].flatMap((project, p) =>
      GROUPS.map((name, i) => ({ id: `${3000 + p * 100 + i}`, name, project, archived: name === 'TV' && p === 1 })),
    ),
  })
  const { status, body } = await admin('POST', '/connections/propose', input)
  expect(status).toBe(200)
  expect(body.connections).toMatchObject([
    {
      filters: { projects: ['SUP'] },
      mode: 'observe',
      mapping: {
        fields: {
          service: { id: 'customfield_10090', values: { internet: '2000', vpn: '2008' } },
          priority: { values: { urgent: '1', low: '4' }, blank: ['3'] },
        },
        groups: { Network: '3000', TV: '3002' },
      },
    },
    {
      filters: { projects: ['HR'] },
      mapping: {
        fields: {
          service: { values: { internet: '2100' } },
          priority: { values: { urgent: '2', low: '5' }, blank: ['4'] },
        },
        groups: { Network: '3100' },
      },
    },
  ])
  expect(body.connections[1].mapping.groups).not.toHaveProperty('TV')
  for (const { proposals: _, ...one } of body.connections) {
    const secrets = [{ kind: 'signature', secret: SECRET }]
    const made = await admin('POST', '/connections', { ...one, secrets, credentials: input.credentials })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
  }
})

test('a field that is not on every edit screen, or not there at all, is not proposed', async () => {
  const { sandbox, input } = jira('screens.test', {
    hidden: [
      { field: 'customfield_10050', edit: true },
      { field: 'priority', edit: true },
    ],
  })
  // Only an issue shows its edit screen.
  await sandbox.create({ subject: 'A ticket', body: 'x' })
  const { body } = await admin('POST', '/connections/propose', input)
  expect(of(body, 'fields.service')).toMatchObject({ confidence: 'no', reason: expect.stringContaining('edit screen') })
  expect(body.mapping.group).toMatchObject({ to: 'component' })
})

test('Data Center: the same proposals, with the use of fields out of a history that has titles only', async () => {
  const { sandbox, input } = jira('dc.test', { edition: 'datacenter' })
  for (let i = 0; i < 12; i++) {
    const { id } = await sandbox.create({ subject: `Ticket ${i}`, body: 'x' })
    await sandbox.edit(id, { customfield_10050: { id: String(10_400 + (i % 3)) } })
    await sandbox.resolve(id)
  }
  const { body } = await admin('POST', '/connections/propose', input)
  expect(of(body, 'fields.service')).toMatchObject({
    confidence: 'propose',
    reason: expect.stringContaining('filled in 100 % of 12 solved tickets, mostly by agents'),
    tickets: [{ wouldWrite: expect.any(String) }, {}, {}],
  })
  expect(of(body, 'fields.priority')).toMatchObject({ confidence: 'propose' })
  expect(Object.keys(body.mapping.people)).toHaveLength(AGENTS.length)
})

test('a Zendesk with a trigger, a double, a private group, a light agent and an old field', async () => {
  const sandbox = createZendeskSandbox({
    baseUrl: 'https://grown.test',
    groups: [...GROUPS, 'Inbox'],
    privateGroups: ['Billing'],
    services: ['nothing of ours', 'either'],
    agents: [
      ...AGENTS.filter(({ name }) => name !== 'Mei Tanaka'),
      { name: 'Mei Tanaka', groups: ['Mobile'], role_type: 1 },
      { name: 'Asta Berg', groups: ['TV'] },
    ],
    fields: [
      {
        title: 'Produkt (alt)',
        type: 'tagger',
        active: false,
        options: SERVICES.map((name) => ({ name, value: `old_${name.toLowerCase()}` })),
      },
      {
        title: 'Produkt',
        type: 'tagger',
        options: SERVICES.map((name) => ({ name: `IT::${name}`, value: `p_${name.toLowerCase()}` })),
      },
    ],
    triggers: [{ title: 'Everything to the inbox', group: 'Inbox' }],
  })
  listen('grown.test', sandbox)
  const input = { kind: 'zendesk', baseUrl: 'https://grown.test', credentials: sandbox.credentials.basic }
  const { body } = await admin('POST', '/connections/propose', input)
  const inbox = sandbox.account.groups.find(({ name }) => name === 'Inbox')!.id
  const product = sandbox.account.fields.find(({ title, active }) => title === 'Produkt' && active)!.id
  expect(body.mapping.fields.service).toMatchObject({ id: product, type: 'tagger', values: { vpn: 'p_vpn' } })
  expect(body.mapping.group).toEqual({ to: 'native', blank: [inbox] })
  expect(body.mapping.groups).not.toHaveProperty('Billing')
  expect(of(body, 'group').warnings.join()).toContain('Billing is a private group')
  expect(of(body, 'people.Mei Tanaka')).toMatchObject({
    confidence: 'no',
    reason: expect.stringContaining('light agent'),
  })
  expect(of(body, 'people.Asta Berg')).toMatchObject({ confidence: 'ask', adds: null })
  const secrets = [{ kind: 'signature', secret: SECRET }]
  const made = await admin('POST', '/connections', { ...input, name: 'grown', secrets, mapping: body.mapping })
  expect(made.status, JSON.stringify(made.body)).toBe(201)
})
