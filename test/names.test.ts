/** A name that does not exist is refused with the nearest one, wherever a person types it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runExport } from '../src/commands/export.ts'
import { type Client, signIn } from './support/client.ts'
import { openService, type Service } from './support/service.ts'

let service: Service
let admin: Client
beforeAll(async () => {
  service = await openService()
  admin = await signIn(service, 'admin')
})
afterAll(() => service.close())

describe('an unknown name is refused with the nearest', () => {
  // biome-ignore-start lint/suspicious/noThenProperty: the key of the rule format
  const rule = (then: object) => ({ id: 'odd', when: { any: ['fibre'] }, then })
  test.each<[string, string, string, unknown, string, string]>([
    ['connection in a filter', 'GET', '/decisions?connection=jirra', undefined, 'connection', 'jira'],
    ['connection of labels', 'GET', '/labels?connection=zendsk', undefined, 'connection', 'zendesk'],
    ['connection of overrides', 'GET', '/overrides?connection=zendsk', undefined, 'connection', 'zendesk'],
    ['field in a filter', 'GET', '/decisions?value=prioritty/high', undefined, 'value', 'priority'],
    ['value in a filter', 'GET', '/decisions?value=priority/ugrent', undefined, 'value', 'urgent'],
    ['field of labels', 'GET', '/labels?field=servce', undefined, 'field', 'service'],
    ['value of labels', 'GET', '/labels?field=service&value=internt', undefined, 'value', 'internet'],
    ['field of overrides', 'GET', '/overrides?field=categry', undefined, 'field', 'category'],
    [
      'connection of an export',
      'POST',
      '/exports',
      { format: 'h2o', connections: ['jira', 'nope'] },
      'connections',
      '',
    ],
    [
      'threshold',
      'PUT',
      '/connections/jira',
      { settings: { thresholds: { prioritty: 1 } } },
      'settings.thresholds.prioritty',
      'priority',
    ],
    [
      'mode',
      'PUT',
      '/connections/jira',
      { settings: { modes: { asignee: 'suggest' } } },
      'settings.modes.asignee',
      'assignee',
    ],
    ['setting', 'PUT', '/connections/jira', { settings: { treshold: 0.5 } }, 'settings.treshold', 'threshold'],
    ['filter', 'PUT', '/connections/jira', { filters: { project: ['X'] } }, 'filters.project', 'projects'],
    [
      'field of a mapping',
      'PUT',
      '/connections/jira?check=skip',
      { mapping: { fields: { prioritty: { to: 'label' } } } },
      'mapping.fields.prioritty',
      'priority',
    ],
    [
      'value of a mapping',
      'PUT',
      '/connections/jira?check=skip',
      { mapping: { fields: { priority: { to: 'priority', values: { hihg: '1' } } } } },
      'mapping.fields.priority.values.hihg',
      'high',
    ],
    [
      'field of a rule',
      'PUT',
      '/rules',
      { version: 1, rules: [rule({ decide: { prioritty: 'high' } })] },
      'odd.then.decide.prioritty',
      'priority',
    ],
    [
      'value of a guard',
      'PUT',
      '/rules',
      { version: 1, rules: [rule({ guard: { field: 'priority', atLeast: 'hihg' } })] },
      'odd.then.guard',
      'high',
    ],
  ])('%s', async (_, method, path, body, place, nearest) => {
    const answer = await admin(method, path, body)
    expect(answer.status).toBe(method === 'GET' ? 400 : 422)
    expect(answer.body.faults).toMatchObject([
      {
        path: place,
        message: expect.stringMatching(nearest ? `did you mean ${nearest}\\?` : /the nearest is (jira|zendesk)/),
      },
    ])
  })

  // biome-ignore-end lint/suspicious/noThenProperty: see above

  test('row of the routing map', async () => {
    const { body } = await admin('PUT', '/routing-map/draft', {
      rows: [
        { when: {}, group: null },
        { when: { servce: 'internet' }, group: null },
        { when: { service: 'vpnn' }, group: null },
      ],
    })
    expect(body.faults).toMatchObject([
      { path: 'rows.1.when.servce', message: expect.stringContaining('did you mean service?') },
      { path: 'rows.2.when.service', message: expect.stringContaining('did you mean vpn?') },
    ])
  })

  test('connection in a path, adapter, and the connection of a preview', async () => {
    expect((await admin('GET', '/connections/jirra')).body.detail).toContain('did you mean jira?')
    expect((await admin('POST', '/classify', { text: 'x', connection: 'jirra' })).body.detail).toContain(
      'did you mean jira?',
    )
    const { baseUrl } = await service.connection('jira')
    const made = {
      name: 'b',
      kind: 'jria',
      baseUrl,
      credentials: { kind: 'x' },
      secrets: [{ kind: 'signature', secret: 'a secret of 20 letters' }],
    }
    expect((await admin('POST', '/connections', made)).body.detail).toContain('did you mean jira?')
  })

  test('but a webhook is not told which connections there are', async () => {
    const answer = await service.app.request('/webhooks/jirra', { method: 'POST', body: '{}' })
    expect(answer.status).toBe(404)
    expect(await answer.text()).not.toMatch(/did you mean|"jira"|zendesk/)
  })
})

test('names of an earlier taxonomy are still names for a filter', async () => {
  const { version, fields } = (await admin('GET', '/taxonomy')).body
  const [first] = fields
  const gone = first.values.pop().id
  expect((await admin('PUT', '/taxonomy', { version, fields })).status).toBe(200)
  expect((await admin('GET', `/decisions?value=${first.id}/${gone}`)).status).toBe(200)
  expect((await admin('GET', `/labels?field=${first.id}&value=${gone}`)).status).toBe(200)
})

describe('the command export', () => {
  const options = { format: 'completion', provenance: ['human'] }
  const out = (name: string) => join(service.deps.config.dataDir, name)

  test('refuses a connection that does not exist before it writes', async () => {
    const path = out('nope.jsonl')
    await expect(runExport(service.deps, { ...options, out: path, connection: ['jirra'] })).rejects.toMatchObject({
      name: 'Rejected',
      message: expect.stringContaining('did you mean jira?'),
    })
    expect(existsSync(path)).toBe(false)
  })

  test('says in words that a file cannot be written or read', async () => {
    for (const change of [
      { out: out('no/such/folder/x') },
      { out: service.deps.config.dataDir },
      { out: out('y'), prompt: out('none.json') },
    ])
      await expect(runExport(service.deps, { ...options, ...change })).rejects.toMatchObject({ name: 'Rejected' })
  })

  test('says that it is empty', async () => {
    const path = out('empty.jsonl')
    expect(await runExport(service.deps, { ...options, out: path })).toMatch(/^The export is empty: .*--provenance/)
    expect(readFileSync(path, 'utf8')).toBe('')
  })
})
