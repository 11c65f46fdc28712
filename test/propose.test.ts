/** Proposals over the sandbox helpdesks: by the API and by `pointsman connect`. */
import { PassThrough, Readable } from 'node:stream'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ConnectOptions, connect } from '../src/commands/connect.ts'
import { findConnection } from '../src/connections/index.ts'
import type { TriageError } from '../src/errors.ts'
import { type Client, signIn } from './support/client.ts'
import { openService, SECRET, type Service } from './support/service.ts'

let service: Service
let admin: Client
beforeAll(async () => {
  service = await openService()
  admin = await signIn(service, 'admin', 'Ada')
  for (const name of ['jira', 'zendesk'] as const) await solveSome(name)
})
afterAll(() => service.close())

/** Twelve tickets that agents have sorted and solved. */
async function solveSome(name: 'jira' | 'zendesk') {
  const { mapping } = await service.connection(name)
  const sandbox = service[name]
  const { service: first, category: second } = mapping.fields
  if (first?.to !== 'field' || second?.to !== 'field') throw new Error('the sandbox keeps both in fields')
  const written = (target: typeof first, value: string) => {
    const raw = String(target.values[value])
    return { [target.id]: name === 'jira' ? { id: raw } : raw }
  }
  for (let i = 0; i < 12; i++) {
    const { id } = await sandbox.create({ subject: `Ticket ${i}`, body: 'It does not work.' })
    await sandbox.edit(id, { ...written(first, i % 2 ? 'vpn' : 'internet'), ...written(second, 'outage') })
    await sandbox.resolve(id)
  }
}

const draft = (name: 'jira' | 'zendesk') => ({
  kind: name,
  baseUrl: service[name].baseUrl,
  credentials:
    name === 'jira' ? { kind: 'basic', ...service.jira.site.credentials } : service.zendesk.credentials.basic,
})
type Proposal = { path: string; confidence: string; tickets: unknown[] }
const of = (body: { proposals: Proposal[] }, path: string) => body.proposals.find((one) => one.path === path)

describe('the proposed mapping', () => {
  test.each(['jira', 'zendesk'] as const)(
    'of the sandbox %s is the one that works, and can be saved as it is',
    async (name) => {
      const { status, body } = await admin('POST', '/connections/propose', draft(name))
      expect(status).toBe(200)
      const { mapping } = await service.connection(name)
      for (const field of ['service', 'category', 'priority'])
        expect(body.mapping.fields[field]).toMatchObject({ ...mapping.fields[field], blank: expect.any(Array) })
      expect(body.mapping).toMatchObject({ group: { to: mapping.group?.to }, groups: mapping.groups })
      expect(body.mapping.people).toMatchObject(mapping.people)
      expect(body).toMatchObject({ samples: 12, connections: [], self: { id: service[name].self.id } })
      expect(of(body, 'fields.service')).toMatchObject({ confidence: 'propose', gaps: [], warnings: [] })
      expect(of(body, 'fields.service')?.tickets).toHaveLength(3)
      expect(of(body, 'fields.service')?.tickets[0]).toMatchObject({
        has: expect.stringMatching(/vpn|internet/i),
        wouldWrite: expect.stringMatching(/vpn|internet/i),
      })
      expect(of(body, 'fields.sentiment')).toMatchObject({ confidence: 'no', adds: null })
      const made = await admin('POST', '/connections', {
        ...draft(name),
        name: `proposed-${name}`,
        secrets: [{ kind: 'signature', secret: SECRET }],
        mapping: body.mapping,
      })
      expect(made).toMatchObject({ status: 201, body: { mode: 'observe' } })
    },
  )

  test('of a stored connection needs its name only, and changes nothing', async () => {
    const before = await service.connection('zendesk')
    const { status, body } = await admin('POST', '/connections/propose', { name: 'zendesk' })
    expect(status).toBe(200)
    expect(body.mapping.groups).toEqual(before.mapping.groups)
    expect(await service.connection('zendesk')).toEqual(before)
    expect((await admin('POST', '/connections/propose', { name: 'nowhere' })).status).toBe(404)
  })

  test('tells a default assignee', async () => {
    const lead = service.jira.agents[0]!.id
    for (let i = 0; i < 56; i++) {
      const { id } = await service.jira.create({ subject: 'Led', body: 'x', fields: { assignee: { accountId: lead } } })
      if (i % 2) await service.jira.edit(id, { assignee: { accountId: service.jira.agents[1]!.id } }, lead)
      await service.jira.resolve(id)
    }
    const { body } = await admin('POST', '/connections/propose', draft('jira'))
    expect(of(body, 'assignee.blank')).toMatchObject({ adds: { assignee: { blank: [lead] } } })
  })
})

