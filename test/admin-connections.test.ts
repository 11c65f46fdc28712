/** Connections by the API: checked against the helpdesk before they are saved, and without secrets in any answer. */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connections } from '../src/db/schema.ts'
import { type Client, signIn } from './support/client.ts'
import { openService, SECRET, type Service } from './support/service.ts'

let service: Service
let admin: Client
beforeAll(async () => {
  service = await openService()
  admin = await signIn(service, 'admin', 'Ada')
})
afterAll(() => service.close())

const zendesk = async (name: string, changes: Record<string, unknown> = {}) => {
  const { baseUrl, mapping } = await service.connection('zendesk')
  return {
    name,
    kind: 'zendesk',
    baseUrl,
    credentials: service.zendesk.credentials.basic,
    secrets: [{ kind: 'signature', secret: SECRET }],
    mapping,
    ...changes,
  }
}
const byOAuth = (tokenUrl: string) => ({ kind: 'oauth', clientId: 'i', clientSecret: 's', tokenUrl })
const read = async (name: string) => (await admin('GET', `/connections/${name}`)).body

test('lists and reads without credentials and secrets', async () => {
  const list = await admin('GET', '/connections')
  expect(list.body.items.map((c: { name: string }) => c.name)).toEqual(['jira', 'zendesk'])
  const one = await admin('GET', '/connections/zendesk')
  expect(one.body).toMatchObject({
    credentials: { kind: 'basic', email: expect.any(String) },
    secrets: [{ kind: 'signature' }],
    selfId: service.zendesk.self.id,
  })
  for (const { body } of [list, one]) {
    expect(JSON.stringify(body)).not.toContain(SECRET)
    expect(JSON.stringify(body)).not.toContain(service.zendesk.credentials.basic.apiToken)
  }
  expect((await admin('GET', '/connections/nowhere')).status).toBe(404)
})

