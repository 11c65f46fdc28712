/** Values that nobody chose and that we may replace, and what Zendesk drops or refuses of an update. */
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { zendesk } from '../connectors/zendesk/index.ts'
import { createZendeskSandbox, type ZendeskSandbox } from '../connectors/zendesk/sandbox.ts'
import type { Mapping } from '../src/contract/index.ts'
import { zendeskConnection, zendeskHandlers } from './support/zendesk.ts'

const server = setupServer()
let sandbox: ZendeskSandbox

beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterAll(() => server.close())
afterEach(() => server.resetHandlers())

const idOf = (title: string) => sandbox.account.fields.find((field) => field.title === title)!.id
const agent = (at = 0) => sandbox.agents[at]!.id
const group = (name: string) => sandbox.account.groups.find((known) => known.name === name)!.id

async function opened() {
  return (await sandbox.create({ subject: 'No connection', body: 'The line is dead' })).id
}

describe('a route that nobody chose', () => {
  const options = {
    triggers: [{ title: 'Everything to support', group: 'Service desk', assignee: 'Nora Lind', priority: 'normal' }],
  }
  const blanks = (mapping: Mapping): Mapping => ({
    ...mapping,
    group: { to: 'native', blank: [group('Service desk')] },
    assignee: { blank: [agent()] },
  })

  beforeEach(() => {
    sandbox = createZendeskSandbox(options)
    server.use(...zendeskHandlers(sandbox))
  })

  test('is not blank unless the mapping names it', async () => {
    const { fields } = await zendesk.fetch(zendeskConnection(sandbox), await opened())
    expect(fields.group).toMatchObject({ value: 'Service desk', blank: false })
    expect(fields.assignee).toMatchObject({ value: 'Nora Lind', blank: false })
  })

  test('is blank when a trigger set it, and the whole route is written', async () => {
    const plain = zendeskConnection(sandbox)
    const connection = { ...plain, mapping: blanks(plain.mapping) }
    const id = await opened()
    const base = await zendesk.fetch(connection, id)
    expect(base.fields.group).toMatchObject({ value: 'Service desk', blank: true })
    expect(base.fields.assignee).toMatchObject({ value: 'Nora Lind', blank: true })
    expect(base.history.filter(({ field }) => field === 'group').map(({ by }) => by.kind)).toEqual(['robot'])
    const set = { group: 'Billing', assignee: 'Anna Petrova' }
    await zendesk.apply(connection, base, { decisionId: 'd-1', set, note: null })
    expect(sandbox.ticket(id)?.fields).toMatchObject({ group_id: group('Billing') })
  })

  test('a group alone takes the place of one whose assignee nobody chose', async () => {
    const plain = zendeskConnection(sandbox)
    const connection = { ...plain, mapping: blanks(plain.mapping) }
    const id = await opened()
    const base = await zendesk.fetch(connection, id)
    await zendesk.apply(connection, base, { decisionId: 'd-1', set: { group: 'Billing' }, note: null })
    expect(sandbox.ticket(id)?.fields).toMatchObject({ group_id: group('Billing'), assignee_id: null })
  })
})

describe('what Zendesk drops without a word', () => {
  test.each([
    [
      'a suspended agent',
      { agents: [{ name: 'Nora Lind', groups: ['Network'], suspended: true }] },
      'assignee',
      'Nora Lind',
    ],
    ['a value of a deactivated priority', { priority: false }, 'priority', 'high'],
  ])('%s is reported as not kept', async (_, more, field, value) => {
    sandbox = createZendeskSandbox(more)
    server.use(...zendeskHandlers(sandbox))
    const connection = zendeskConnection(sandbox)
    const base = await zendesk.fetch(connection, await opened())
    const { notKept } = await zendesk.apply(connection, base, {
      decisionId: 'd-1',
      set: { [field]: value },
      note: null,
    })
    expect(notKept).toEqual({ [field]: expect.stringContaining('did not store') })
  })

  test('a value that a trigger changed after our update was kept: it is the work of a robot', async () => {
    sandbox = createZendeskSandbox()
    server.use(...zendeskHandlers(sandbox))
    const connection = zendeskConnection(sandbox)
    const id = await opened()
    const base = await zendesk.fetch(connection, id)
    server.use(
      http.put(`${sandbox.baseUrl}/api/v2/tickets/:id`, async ({ request }) => {
        const answer = await (await sandbox.app.fetch(request)).json()
        const via = { channel: 'rule', source: { rel: 'trigger' } }
        answer.audit.events.push({ id: 1, type: 'Change', field_name: 'priority', value: 'urgent', via })
        return HttpResponse.json({ ...answer, ticket: { ...answer.ticket, priority: 'urgent' } })
      }),
    )
    const set = { priority: 'high' }
    const { notKept } = await zendesk.apply(connection, base, { decisionId: 'd-1', set, note: null })
    expect(notKept).toEqual({})
  })
})

describe('a field that a value of ours makes required', () => {
  const condition = { parent: 'Service', value: 'service_mobile', child: 'Device', statuses: 'ALL_STATUSES' as const }

  beforeEach(() => {
    sandbox = createZendeskSandbox({
      fields: [{ title: 'Device', type: 'text' }],
      forms: [{ name: 'Support', fields: ['Service', 'Device'], conditions: [condition] }],
    })
    server.use(...zendeskHandlers(sandbox))
  })

  const set = { service: 'mobile', group: 'Mobile' }
  const attempt = async () => {
    const connection = zendeskConnection(sandbox)
    const base = await zendesk.fetch(connection, await opened())
    return zendesk.apply(connection, base, { decisionId: 'd-1', set, note: null })
  }

  test('is told as a refusal of our field, so that the rest can be written without it', async () => {
    await expect(attempt()).rejects.toMatchObject({ fault: 'invalid', fields: { service: 'Device: is required' } })
  })

  test("is told by Zendesk's id where the form cannot be read", async () => {
    sandbox.fail({ path: /ticket_forms/, status: 403 })
    await expect(attempt()).rejects.toMatchObject({
      fault: 'invalid',
      fields: { [idOf('Device')]: 'Device: is required' },
    })
  })
})