test('a first map is proposed from where agents sent solved tickets', async () => {
  const { groups } = service.zendesk.account
  for (let i = 0; i < 8; i++) {
    const { id } = await service.zendesk.create({ subject: `Routed ${i}`, body: 'It does not work.' })
    const group = groups.find(({ name }) => name === (i % 4 === 0 ? 'Network' : 'Billing'))!
    const agent = service.zendesk.agents.find((one) => one.groups.includes(group.id))!
    const routed = { group_id: group.id, assignee_id: agent.id }
    await service.zendesk.edit(id, { [service.zendesk.account.service.id]: 'service_billing', ...routed })
    await service.zendesk.resolve(id)
  }
  const { status, body } = await admin('POST', '/routing-map/propose')
  expect(status).toBe(200)
  const rowOf = (service: string) => body.rows.find((row: { when: object }) => isDeepStrictEqual(row.when, { service }))
  // Two connections read the same account.
  expect(rowOf('billing')).toMatchObject({ group: 'Billing', comment: '12 of 16 solved tickets went there' })
  expect(body.rows.at(-1)).toMatchObject({ when: {}, group: 'Network' })
})

describe('is refused', () => {
  test('without the parts of a connection, by the field', async () => {
    const { status, body } = await admin('POST', '/connections/propose', { kind: 'jira' })
    expect(status).toBe(422)
    expect(body.faults.map((fault: { path: string }) => fault.path).sort()).toEqual(['baseUrl', 'credentials'])
  })
  test('with wrong credentials', async () => {
    const credentials = { ...service.zendesk.credentials.basic, apiToken: 'wrong' }
    const refused = await admin('POST', '/connections/propose', { ...draft('zendesk'), credentials })
    expect(refused).toMatchObject({ status: 422, body: { faults: [{ path: 'credentials' }] } })
  })
  test('with a refresh token, which would be lost', async () => {
    const { clientId, clientSecret, refreshToken } = service.jira.site.oauth
    const credentials = { kind: 'oauth', clientId, clientSecret, refreshToken }
    const refused = await admin('POST', '/connections/propose', { ...draft('jira'), credentials })
    expect(refused).toMatchObject({ status: 422, body: { next: expect.stringContaining('observe') } })
    expect(service.jira.site.oauth.refreshToken).toBe(refreshToken)
  })
  test('to an editor', async () => {
    const editor = await signIn(service, 'editor')
    expect((await editor('POST', '/connections/propose', draft('jira'))).status).toBe(403)
  })
})

test('works without solved tickets when our account may not search', async () => {
  service.zendesk.fail({ path: /\/search$/, status: 403, times: 1 })
  const { status, body } = await admin('POST', '/connections/propose', draft('zendesk'))
  expect(status).toBe(200)
  expect(body).toMatchObject({ samples: 0, unread: [expect.stringContaining('Solved tickets')] })
  expect(body.mapping.fields.service).toBeDefined()
})