describe('a new connection', () => {
  test('is saved when the helpdesk accepts the credentials and the mapping has no faults', async () => {
    const { status, body } = await admin('POST', '/connections', await zendesk('first-try'))
    expect(status).toBe(201)
    expect(body).toMatchObject({ name: 'first-try', mode: 'observe', selfId: service.zendesk.self.id })
    expect((await admin('POST', '/connections', await zendesk('first-try'))).status).toBe(409)
    const audit = (await admin('GET', '/audit?action=connection.')).body
    expect(audit.items[0]).toMatchObject({ actor: 'Ada', subject: 'connection first-try' })
    expect(JSON.stringify(audit)).not.toContain(SECRET)
  })

  test('with a wrong mapping is refused with every fault, unless the check is skipped', async () => {
    const { mapping } = await zendesk('wrong')
    const wrong = { ...(mapping as object), groups: { Network: '999', Billing: '998' }, people: { Nobody: '997' } }
    const refused = await admin('POST', '/connections', await zendesk('wrong', { mapping: wrong }))
    expect(refused.status).toBe(422)
    expect(refused.body.faults.map((f: { path: string }) => f.path)).toEqual(
      expect.arrayContaining(['mapping.groups.Network', 'mapping.groups.Billing']),
    )
    expect((await read('wrong')).status).toBe(404)
    const skipped = await admin('POST', '/connections?check=skip', await zendesk('wrong', { mapping: wrong }))
    expect(skipped).toMatchObject({ status: 201, body: { selfId: null } })
    const tested = await admin('POST', '/connections/wrong/test')
    expect(tested.body).toMatchObject({ ok: false, self: { id: service.zendesk.self.id } })
    expect(tested.body.faults.length).toBeGreaterThanOrEqual(2)
    expect((await read('wrong')).selfId).toBe(service.zendesk.self.id)
  })

  test('with refused credentials is a wrong input; an unavailable helpdesk is not', async () => {
    const refused = await admin(
      'POST',
      '/connections',
      await zendesk('refused', { credentials: { ...service.zendesk.credentials.basic, apiToken: 'wrong' } }),
    )
    expect(refused).toMatchObject({ status: 422, body: { faults: [{ path: 'credentials' }] } })
    service.zendesk.fail({ status: 503, times: 1 })
    const unreachable = await admin('POST', '/connections', await zendesk('refused'))
    expect(unreachable).toMatchObject({ status: 502, body: { next: expect.stringContaining('?check=skip') } })
  })

  test.each([
    ['its address', { baseUrl: 'http://169.254.169.254' }, 'baseUrl'],
    ['its token URL', { credentials: byOAuth('https://169.254.169.254/token') }, 'credentials.tokenUrl'],
    ['an open token URL', { credentials: byOAuth('http://auth.example/token') }, 'credentials.tokenUrl'],
  ])('with an address that must not be called is refused, also without a check: %s', async (_, changes, path) => {
    const created = await admin('POST', '/connections?check=skip', await zendesk('metadata', changes))
    expect(created).toMatchObject({ status: 422, body: { faults: [{ path }] } })
    expect((await admin('GET', '/connections/metadata')).status).toBe(404)
    const { credentials } = { credentials: service.zendesk.credentials.basic, ...changes }
    const changed = await admin('PUT', '/connections/zendesk?check=skip', { ...changes, credentials })
    expect(changed).toMatchObject({ status: 422, body: { faults: [{ path }] } })
  })

  test('keeps the successor of a refresh token even if the mapping is refused', async () => {
    const credentials = service.zendesk.credentials.oauth
    const { mapping } = await zendesk('traded')
    const wrong = { ...(mapping as object), groups: { Network: '999' } }
    expect((await admin('POST', '/connections', await zendesk('traded', { credentials, mapping: wrong }))).status).toBe(
      422,
    )
    expect(await read('traded')).toMatchObject({ mode: 'observe', mapping: { fields: {} } })
    expect((await admin('PUT', '/connections/traded', { mapping })).status).toBe(200)
    expect((await admin('POST', '/connections/traded/test')).body.ok).toBe(true)
  })

  test.each([
    ['a name that cannot be part of a URL', { name: 'Second Site' }, 'name'],
    ['no webhook secret', { secrets: [] }, 'secrets'],
    ['a short secret', { secrets: [{ kind: 'signature', secret: 'short' }] }, 'secrets.0.secret'],
    ['a secret of one letter', { secrets: [{ kind: 'signature', secret: 'a'.repeat(40) }] }, 'secrets.0.secret'],
    [
      'a standard header for the token',
      { secrets: [{ kind: 'token', header: 'Content-Type', secret: SECRET }] },
      'secrets.0.header',
    ],
    ['an unknown kind', { kind: 'servicenow' }, 'kind'],
    ['an unknown setting', { settings: { treshold: 0.5 } }, 'settings.treshold'],
    [
      'a threshold of a field that does not exist',
      { settings: { thresholds: { prioritty: 0.9 } } },
      'settings.thresholds.prioritty',
    ],
    [
      'a threshold of a value that does not exist',
      { settings: { thresholds: { 'priority/ugrent': 0.9 } } },
      'settings.thresholds.priority/ugrent',
    ],
  ])('with %s is refused by the field', async (_, changes, path) => {
    const { status, body } = await admin('POST', '/connections', await zendesk('odd', changes))
    expect(status).toBe(422)
    expect(body.faults).toMatchObject([{ path }])
  })
})

test('a misspelt threshold is answered with the nearest name', async () => {
  const refused = await admin('PUT', '/connections/zendesk', { settings: { thresholds: { 'priority/ugrent': 0.9 } } })
  expect(refused.body.faults[0].message).toContain('did you mean priority/urgent?')
})

