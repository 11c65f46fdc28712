/** Merging a value into another one: what names it follows, in one transaction, and nothing has to be forced. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mergesOf } from '../src/contract/index.ts'
import { LabelFilter, labelledRows } from '../src/labels/index.ts'
import { rowsOf } from './support/acts.ts'
import { type Client, signIn } from './support/client.ts'
import { openService, opinion, type Service } from './support/service.ts'

const VPN = { service: 'vpn', category: 'outage', priority: 'high', sentiment: 'negative' }

let service: Service
let anna: Client
let admin: Client
beforeAll(async () => {
  service = await openService({ classifier: opinion([['tunnel', VPN]]) })
  anna = await signIn(service, 'editor', 'Anna')
  admin = await signIn(service, 'admin')
})
afterAll(() => service.close())

type Named = { id: string; values: Named[]; kind?: string; then?: unknown }
type Row = { when: Record<string, string>; group: string }

async function learnt(): Promise<string[]> {
  const found: string[] = []
  for await (const { labels } of labelledRows(service.deps.database.db, LabelFilter.parse({})))
    found.push(labels.service!)
  return found
}

// biome-ignore-start lint/suspicious/noThenProperty: the key of the rule format
const tunnels = { id: 'tunnels', when: { any: ['tunnel'] }, then: { decide: { service: 'vpn' } } }
const guard = { id: 'down', when: { any: ['is down'] }, then: { guard: { field: 'priority', atLeast: 'high' } } }
// biome-ignore-end lint/suspicious/noThenProperty: see above

test('rows, rules, drafts, mappings and labels follow to the value that stays', async () => {
  await service.jira.create({ subject: 'The tunnel', body: 'Since this morning the tunnel to our branch is dead.' })
  await service.drain()
  const [decision] = await rowsOf(service).decisions()
  await admin('POST', `/decisions/${decision!.id}/confirm`)
  await admin('PATCH', '/connections/jira', { settings: { thresholds: { 'service/vpn': 0.9 } } })
  await anna('PUT', '/rules', { version: 1, rules: [tunnels] })
  await anna('PUT', '/rules/draft', { rules: [tunnels, guard] })
  const map = (await anna('GET', '/routing-map')).body.published
  const branch = { when: { service: 'vpn', category: 'outage' }, group: 'Network', strategy: { kind: 'group' } }
  await anna('PUT', '/routing-map/draft', { rows: [...map.rows, branch] })
  const raw = async () =>
    (await service.connection('jira')).mapping.fields.service as { values: Record<string, string> }
  const before = (await raw()).values

  const { fields } = (await anna('GET', '/taxonomy')).body
  const values = (fields[0].values as Named[])
    .filter(({ id }) => id !== 'vpn')
    .map((value) => (value.id === 'internet' ? { ...value, replaces: ['vpn'] } : value))
  const merged = [{ ...fields[0], values }, ...fields.slice(1)]
  const { body: preview } = await anna('POST', '/taxonomy/preview', { fields: merged })
  expect(preview.breaks).toEqual([])
  expect(preview.follows.map(({ message }: { message: string }) => message)).toEqual([
    expect.stringMatching(/^row \d+ \(vpn\) goes: there is a row for internet$/),
    `connection jira: ${before.vpn} is read as service internet`,
    'connection jira: its threshold of service/vpn goes',
    expect.stringMatching(/^connection zendesk: \w+ is read as service internet$/),
    'rule tunnels names the new value',
    '1 label(s) of service/vpn are learnt from as internet',
  ])

  await anna('PUT', '/taxonomy/draft', { fields: merged })
  expect(await anna('POST', '/taxonomy/draft/publish', {})).toMatchObject({ status: 200, body: { version: 2 } })
  const state = (await anna('GET', '/routing-map')).body
  expect(state).toMatchObject({ published: { version: 2 }, draft: { version: 3, base: 2, faults: [] } })
  expect(state.published.rows.some(({ when }: Row) => when.service === 'vpn')).toBe(false)
  expect(state.draft.rows.at(-1).when).toEqual({ service: 'internet', category: 'outage' })
  expect((await anna('POST', '/routing-map/draft/publish', {})).body).toMatchObject({ version: 3 })
  expect((await anna('GET', '/routing-map')).body.published.version).toBe(3)
  const then = { decide: { service: 'internet' } }
  expect((await anna('GET', '/rules')).body).toMatchObject({ version: 3, rules: [{ then }], draft: { faults: [] } })
  expect((await anna('POST', '/rules/draft/publish', {})).status).toBe(200)
  expect((await raw()).values).toMatchObject({ internet: [before.internet, before.vpn] })
  expect((await raw()).values.vpn).toBeUndefined()
  expect(await learnt()).toEqual(['internet'])
  const actions = (await rowsOf(service).audit()).filter(({ subject }) =>
    /^(connection|rules 3|routing map 2)/.test(subject),
  )
  expect(actions.slice(-4).map(({ actor }) => actor)).toEqual(['Anna', 'Anna', 'Anna', 'Anna'])

  // The helpdesk still has its own name for it: that nobody touched is no correction.
  const [ticket] = await rowsOf(service).tickets()
  await service.jira.edit(ticket!.externalId, { labels: ['seen'] })
  await service.drain()
  expect(await rowsOf(service).overrides()).toEqual([])

  // Nothing was lost: the labels are as they were.
  await anna('POST', '/taxonomy/versions/1/restore')
  await anna('POST', '/taxonomy/draft/publish', { force: true })
  expect(await learnt()).toEqual(['vpn'])
  expect(mergesOf((await anna('GET', '/taxonomy')).body)).toEqual([])
})

test('a value that is there cannot be replaced by another one', async () => {
  const { fields } = (await anna('GET', '/taxonomy')).body
  const values = (fields[0].values as Named[]).map((value) =>
    value.id === 'internet' ? { ...value, replaces: ['vpn'] } : value,
  )
  const { body } = await anna('PUT', '/taxonomy/draft', { fields: [{ ...fields[0], values }, ...fields.slice(1)] })
  expect(body.faults).toMatchObject([{ message: 'internet stands for vpn, which is a value itself' }])
})