describe('pointsman connect', () => {
  /** What a person types, line by line, and what is printed. */
  async function run(options: ConnectOptions, typed: string[] = [], stdin = '') {
    const input = Readable.from(typed.map((line) => `${line}\n`))
    const [output, errors] = [new PassThrough(), new PassThrough()]
    const ended = connect(service.deps, options, { input, output, errors, readInput: async () => stdin })
    const result = await ended.then(
      () => null,
      (error: unknown) => error as TriageError,
    )
    return { printed: String(output.read() ?? ''), asked: String(errors.read() ?? ''), error: result }
  }
  const answers = (name: string) => {
    const { email, apiToken } = service.zendesk.credentials.basic
    return ['zendesk', service.zendesk.baseUrl, 'basic', email, apiToken, 'all', name]
  }

  test('asks, shows the proposals with their reasons and tickets, and saves what is accepted, in mode observe', async () => {
    // sentiment has no proposal; then service, category, priority, group and the people are accepted or left
    const { printed, error } = await run({}, [...answers('typed'), 'yes', 'no', 'yes', 'yes', 'yes', 'yes'])
    expect(error).toBeNull()
    expect(printed).toContain('Reading the solved tickets ...')
    expect(printed).toContain('✓ fields.service → Service')
    expect(printed).toMatch(/has (vpn|internet), would write (vpn|internet)/)
    expect(printed).toContain(`The webhook to https://pointsman.test/webhooks/typed is made.`)
    expect(printed).not.toContain(service.zendesk.credentials.basic.apiToken)
    const { body } = await admin('GET', '/connections/typed')
    expect(body).toMatchObject({ mode: 'observe', mapping: { group: { to: 'native' } } })
    expect(Object.keys(body.mapping.fields).sort()).toEqual(['priority', 'service'])
    expect(Object.keys(body.mapping.people).length).toBeGreaterThan(5)
  })
  test('says how the webhook is made by hand where our account may not, and takes its secret', async () => {
    service.zendesk.fail({ path: /webhooks/, status: 403, times: 1 })
    const secret = 'the signing secret of the webhook'
    const accepted = ['yes', 'yes', 'yes', 'yes', 'yes']
    const { printed, error } = await run({}, [...answers('by-hand'), ...accepted, 'yes', 'too short', secret])
    expect(error).toBeNull()
    expect(printed).toMatch(/administrator .*by hand/)
    expect(printed).toContain('Endpoint URL: https://pointsman.test/webhooks/by-hand')
    expect(printed).not.toContain(secret)
    const needs = { db: service.deps.database.db, vault: service.deps.vault }
    expect((await findConnection(needs, 'by-hand')).secrets).toEqual([{ kind: 'signature', secret }])
  })
  test('asks again for an answer that does not fit', async () => {
    const { printed } = await run({}, ['servicenow', ...answers('typed'), 'asked-again'])
    expect(printed).toContain('Answer one of: jira, zendesk.')
    expect(printed).toContain('There is a connection typed already.')
  })
  test('prints the proposals for a script, and saves nothing', async () => {
    const before = (await admin('GET', '/connections')).body.items.length
    const { printed, error } = await run({ json: true, input: '-' }, [], JSON.stringify(draft('jira')))
    expect(error).toBeNull()
    expect(JSON.parse(printed).mapping.fields.service.id).toBe('customfield_10050')
    const asked = await run({ json: true }, answers('ignored'))
    expect(JSON.parse(asked.printed).mapping.group).toMatchObject({ to: 'native' })
    expect(asked.asked).toContain('Which helpdesk')
    expect((await admin('GET', '/connections')).body.items).toHaveLength(before)
  })
  test.each<[string, ConnectOptions, string, string]>([
    ['input that is not JSON', { json: true, input: '-' }, '{', 'is not JSON'],
    ['an incomplete connection', { json: true, input: '-' }, '{"kind":"jira"}', 'baseUrl is required'],
    ['a file that is not there', { json: true, input: '/nowhere.json' }, '', 'cannot be read'],
    ['no answers', {}, '', 'input ended'],
  ])('says what to do about %s', async (_, options, stdin, message) => {
    const { error } = await run(options, [], stdin)
    expect(error?.message).toContain(message)
    expect(error?.next.length).toBeGreaterThan(10)
  })
})