describe('a change', () => {
  test('keeps what it does not name', async () => {
    const before = await service.connection('zendesk')
    const { status, body } = await admin('PUT', '/connections/zendesk', {
      mode: 'suggest',
      settings: { threshold: 0.8 },
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({ mode: 'suggest', settings: { threshold: 0.8 } })
    const after = await service.connection('zendesk')
    expect(after).toMatchObject({
      credentials: before.credentials,
      secrets: before.secrets,
      mapping: before.mapping,
      filters: before.filters,
    })
  })

  test('of the mapping is checked with the stored credentials', async () => {
    const { mapping } = await service.connection('zendesk')
    const refused = await admin('PUT', '/connections/zendesk', { mapping: { ...mapping, groups: { Network: '999' } } })
    expect(refused.status).toBe(422)
    expect((await service.connection('zendesk')).mapping).toEqual(mapping)
  })

  test('of the secrets is kept, and the audit only says that they changed', async () => {
    const secret = 'another secret of some length'
    expect((await admin('PUT', '/connections/jira', { secrets: [{ kind: 'signature', secret }] })).status).toBe(200)
    expect((await service.connection('jira')).secrets).toEqual([{ kind: 'signature', secret }])
    const { body } = await admin('GET', '/audit?action=connection.save&limit=1')
    expect(body.items[0].after.replaced).toEqual(['secrets'])
    expect(JSON.stringify(body)).not.toContain(secret)
  })

  test('to less trust or other secrets is never refused, whatever the helpdesk says', async () => {
    await admin('PUT', '/connections/zendesk', { mode: 'automate' })
    service.zendesk.fail({ status: 500, times: 1 })
    const asked = service.zendesk.requests.length
    const secrets = [{ kind: 'signature', secret: SECRET }]
    for (const change of [{ mode: 'suggest' }, { mode: 'observe' }, { secrets }])
      expect((await admin('PUT', '/connections/zendesk', change)).status).toBe(200)
    expect(service.zendesk.requests).toHaveLength(asked)
    expect((await admin('PUT', '/connections/zendesk', { mode: 'automate' })).status).toBe(502)
    expect(await read('zendesk')).toMatchObject({ mode: 'observe' })
  })

  test('of the address needs the credentials again: the stored ones are for the old address', async () => {
    const refused = await admin('PUT', '/connections/zendesk?check=skip', { baseUrl: 'https://elsewhere.test' })
    expect(refused).toMatchObject({ status: 422, body: { faults: [{ path: 'credentials' }] } })
    expect((await admin('PUT', '/connections/nowhere', {})).status).toBe(404)
  })
})

test('a connection of an earlier release shows only what its adapter has, and can be saved as shown', async () => {
  const { settings } = await service.connection('zendesk')
  const stored = {
    settings: { ...settings, quiet: false, edition: 'cloud' },
    filters: { projects: [], brands: ['7'], withoutTags: [] },
  }
  await service.deps.database.db.update(connections).set(stored).where(eq(connections.name, 'zendesk'))
  const { body } = await admin('GET', '/connections/zendesk')
  expect(body.settings).not.toHaveProperty('edition')
  expect(body.filters).toEqual({ brands: ['7'], forms: [], channels: [], tags: [], withoutTags: [] })
  const { settings: shown, filters } = body
  expect((await admin('PUT', '/connections/zendesk', { settings: shown, filters })).status).toBe(200)
})

test('a pause that the helpdesk asked for is shown, lasts a day at most, and can be ended by hand', async () => {
  service.zendesk.fail({ status: 429, headers: { 'Retry-After': '1793000000' }, times: 1 })
  expect((await admin('POST', '/connections/zendesk/test')).status).toBe(502)
  const { pausedUntil } = await read('zendesk')
  const waits = Date.parse(pausedUntil) - Date.now()
  expect(waits).toBeGreaterThan(0)
  expect(waits).toBeLessThanOrEqual(86_400_000)
  expect((await admin('POST', '/connections/zendesk/resume')).body).toEqual({ resumed: true })
  expect((await admin('POST', '/connections/zendesk/resume')).body).toEqual({ resumed: false })
  expect(await read('zendesk')).toMatchObject({ pausedUntil: null })
  expect((await admin('POST', '/connections/zendesk/test')).status).toBe(200)
})

describe('the webhook', () => {
  const hooks = () => service.jira.webhooks.map(({ url }) => url)

  test('is made in the helpdesk, once, and signs with a secret that the connection accepts', async () => {
    await admin('PATCH', '/connections/zendesk?check=skip', { filters: { brands: [] } })
    for (const [name, sandbox] of [
      ['jira', service.jira],
      ['zendesk', service.zendesk],
    ] as const) {
      sandbox.webhooks.length = 0
      const made = await admin('POST', `/connections/${name}/webhook`, {})
      expect(made).toMatchObject({ status: 200, body: { url: `https://pointsman.test/webhooks/${name}` } })
      expect((await admin('POST', `/connections/${name}/webhook`, {})).body).toEqual(made.body)
      await sandbox.create({ subject: 'Hello', body: 'Is this thing on?' })
      await service.drain()
      const { items } = (await admin('GET', `/connections/${name}/deliveries?limit=5`)).body
      const [arrived] = items.filter(({ event }: { event: string }) => event === 'created')
      expect(arrived).toMatchObject({ ticket: { subject: 'Hello' }, decision: { id: expect.any(String) } })
    }
    const audit = (await admin('GET', '/audit?action=connection.webhook')).body
    expect(audit.items[0]).toMatchObject({ actor: 'Ada', subject: 'connection zendesk' })
  })

  test('is made by hand where our account may not: the secret is shown once', async () => {
    service.jira.site.administrator = false
    const refused = await admin('POST', '/connections/jira/webhook', {})
    expect(refused).toMatchObject({ status: 422, body: { next: expect.stringMatching(/administrator .*by hand/) } })
    service.jira.site.administrator = true
    const { body } = await admin('POST', '/connections/jira/webhook-secret', { base: 'https://elsewhere.test/' })
    expect(body).toEqual({ url: 'https://elsewhere.test/webhooks/jira', secret: expect.stringMatching(/^\w{64}$/) })
    const { secrets } = await service.connection('jira')
    expect(secrets[0]).toEqual({ kind: 'signature', secret: body.secret })
    expect(secrets.length).toBeGreaterThan(1)
    expect(hooks()).toHaveLength(1)
  })

  test('that signs with another secret is listed as refused, with what to compare', async () => {
    service.jira.webhooks[0]!.secret.secret = 'the secret of another webhook'
    await service.jira.create({ subject: 'Hello', body: 'Anybody there?' })
    await service.drain()
    const { items } = (await admin('GET', '/connections/jira/deliveries?refused=true')).body
    expect(items[0]).toMatchObject({ event: 'rejected', ticket: null, reason: expect.stringMatching(/same secret/) })
  })

  test('the adapters say what they ask for, and how it is made by hand', async () => {
    const { items } = (await admin('GET', '/adapters')).body
    expect(items).toMatchObject([
      {
        kind: 'jira',
        places: 'projects',
        settings: [{ name: 'edition', choices: ['cloud', 'datacenter'], default: 'cloud' }],
        webhook: { secretFrom: 'us' },
      },
      { kind: 'zendesk', places: 'forms', webhook: { secretFrom: 'helpdesk' } },
    ])
    expect(items[0].credentials[0]).toEqual({
      kind: 'basic',
      parts: [
        { name: 'email', secret: false, optional: false },
        { name: 'apiToken', secret: true, optional: false },
      ],
    })
  })
})

test('of two who change a connection, the second sees what the first did', async () => {
  const { tag } = await read('jira')
  const mine = await admin('PATCH', '/connections/jira', { settings: { note: false } }, { 'If-Match': tag })
  expect(mine.status).toBe(200)
  const late = await admin('PATCH', '/connections/jira', { settings: { note: true } }, { 'If-Match': tag })
  expect(late).toMatchObject({ status: 412, body: { tag: mine.body.tag, current: { settings: { note: false } } } })
  expect(JSON.stringify(late.body)).not.toContain(SECRET)
})

test('shows what the helpdesk offers for the mapping', async () => {
  for (const name of ['jira', 'zendesk']) {
    const { status, body } = await admin('GET', `/connections/${name}/metadata`)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      self: { id: expect.any(String) },
      fields: expect.any(Array),
      people: expect.any(Array),
      missing: [],
    })
  }
})
