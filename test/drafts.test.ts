/** Drafts and versions of the taxonomy and the rules: what they change and break is told before they hold. */
import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CABLE, classifier, rowsOf } from './support/acts.ts'
import { type Client, signIn } from './support/client.ts'
import { openService, type Service } from './support/service.ts'

let service: Service
let anna: Client
let boris: Client
beforeEach(async () => {
  service = await openService({ classifier })
  anna = await signIn(service, 'editor', 'Anna')
  boris = await signIn(service, 'editor', 'Boris')
})
afterEach(() => service.close())

type Value = { id: string }
type Field = { id: string; values: Value[] }

/** The fields in force, changed. */
async function fields(change: (fields: Field[]) => Field[]): Promise<Field[]> {
  return change((await anna('GET', '/taxonomy')).body.fields)
}

const without = (field: string, value: string) => (fields: Field[]) =>
  fields.map((each) => (each.id === field ? { ...each, values: each.values.filter(({ id }) => id !== value) } : each))

const actions = async () => (await rowsOf(service).audit()).map(({ action }) => action)
const ifMatch = (tag: string) => ({ 'If-Match': tag })

describe('a draft of the taxonomy', () => {
  test('holds only once it is published, with its comment, and an old version can be restored', async () => {
    const old = (await anna('GET', '/taxonomy')).body
    expect(old).toMatchObject({ version: 1, draft: null, tag: '"published-1"' })
    const added = await fields(([first, ...rest]) => [
      { ...first!, values: [...first!.values, { id: 'satellite' }] },
      ...rest,
    ])
    const saved = await anna('PUT', '/taxonomy/draft', { fields: added, comment: 'dishes' })
    expect(saved).toMatchObject({ status: 200, body: { version: 2, faults: [] } })
    const { body: state } = await boris('GET', '/taxonomy')
    expect(state).toMatchObject({
      version: 1,
      tag: saved.body.tag,
      draft: { version: 2, base: 1, author: 'Anna', comment: 'dishes', faults: [] },
    })
    expect(state.fields).toEqual(old.fields)

    expect((await anna('POST', '/taxonomy/draft/preview')).body).toMatchObject({
      changes: [{ path: 'service/satellite', change: 'added', to: { id: 'satellite' } }],
      faults: [],
      breaks: [],
    })
    expect(await anna('POST', '/taxonomy/draft/publish', {})).toMatchObject({
      status: 200,
      body: { version: 2, breaks: [] },
    })
    expect((await anna('GET', '/taxonomy')).body).toMatchObject({ version: 2, draft: null })
    expect((await anna('GET', '/taxonomy/versions')).body.items).toMatchObject([
      { version: 2, author: 'Anna', comment: 'dishes' },
      { version: 1, author: 'pointsman' },
    ])
    expect((await anna('GET', '/taxonomy/versions/1')).body.fields).toEqual(old.fields)
    const path = 'service/satellite'
    expect((await anna('GET', '/taxonomy/versions/2/diff')).body.changes).toMatchObject([{ path, change: 'added' }])
    expect((await anna('GET', '/taxonomy/versions/1/diff?against=2')).body.changes).toMatchObject([
      { path, change: 'removed' },
    ])

    expect((await boris('POST', '/taxonomy/versions/1/restore')).body).toMatchObject({ version: 3 })
    expect((await boris('POST', '/taxonomy/draft/publish', {})).body).toMatchObject({ version: 3 })
    expect((await boris('GET', '/taxonomy')).body).toMatchObject({ version: 3, fields: old.fields })
    expect((await anna('GET', '/taxonomy/versions')).body.items[0].comment).toBe('restored from version 1')
    expect((await anna('POST', '/taxonomy/versions/77/restore')).status).toBe(404)
    expect((await actions()).filter((action) => action.startsWith('taxonomy.'))).toEqual([
      'taxonomy.draft',
      'taxonomy.publish',
      'taxonomy.draft',
      'taxonomy.publish',
    ])
  })

  test('says everything that it breaks, and is published only by force', async () => {
    await service.jira.create(CABLE)
    await service.drain()
    const admin = await signIn(service, 'admin')
    const [decision] = await rowsOf(service).decisions()
    expect((await admin('POST', `/decisions/${decision!.id}/confirm`)).status).toBe(200)
    const settings = { thresholds: { 'service/internet': 0.9, priority: 0.8 }, modes: { sentiment: 'suggest' } }
    expect((await admin('PATCH', '/connections/jira', { settings })).status).toBe(200)
    await admin('POST', '/pauses', { connection: 'jira', field: 'service', value: 'internet', why: 'odd' })
    // biome-ignore-start lint/suspicious/noThenProperty: the key of the rule format
    const rules = [
      { id: 'fibre', when: { any: ['fibre'] }, then: { decide: { service: 'internet' } } },
      { id: 'down', when: { any: ['is down'] }, then: { guard: { field: 'priority', atLeast: 'high' } } },
      { id: 'calm', when: { any: ['no hurry'] }, then: { guard: { field: 'sentiment', atLeast: 'neutral' } } },
    ]
    // biome-ignore-end lint/suspicious/noThenProperty: see above
    expect((await anna('PUT', '/rules', { version: 1, rules })).status).toBe(200)

    const changed = (await fields(without('service', 'internet')))
      .filter(({ id }) => id !== 'sentiment')
      .map((each) => (each.id === 'priority' ? { ...each, values: each.values.toReversed() } : each))
    await anna('PUT', '/taxonomy/draft', { fields: changed })
    const { breaks, changes } = (await anna('POST', '/taxonomy/draft/preview')).body
    type Told = { kind: string; path: string }
    const of = (kind: string) => breaks.filter((each: Told) => each.kind === kind).map(({ path }: Told) => path)
    expect(of('row')).toContain('rows.1.when.service')
    expect(of('connection')).toEqual(
      expect.arrayContaining([
        'jira.settings.thresholds.service/internet',
        'jira.settings.modes.sentiment',
        'jira.mapping.fields.service.values.internet',
        'zendesk.mapping.fields.service.values.internet',
      ]),
    )
    expect(of('connection')).not.toContain('jira.settings.thresholds.priority')
    expect(of('pause')).toHaveLength(1)
    expect(of('rule')).toEqual(['fibre.then.decide.service'])
    expect(of('guard')).toEqual(['calm.then.guard', 'down.then.guard'])
    expect(breaks.find(({ path }: Told) => path === 'down.then.guard').message).toContain('no longer lets urgent pass')
    expect(breaks.filter(({ kind }: Told) => kind === 'label')).toMatchObject([
      { path: 'sentiment', count: 1 },
      { path: 'service/internet', count: 1 },
    ])
    expect(changes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ path: 'sentiment', change: 'removed' }),
        expect.objectContaining({ path: 'service/internet', change: 'removed' }),
        expect.objectContaining({ path: 'priority', change: 'moved' }),
      ]),
    )

    const refused = await anna('POST', '/taxonomy/draft/publish', {})
    expect(refused.status).toBe(422)
    expect(refused.body.faults).toHaveLength(breaks.length)
    expect((await anna('GET', '/taxonomy')).body.version).toBe(1)
    expect(await anna('POST', '/taxonomy/draft/publish', { force: true })).toMatchObject({
      status: 200,
      body: { version: 2, breaks },
    })
    const again = await anna('POST', '/taxonomy/versions/2/restore')
    expect(again.status).toBe(200)
    // What is wrong already is not told again.
    expect((await anna('POST', '/taxonomy/draft/preview')).body).toMatchObject({ changes: [], breaks: [] })
  })

  test('with faults is saved and not published', async () => {
    const [first] = await fields((all) => all)
    const saved = await anna('PUT', '/taxonomy/draft', { fields: [first, first] })
    expect(saved.body.faults).toMatchObject([{ path: 'fields.1.id', message: expect.stringContaining('occurs twice') }])
    expect(await anna('POST', '/taxonomy/draft/publish', { force: true })).toMatchObject({
      status: 422,
      body: { faults: [{ path: 'fields.1.id' }] },
    })
    expect((await anna('PUT', '/taxonomy/draft', { fields: [] })).status).toBe(422)
  })

  test('of one editor is not overwritten, published or thrown away by another who did not see it', async () => {
    const { tag } = (await boris('GET', '/taxonomy')).body
    const mine = await fields(without('service', 'vpn'))
    const theirs = await fields(without('service', 'crm'))
    const saved = await anna('PUT', '/taxonomy/draft', { fields: mine }, ifMatch(tag))
    expect(saved.status).toBe(200)
    const late = await boris('PUT', '/taxonomy/draft', { fields: theirs }, ifMatch(tag))
    expect(late).toMatchObject({ status: 412, body: { tag: saved.body.tag, current: { author: 'Anna' } } })
    expect(late.body.current.document.fields).toEqual(mine)
    for (const [method, path, body] of [
      ['POST', '/taxonomy/draft/publish', { force: true }],
      ['DELETE', '/taxonomy/draft', undefined],
      ['POST', '/taxonomy/versions/1/restore', undefined],
    ] as const)
      expect((await boris(method, path, body, ifMatch(tag))).status, path).toBe(412)

    // Thrown away and started again, it is another draft.
    expect((await anna('DELETE', '/taxonomy/draft', undefined, ifMatch(saved.body.tag))).status).toBe(204)
    expect((await anna('DELETE', '/taxonomy/draft')).status).toBe(409)
    await boris('PUT', '/taxonomy/draft', { fields: theirs })
    expect((await anna('PUT', '/taxonomy/draft', { fields: mine }, ifMatch(saved.body.tag))).status).toBe(412)
  })

  test('that was started from an older version does not undo the newer one', async () => {
    await anna('PUT', '/taxonomy/draft', { fields: await fields(without('service', 'vpn')) })
    const newer = await fields(without('service', 'crm'))
    expect((await boris('PUT', '/taxonomy', { version: 1, fields: newer })).status).toBe(200)
    expect(await anna('POST', '/taxonomy/draft/publish', { force: true })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('started from version 1') },
    })
    const { tag } = (await anna('GET', '/taxonomy')).body
    const merged = await fields(without('service', 'vpn'))
    expect((await anna('PUT', '/taxonomy/draft', { fields: merged }, ifMatch(tag))).status).toBe(200)
    expect(await anna('POST', '/taxonomy/draft/publish', { force: true })).toMatchObject({ body: { version: 3 } })
  })

  test('is published together with its audit row, or not at all', async () => {
    await anna('PUT', '/taxonomy/draft', { fields: await fields((all) => all), comment: 'same' })
    const { db } = service.deps.database
    await db.execute(sql`create function no_audit() returns trigger language plpgsql as $$
      begin raise exception 'no audit'; end $$`)
    await db.execute(sql`create trigger no_audit before insert on audit for each row execute function no_audit()`)
    for (const [method, path, body] of [
      ['POST', '/taxonomy/draft/publish', {}],
      ['PUT', '/taxonomy/draft', { fields: await fields(without('service', 'vpn')) }],
      ['DELETE', '/taxonomy/draft', undefined],
    ] as const)
      expect((await anna(method, path, body)).status, path).toBe(500)
    expect((await anna('GET', '/taxonomy')).body).toMatchObject({ version: 1, draft: { comment: 'same' } })
  })
})

