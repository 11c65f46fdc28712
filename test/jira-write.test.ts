/** A decision in Jira: every kind of target, and a person who changes a field first. */
import { http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { jira } from '../connectors/jira/index.ts'
import {
  createJiraSandbox,
  type JiraSandbox,
  type JiraSandboxOptions,
  jiraSandboxConnection,
} from '../connectors/jira/sandbox.ts'
import { type Connection, Mapping, type Write } from '../src/contract/index.ts'
import { planWrite } from '../src/writeback/plan.ts'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const write = (set: Write['set'], more: Partial<Write> = {}): Write => ({ decisionId: 'd-1', set, note: null, ...more })

async function open(options: JiraSandboxOptions = {}, mapping?: unknown) {
  const sandbox = createJiraSandbox({ baseUrl: 'https://jira.test', ...options })
  const made = jiraSandboxConnection(sandbox)
  const connection: Connection = mapping ? { ...made, mapping: Mapping.parse(mapping) } : made
  server.use(http.all('https://jira.test/*', ({ request }) => sandbox.app.fetch(request)))
  const { id } = await sandbox.create({ subject: 'VPN drops', body: 'Every hour.' })
  return { sandbox, connection, id, base: () => jira.fetch(connection, id) }
}

const edits = (sandbox: JiraSandbox) => sandbox.requests.filter(({ method }) => method === 'PUT')

describe('targets', () => {
  test('other components and labels stay; of our own only one remains', async () => {
    const { sandbox, connection, id, base } = await open(
      {},
      {
        fields: {
          service: { to: 'label', prefix: 'svc-' },
          category: { to: 'label', values: { outage: 'down', access: 'login' } },
        },
        group: { to: 'component', values: {} },
        groups: { Network: '10300', Mobile: '10301' },
      },
    )
    await sandbox.edit(id, { labels: ['vip', 'svc-tv', 'down'], components: [{ id: '10301' }, { id: '10306' }] })
    await jira.apply(connection, await base(), write({ service: 'vpn', category: 'access', group: 'Network' }))
    expect(edits(sandbox)[0]!.body).toMatchObject({
      update: {
        labels: [{ add: 'svc-vpn' }, { remove: 'svc-tv' }, { add: 'login' }, { remove: 'down' }],
        components: [{ add: { id: '10300' } }, { remove: { id: '10301' } }],
      },
    })
    expect(sandbox.ticket(id)!.fields).toMatchObject({
      labels: ['vip', 'svc-vpn', 'login'],
      components: [{ id: '10300' }, { id: '10306' }],
    })
    const after = await base()
    expect(after.fields).toMatchObject({
      service: { value: 'vpn' },
      category: { value: 'access' },
      group: { value: 'Network' },
    })
    expect(after.history.slice(-3)).toMatchObject([
      { field: 'service', from: 'tv', to: 'vpn' },
      { field: 'category', from: 'outage', to: 'access' },
      { field: 'group', from: 'Mobile', to: 'Network', decision: 'd-1' },
    ])
  })

  test.each(['cloud', 'datacenter'] as const)('cascading and text fields on %s', async (edition) => {
    const { sandbox, connection, id, base } = await open(
      { edition },
      {
        fields: {
          product: {
            to: 'field',
            id: 'customfield_10052',
            type: 'cascading',
            values: { fibre: '10600/10610', mobile: '10601' },
          },
          reference: { to: 'field', id: 'customfield_10053', type: 'text', values: {} },
          summary: { to: 'field', id: 'customfield_10054', type: 'text', values: { short: 'In short\nand long' } },
        },
      },
    )
    await jira.apply(connection, await base(), write({ product: 'fibre', reference: 'A-17', summary: 'short' }))
    const area = edition === 'cloud' ? { type: 'doc' } : 'In short\nand long'
    const body = edits(sandbox)[0]!.body as { fields: Record<string, unknown> }
    expect(body.fields.customfield_10052).toEqual({ id: '10600', child: { id: '10610' } })
    expect(body.fields.customfield_10053).toBe('A-17')
    if (typeof area === 'string') expect(body.fields.customfield_10054).toBe(area)
    else expect(body.fields.customfield_10054).toMatchObject(area)
    expect((await base()).fields).toMatchObject({
      product: { value: 'fibre' },
      reference: { value: 'A-17' },
      summary: { value: 'short' },
    })
    await sandbox.edit(id, { customfield_10052: { id: '10601' } })
    expect((await base()).history.at(-1)).toMatchObject({
      field: 'product',
      from: 'fibre',
      to: 'mobile',
      fromRaw: '10600/10610',
    })
  })

  test('what the ticket already has is left out, and a decision that changes nothing writes nothing', async () => {
    const { sandbox, connection, id, base } = await open()
    await sandbox.edit(id, { priority: { id: '2' } })
    await jira.apply(connection, await base(), write({ priority: 'high', service: 'vpn' }))
    expect(edits(sandbox)[0]!.body).not.toHaveProperty('fields.priority')
    await jira.apply(connection, await base(), write({ priority: 'high' }, { decisionId: 'd-2' }))
    expect(edits(sandbox)).toHaveLength(1)
  })

  test('a field without a target in the mapping is not an error', async () => {
    const { sandbox, connection, base } = await open()
    await jira.apply(connection, await base(), write({ sentiment: 'negative', service: 'vpn' }))
    expect(edits(sandbox)[0]!.body).toMatchObject({ fields: { customfield_10050: { id: '10408' } } })
    const unmapped = write({ service: 'fax' }, { decisionId: 'd-2' })
    await expect(jira.apply(connection, await base(), unmapped)).rejects.toMatchObject({ fault: 'invalid' })
  })

  test('the marker is in the same call and keeps the earlier decisions', async () => {
    const { sandbox, connection, base } = await open()
    await jira.apply(connection, await base(), write({ service: 'vpn' }))
    await jira.apply(connection, await base(), write({ service: 'tv' }, { decisionId: 'd-2' }))
    expect(edits(sandbox)[1]!.body).toMatchObject({
      properties: [{ key: 'pointsman', value: { decision: 'd-2', decisions: ['d-1', 'd-2'] } }],
    })
    expect((await base()).marks).toEqual(['d-1', 'd-2'])
  })

  test('e-mails are switched off only where the settings say so', async () => {
    const { sandbox, connection, base } = await open()
    await jira.apply(connection, await base(), write({ service: 'vpn' }))
    const quiet = { ...connection, settings: { ...connection.settings, quiet: true } }
    await jira.apply(quiet, await base(), write({ service: 'tv' }, { decisionId: 'd-2' }))
    expect(edits(sandbox).map(({ query }) => query)).toEqual([{}, { notifyUsers: 'false' }])
  })

  test('on Data Center people are identified by name, notes are wiki text, and histories by key are understood', async () => {
    const { sandbox, connection, id, base } = await open({ edition: 'datacenter' })
    const agent = sandbox.agents[0]!
    const note = {
      title: 'Routed [here]',
      lines: [{ name: 'Service', text: 'vpn' }],
      link: 'https://pointsman.test/d/1',
    }
    const { noteId } = await jira.apply(
      connection,
      await base(),
      write({ assignee: agent.name, service: 'vpn' }, { note }),
    )
    expect(edits(sandbox)[0]).toMatchObject({
      path: `/rest/api/2/issue/${id}`,
      body: { fields: { assignee: { name: agent.id } } },
    })
    expect(sandbox.ticket(id)!.comments).toMatchObject([
      { id: noteId, text: '*Routed \\[here\\]*\n*Service:* vpn\n[https://pointsman.test/d/1]', public: false },
    ])
    expect((await base()).history).toMatchObject([
      { field: 'service' },
      { field: 'assignee', to: agent.name, toRaw: agent.id },
    ])
  })
})

describe('a value that a person set before our write', () => {
  test.each([
    ['priority', { priority: { id: '1' } }, { priority: { id: '1' } }],
    ['service', { customfield_10050: { id: '10401' } }, { customfield_10050: { id: '10401' } }],
    ['group', { components: [{ id: '10301' }] }, { components: [{ id: '10301' }] }],
  ])('%s is put back', async (field, theirs, expected) => {
    const { sandbox, connection, id, base } = await open()
    const read = await base()
    await sandbox.edit(id, theirs, sandbox.agents[2]!.id)
    const written = await jira.apply(
      connection,
      read,
      write({ priority: 'high', service: 'vpn', category: 'access', group: 'Network' }),
    )
    expect(written.restored).toEqual([field])
    expect(sandbox.ticket(id)!.fields).toMatchObject({ customfield_10051: { value: 'Access' }, ...expected })
    if (field === 'group') expect(sandbox.ticket(id)!.fields.components).toHaveLength(1)
    // Both writes are recognised as ours, so the second does not count as a correction.
    const { history } = await base()
    expect(history.filter(({ by }) => by.kind === 'self').every(({ decision }) => decision === 'd-1')).toBe(true)
  })

  test('an assignee is put back, and so is an emptied field', async () => {
    const { sandbox, connection, id, base } = await open()
    const agent = sandbox.agents[3]!
    await sandbox.edit(id, { customfield_10050: { id: '10401' } })
    const read = await base()
    await sandbox.edit(id, { assignee: { accountId: agent.id }, customfield_10050: null }, agent.id)
    const written = await jira.apply(connection, read, write({ assignee: sandbox.agents[0]!.name, service: 'vpn' }))
    expect(written.restored.toSorted()).toEqual(['assignee', 'service'])
    expect(sandbox.ticket(id)!.fields).toMatchObject({ assignee: { accountId: agent.id }, customfield_10050: null })
  })

  test('is put back also when the first run was interrupted after its edit', async () => {
    const { sandbox, connection, id, base } = await open()
    const read = await base()
    await sandbox.edit(id, { priority: { id: '1' } }, sandbox.agents[2]!.id)
    const decision = write({ priority: 'high', service: 'vpn' })
    sandbox.fail({ method: 'PUT', status: 503, after: true, times: 1 })
    await expect(jira.apply(connection, read, decision)).rejects.toMatchObject({ fault: 'busy' })
    const first = await jira.apply(connection, await base(), decision)
    expect(first.restored).toEqual(['priority'])
    expect(sandbox.ticket(id)!.fields.priority).toMatchObject({ id: '1' })
    // A third run has nothing to do, and reports the same change.
    const count = edits(sandbox).length
    expect(await jira.apply(connection, await base(), decision)).toMatchObject({
      changeId: first.changeId,
      restored: [],
    })
    expect(edits(sandbox)).toHaveLength(count)
  })

  test('does not replace a value chosen after our write, however late a run is completed', async () => {
    const { sandbox, connection, id, base } = await open()
    const decision = write({ priority: 'high', service: 'vpn' })
    const read = await base()
    await sandbox.edit(id, { priority: { id: '1' } })
    sandbox.fail({ method: 'PUT', status: 503, after: true, times: 1 })
    await expect(jira.apply(connection, read, decision)).rejects.toMatchObject({ fault: 'busy' })
    await sandbox.edit(id, { priority: { id: '4' } })
    expect(await jira.apply(connection, await base(), decision)).toMatchObject({ restored: [] })
    expect(sandbox.ticket(id)!.fields.priority).toMatchObject({ id: '4' })
  })

  test('is put back on Data Center too, where the history names people by key', async () => {
    const { sandbox, connection, id, base } = await open({ edition: 'datacenter' })
    const [first, second, third] = sandbox.agents
    await sandbox.edit(id, { assignee: { name: third!.id } })
    const decision = write({ assignee: first!.name, service: 'vpn' })
    expect(await jira.apply(connection, await base(), decision)).toMatchObject({ restored: [] })
    const read = await base()
    await sandbox.edit(id, { assignee: { name: second!.id } }, third!.id)
    const again = write({ assignee: third!.name }, { decisionId: 'd-2' })
    expect(await jira.apply(connection, read, again)).toMatchObject({ restored: ['assignee'] })
    expect(sandbox.ticket(id)!.fields.assignee).toMatchObject({ name: second!.id })
  })

  test('in a text field is not assumed from different markup alone', async () => {
    const target = { to: 'field', id: 'customfield_10054', type: 'text', values: { a: 'one', b: 'two' } }
    const { sandbox, connection, id, base } = await open({}, { fields: { summary: target } })
    await sandbox.edit(id, { customfield_10054: 'two\n\nlines  of *wiki*' })
    expect(await jira.apply(connection, await base(), write({ summary: 'a' }))).toMatchObject({ restored: [] })
  })

  test('stays when it is the value that we chose', async () => {
    const { sandbox, connection, id, base } = await open()
    const read = await base()
    await sandbox.edit(id, { priority: { id: '2' } }, sandbox.agents[2]!.id)
    expect(await jira.apply(connection, read, write({ priority: 'high', service: 'vpn' }))).toMatchObject({
      restored: [],
    })
    expect(edits(sandbox)).toHaveLength(1)
  })

  test('in another field is not touched', async () => {
    const { sandbox, connection, id, base } = await open()
    const read = await base()
    await sandbox.edit(id, { labels: ['vip'], summary: 'VPN drops again' })
    expect(await jira.apply(connection, read, write({ service: 'vpn' }))).toMatchObject({ restored: [] })
  })

  test('our change is recognised also where Jira drops the history metadata', async () => {
    const { sandbox, connection, id, base } = await open()
    const read = await base()
    server.use(
      http.put('https://jira.test/rest/api/3/issue/:id', async ({ request }) => {
        const { historyMetadata: _, ...body } = (await request.json()) as Record<string, unknown>
        return sandbox.app.fetch(
          new Request(request.url, { method: 'PUT', headers: request.headers, body: JSON.stringify(body) }),
        )
      }),
    )
    await sandbox.edit(id, { priority: { id: '1' } })
    const written = await jira.apply(connection, read, write({ priority: 'high', service: 'vpn' }))
    expect(written).toMatchObject({ changeId: expect.any(String), restored: ['priority'] })
    expect(sandbox.ticket(id)!.fields.priority).toMatchObject({ id: '1' })
  })
})

describe('a person who edits again while we put their value back', () => {
  /** What happens right before each of our edits. */
  function inFrontOf(sandbox: JiraSandbox, acts: (() => Promise<void>)[]) {
    const waiting = [...acts]
    server.use(
      http.put('https://jira.test/rest/api/:version/issue/:id', async ({ request }) => {
        await waiting.shift()?.()
        return sandbox.app.fetch(request)
      }),
    )
    return waiting
  }

  test.each(['cloud', 'datacenter'] as const)(
    'keeps the last value, however often they edit, on %s',
    async (edition) => {
      const { sandbox, connection, id, base } = await open({ edition })
      const read = await base()
      const agent = sandbox.agents[2]!.id
      const edit = (fields: Record<string, unknown>) => () => sandbox.edit(id, fields, agent)
      const waiting = inFrontOf(sandbox, [
        edit({ priority: { id: '1' } }),
        edit({ priority: { id: '5' } }),
        edit({ priority: { id: '4' }, customfield_10050: { id: '10401' } }),
      ])
      const written = await jira.apply(
        connection,
        read,
        write({ priority: 'high', service: 'vpn', category: 'access' }),
      )
      expect(waiting).toEqual([])
      expect(written.restored).toEqual(['priority'])
      expect(sandbox.ticket(id)!.fields).toMatchObject({
        priority: { id: '4' },
        customfield_10050: { id: '10401' },
        customfield_10051: { value: 'Access' },
      })
    },
  )

  test.each<[string, Record<string, unknown>[], unknown]>([
    [
      'a component',
      [{ components: [{ id: '10301' }] }, { components: [{ id: '10301' }, { id: '10302' }] }],
      ['10301', '10302'],
    ],
    ['an emptied field', [{ components: [{ id: '10301' }] }, { components: [] }], []],
  ])('keeps %s', async (_, edits, expected) => {
    const { sandbox, connection, id, base } = await open()
    const read = await base()
    inFrontOf(
      sandbox,
      edits.map((fields) => () => sandbox.edit(id, fields)),
    )
    await jira.apply(connection, read, write({ group: 'Network' }))
    const shown = sandbox.ticket(id)!.fields.components as { id: string }[]
    expect(shown.map((one) => one.id)).toEqual(expected)
  })

  test('a person who is assigned again keeps the ticket, also where the assignee is on no screen', async () => {
    const { sandbox, connection, id, base } = await open()
    const read = await base()
    const [ours, ...others] = sandbox.agents
    const waiting = others.slice(0, 2)
    const hide = () => sandbox.site.hidden.push({ field: 'assignee', edit: true })
    hide()
    server.use(
      http.put('https://jira.test/rest/api/3/issue/:id/assignee', async ({ request }) => {
        const next = waiting.shift()
        sandbox.site.hidden.pop()
        if (next) await sandbox.edit(id, { assignee: { accountId: next.id } }, next.id)
        hide()
        return sandbox.app.fetch(request)
      }),
    )
    const written = await jira.apply(connection, read, write({ service: 'vpn', assignee: ours!.name }))
    expect(written.restored).toEqual(['assignee'])
    expect(sandbox.ticket(id)!.fields.assignee).toMatchObject({ accountId: others[1]!.id })
  })

  test('a program that answers each of our edits ends in a conflict, and the job waits', async () => {
    const { sandbox, connection, id, base } = await open()
    const read = await base()
    const acts = Array.from(
      { length: 40 },
      (_, n) => () => sandbox.edit(id, { priority: { id: ['1', '4', '5'][n % 3] } }),
    )
    inFrontOf(sandbox, acts)
    await expect(jira.apply(connection, read, write({ priority: 'high' }))).rejects.toMatchObject({
      fault: 'conflict',
      retry: true,
    })
  })
})

describe('a custom field of Data Center that was renamed after a person emptied it', () => {
  const OTHER = {
    id: 'customfield_10090',
    name: 'Region',
    kind: 'select' as const,
    options: [{ id: '900', value: 'North' }],
  }
  const TEXT = { to: 'field', id: 'customfield_10053', type: 'text', values: {} }

  async function openRenamed(fields?: unknown) {
    const at = await open({ edition: 'datacenter', fields: [OTHER] }, fields && { fields })
    const rename = (id: string, name: string) => {
      at.sandbox.site.fields.find((field) => field.id === id)!.name = name
    }
    return { ...at, rename }
  }

  test.each<[string, string, unknown, unknown]>([
    ['an option of the mapping', 'customfield_10050', { id: '10401' }, undefined],
    ['a text', 'customfield_10053', 'K-17', { service: TEXT }],
    [
      'an option that the mapping lacks',
      'customfield_10050',
      { id: '10401' },
      { service: { to: 'field', id: 'customfield_10050', type: 'select', values: { vpn: '10408' } } },
    ],
  ])('stays empty: it held %s', async (_, field, value, mapping) => {
    const { sandbox, id, base, rename, connection } = await openRenamed(mapping)
    await sandbox.edit(id, { [field]: value })
    await sandbox.edit(id, { [field]: null })
    rename(field, 'Another name')
    const fresh = await base()
    expect(fresh.fields.service).toMatchObject({ raw: null, blank: true })
    const wanted = { values: { service: 'vpn' }, route: null }
    const plan = planWrite(wanted, fresh, connection.mapping, { decisionIds: [], values: {} }, new Date())
    expect(plan).toMatchObject({ set: {}, heldBack: { service: expect.stringMatching(/Asta Berg/) } })
  })

  test('teaches nothing when it is not sure which field it was', async () => {
    const { sandbox, id, base, rename } = await openRenamed({ service: TEXT })
    await sandbox.edit(id, { customfield_10053: 'K-17' })
    await sandbox.edit(id, { customfield_10053: null })
    rename('customfield_10053', 'Another name')
    expect((await base()).history).toMatchObject([{ field: 'service', toRaw: null, doubtful: true }])
  })

  test('and a change of a field that has its title still, is no reason to keep ours', async () => {
    const { sandbox, id, base, connection } = await openRenamed()
    await sandbox.edit(id, { [OTHER.id]: { id: '900' } })
    await sandbox.edit(id, { [OTHER.id]: null })
    const fresh = await base()
    expect(fresh.history).toEqual([])
    const wanted = { values: { service: 'vpn' }, route: null }
    const own = { decisionIds: [], values: {} }
    expect(planWrite(wanted, fresh, connection.mapping, own, new Date()).set).toEqual({ service: 'vpn' })
  })

  test('stays empty also when another field has the same title now', async () => {
    const { sandbox, id, base, rename } = await openRenamed({ service: TEXT })
    rename(OTHER.id, 'Reference')
    await sandbox.edit(id, { customfield_10053: 'K-17' })
    await sandbox.edit(id, { customfield_10053: null })
    expect((await base()).history).toMatchObject([{ field: 'service', toRaw: null, doubtful: true }])
  })
})

test('a history longer than an issue shows is read page by page, oldest first', async () => {
  const { sandbox, id, base } = await open({ historyPage: 2 })
  for (const priority of ['1', '2', '4', '5', '1', '2', '4']) await sandbox.edit(id, { priority: { id: priority } })
  const { history } = await base()
  expect(history.map(({ toRaw }) => toRaw)).toEqual(['1', '2', '4', '5', '1', '2', '4'])
})