describe('a draft of the rules', () => {
  // biome-ignore-start lint/suspicious/noThenProperty: the key of the rule format
  const guard = { id: 'down', when: { any: ['is down'] }, then: { guard: { field: 'priority', atLeast: 'high' } } }
  const fibre = { id: 'fibre', when: { any: ['fibre cut'] }, then: { decide: { priority: 'urgent' } } }

  test('is tried on tickets, published, compared and restored', async () => {
    await anna('PUT', '/rules', { version: 1, rules: [guard] })
    const saved = await anna('PUT', '/rules/draft', { rules: [fibre, { ...guard, description: 'for all' }] })
    expect(saved).toMatchObject({ status: 200, body: { version: 3, faults: [] } })
    const tickets = [{ text: 'There was a fibre cut in the street this morning.' }]
    expect((await anna('POST', '/rules/draft/preview', { tickets })).body).toMatchObject({
      changes: [
        { path: 'fibre', change: 'added' },
        { path: 'down.description', change: 'changed', from: '', to: 'for all' },
      ],
      breaks: [],
      tickets: [{ now: { decided: {} }, draft: { decided: { priority: { value: 'urgent' } } }, changed: true }],
    })
    expect((await anna('POST', '/rules/draft/publish', { comment: 'cuts' })).body).toMatchObject({ version: 3 })
    const answer = await anna('POST', '/classify', { text: 'Our cable is gone: a fibre cut in the street, it seems.' })
    expect(answer.body).toMatchObject({ values: { priority: 'urgent' }, rulesVersion: 3 })
    expect((await anna('GET', '/rules/versions')).body.items).toMatchObject([{ comment: 'cuts' }, {}, {}])
    expect((await anna('GET', '/rules/versions/2')).body.rules).toMatchObject([guard])
    await anna('POST', '/rules/versions/2/restore')
    expect((await anna('GET', '/rules/versions/3/diff?against=draft')).body.changes).toMatchObject([
      { path: 'fibre', change: 'added' },
      { path: 'down.description', change: 'changed' },
    ])
    expect((await anna('GET', '/rules')).body.draft).toMatchObject({ base: 3, rules: [guard] })
  })

  test('says which guard goes away or gets weaker, and which field nothing decides any more', async () => {
    const all = await fields((all) => [...all, { id: 'vip', kind: 'flag', source: 'rule' } as unknown as Field])
    await anna('PUT', '/taxonomy', { version: 1, fields: all })
    const vip = { id: 'vip', when: { any: ['gold'] }, then: { decide: { vip: 'true' } } }
    await anna('PUT', '/rules', { version: 1, rules: [guard, vip] })
    const weaker = { ...guard, then: { guard: { field: 'priority', atLeast: 'normal' } } }
    for (const rules of [[{ ...vip, enabled: false }], [weaker]]) {
      await anna('PUT', '/rules/draft', { rules })
      const refused = await anna('POST', '/rules/draft/publish', {})
      expect(refused).toMatchObject({
        status: 422,
        body: {
          faults: [
            { path: 'vip', message: expect.stringContaining('every ticket will be held') },
            { path: 'down.then.guard', message: expect.stringContaining('priority at high') },
          ],
        },
      })
    }
    const stricter = { ...guard, then: { guard: { field: 'priority', atLeast: 'urgent' } } }
    await anna('PUT', '/rules/draft', { rules: [stricter, vip] })
    expect((await anna('POST', '/rules/draft/publish', {})).body).toMatchObject({ version: 3, breaks: [] })
  })

  test('with a fault is saved, and not published even by force', async () => {
    const odd = { ...fibre, then: { decide: { priority: 'soon' } } }
    const { body } = await anna('PUT', '/rules/draft', { rules: [odd] })
    expect(body.faults).toMatchObject([{ path: 'fibre.then.decide.priority' }])
    expect((await anna('POST', '/rules/draft/publish', { force: true })).status).toBe(422)
    expect((await anna('POST', '/rules/draft/preview', {})).body.faults).toEqual(body.faults)
  })
})
// biome-ignore-end lint/suspicious/noThenProperty: see above
