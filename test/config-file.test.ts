/** The configuration as a file: export, a dry run, import into the same and into another installation. */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { rowsOf } from './support/acts.ts'
import { type Client, signIn } from './support/client.ts'
import { openService, SECRET, type Service } from './support/service.ts'

let service: Service
let admin: Client
beforeAll(async () => {
  service = await openService()
  admin = await signIn(service, 'admin', 'Ada')
})
afterAll(() => service.close())

// biome-ignore lint/suspicious/noExplicitAny: a document of every shape, also of wrong ones
type Loose = any
const exported = async (query = ''): Promise<Loose> => parse((await admin('GET', `/config${query}`)).body)
const importing = (document: Loose, options: object = {}) =>
  admin('POST', '/config/import', { yaml: stringify(document), ...options })
const state = async () => JSON.stringify([await exported(), (await rowsOf(service).audit()).length])

/** Each section differs: a new field, a rule, a row with hours, a threshold and a mode. */
function changed(document: Loose): Loose {
  const { taxonomy, rules, routingMap, connections } = structuredClone(document)
  taxonomy.fields.push({ id: 'access', required: false, values: [{ id: 'cable' }, { id: 'satellite' }] })
  // biome-ignore lint/suspicious/noThenProperty: the key of the rule format
  rules.push({ id: 'dish', when: { any: ['dish'] }, then: { decide: { access: 'satellite' } } })
  routingMap.rows.push({ when: { access: 'satellite' }, group: 'TV' })
  routingMap.hours = { TV: { timeZone: 'Europe/Berlin', week: { mon: ['09:00-17:00'] } } }
  connections.jira.mode = 'suggest'
  connections.jira.settings.thresholds = { 'access/satellite': 0.9 }
  return { ...document, taxonomy, rules, routingMap, connections }
}

describe('what is exported', () => {
  test('holds no secret, says what to fill in, and changes nothing when it is imported', async () => {
    const { body: yaml } = await admin('GET', '/config')
    const { apiToken } = service.jira.site.credentials
    for (const secret of [SECRET, apiToken]) expect(yaml).not.toContain(secret)
    expect(yaml).toMatch(/^# Configuration of Pointsman/)
    expect(yaml).toMatch(
      /# Credentials and secrets are not exported.*\n.*credentials: \{kind: basic, email: FILL IN, apiToken: FILL IN\}/,
    )
    const before = await state()
    expect((await admin('POST', '/config/import', { yaml })).body).toEqual({
      dryRun: false,
      changes: [],
      breaks: [],
      versions: {},
    })
    expect(await state()).toBe(before)
    expect(Object.keys(await exported('?section=routingMap&section=rules'))).toEqual([
      'pointsman',
      'routingMap',
      'rules',
    ])
  })

  test('is the routing map alone too, which becomes the draft of whoever imports it', async () => {
    const editor = await signIn(service, 'editor', 'Eva')
    const { body: yaml, headers } = await editor('GET', '/routing-map/export')
    expect(headers.get('content-disposition')).toContain('routing-map.yaml')
    const document = parse(yaml)
    document.routingMap.rows.push({ when: { service: 'tv', category: 'outge' }, group: 'TV' })
    const { tag } = (await editor('GET', '/routing-map')).body
    const saved = await editor('POST', '/routing-map/draft/import', { yaml: stringify(document) }, { 'If-Match': tag })
    expect(saved).toMatchObject({
      status: 200,
      body: { faults: [{ message: expect.stringContaining('did you mean outage?') }] },
    })
    expect((await editor('POST', '/routing-map/draft/import', { yaml }, { 'If-Match': tag })).status).toBe(412)
    expect(parse((await editor('GET', '/routing-map/export')).body)).toMatchObject(document)
    await editor('DELETE', '/routing-map/draft')
    expect((await editor('GET', '/routing-map/export?version=99')).status).toBe(404)
  })
})

describe('an import', () => {
  test('is shown by a dry run and then done, with its audit rows; a second one changes nothing', async () => {
    const wanted = changed(await exported())
    const before = await state()
    const dry = await importing(wanted, { dryRun: true })
    expect(dry).toMatchObject({ status: 200, body: { dryRun: true, breaks: [], versions: {} } })
    expect(dry.body.changes.map(({ section, path, change }: Loose) => [section, path, change])).toEqual([
      ['taxonomy', 'access', 'added'],
      ['taxonomy', 'access/cable', 'added'],
      ['taxonomy', 'access/satellite', 'added'],
      ['rules', 'dish', 'added'],
      ['routingMap', 'row access=satellite', 'added'],
      ['routingMap', 'hours.TV', 'added'],
      ['connections', 'jira.mode', 'changed'],
      ['connections', 'jira.settings.thresholds.access/satellite', 'changed'],
    ])
    expect(await state()).toBe(before)

    const done = await importing(wanted, { comment: 'dishes' })
    expect(done).toMatchObject({
      status: 200,
      body: { changes: dry.body.changes, versions: { taxonomy: 2, rules: 2, routingMap: 2 } },
    })
    const rows = (await rowsOf(service).audit()).slice(-4)
    expect(rows.map(({ actor, action }) => [actor, action])).toEqual([
      ['Ada', 'taxonomy.import'],
      ['Ada', 'connection.save'],
      ['Ada', 'rules.import'],
      ['Ada', 'routing-map.import'],
    ])
    expect((await admin('GET', '/routing-map')).body.published).toMatchObject({
      version: 2,
      hours: { TV: expect.objectContaining({ timeZone: 'Europe/Berlin' }) },
    })
    const after = await state()
    for (const document of [wanted, await exported()]) expect((await importing(document)).body.changes).toEqual([])
    expect(await state()).toBe(after)
  })

  test('of a part leaves the rest alone, and a draft is published after it as a later version', async () => {
    const { published } = (await admin('GET', '/routing-map')).body
    await admin('PUT', '/routing-map/draft', { rows: published.rows })
    const { routingMap } = await exported('?section=routingMap')
    routingMap.rows.pop()
    delete routingMap.hours
    expect((await importing({ pointsman: 1, routingMap })).body.versions).toEqual({ routingMap: 4 })
    expect((await admin('GET', '/routing-map')).body).toMatchObject({
      published: { version: 4 },
      draft: { version: 5 },
    })
    expect((await admin('POST', '/routing-map/draft/publish', {})).body).toMatchObject({ version: 5 })
    expect((await admin('GET', '/routing-map')).body.published.rows).toHaveLength(published.rows.length)
  })

  test('with faults names all of them, with the nearest names, and saves nothing', async () => {
    const before = await state()
    const document = await exported()
    document.routingMap.rows.push({ when: { access: 'satelite' }, group: 'TV' })
    document.rules.push({ ...structuredClone(document.rules.at(-1)), id: 'plate' })
    document.routingMap.rows[1].group = 'Networks'
    document.rules.at(-1).then.decide = { prority: 'high' }
    document.connections.jira.settings.tresholds = {}
    const typo = await importing(document)
    expect(typo.body.faults).toMatchObject([
      { path: 'connections.jira.settings.tresholds', message: expect.stringContaining('did you mean thresholds?') },
    ])
    delete document.connections.jira.settings.tresholds
    document.connections.zendsk = { kind: 'zendesk', mode: 'observe' }
    const { status, body } = await importing(document)
    expect(status).toBe(422)
    expect(body.faults.map(({ path, message }: Loose) => `${path}: ${message}`)).toEqual([
      expect.stringMatching(/^rules\..*prority.*did you mean priority\?/),
      expect.stringMatching(/^routingMap\.rows\.\d+\.when\.access: .*did you mean satellite\?/),
      expect.stringMatching(/^connections\.zendsk: there is no connection zendsk; did you mean zendesk\?/),
      'connections.zendsk.baseUrl: is needed to create it',
      'connections.zendsk.credentials: is needed to create it',
    ])
    expect((await importing({ pointsman: 1, routingmap: {} })).body.faults).toEqual([
      { path: 'routingmap', message: 'there is no routingmap here; did you mean routingMap?' },
    ])
    expect((await admin('POST', '/config/import', { yaml: 'pointsman: 1\nrules: [' })).body.faults).toMatchObject([
      { path: 'line 2' },
    ])
    expect(await state()).toBe(before)
  })

  test('with a target that is gone is refused, and so is one that breaks what it leaves alone', async () => {
    const before = await state()
    const { routingMap, taxonomy, pointsman } = await exported()
    routingMap.rows.push({ when: { priority: 'low' }, group: 'Nobody' })
    const dead = await importing({ pointsman, routingMap })
    expect(dead.body.faults).toMatchObject([{ path: expect.stringMatching(/^routingMap\.rows\.\d+\.group/) }, {}])
    taxonomy.fields[0].values = taxonomy.fields[0].values.filter(({ id }: Loose) => id !== 'vpn')
    const dry = await importing({ pointsman, taxonomy }, { dryRun: true })
    expect(dry.body.breaks.map(({ kind }: Loose) => kind)).toContain('row')
    expect(await importing({ pointsman, taxonomy })).toMatchObject({ status: 422, body: { faults: expect.anything() } })
    expect(await state()).toBe(before)
  })

  test('is all or nothing: an audit row that cannot be written undoes the rest', async () => {
    const { db } = service.deps.database
    const document = await exported()
    document.taxonomy.fields.at(-1).values.push({ id: 'radio' })
    document.connections.zendesk.mode = 'suggest'
    await db.execute(sql`create function no_audit() returns trigger language plpgsql as $$
      begin if new.action = 'connection.save' then raise exception 'no audit'; end if; return new; end $$`)
    await db.execute(sql`create trigger no_audit before insert on audit for each row execute function no_audit()`)
    const before = await state()
    expect((await importing(document)).status).toBe(500)
    expect(await state()).toBe(before)
    await db.execute(sql`drop trigger no_audit on audit`)
  })

  test('of connections is for an admin, and the file of one installation fits another', async () => {
    const editor = await signIn(service, 'editor', 'Edo')
    const { connections, pointsman, ...rest } = await exported()
    connections.jira.mode = 'observe'
    const refused = await editor('POST', '/config/import', { yaml: stringify({ pointsman, connections }) })
    expect(refused).toMatchObject({ status: 403, body: { detail: 'Edo may not change connections' } })

    // The connections do not exist there: what the comments say is filled in.
    await admin('DELETE', '/connections/jira')
    connections.jira = {
      ...connections.jira,
      credentials: { kind: 'basic', ...service.jira.site.credentials },
      secrets: [{ kind: 'signature', secret: SECRET }],
    }
    const yaml = stringify({ pointsman, ...rest, connections })
    const { runConfigImport } = await import('../src/commands/config.ts')
    const options = { check: true }
    const made = await runConfigImport(service.deps, '-', options, async () => yaml)
    expect(made.changes).toMatchObject([{ section: 'connections', path: 'jira', change: 'added' }])
    expect(JSON.stringify(made)).not.toContain(SECRET)
    expect((await runConfigImport(service.deps, '-', options, async () => yaml)).changes).toEqual([])
    expect((await admin('GET', '/connections/jira')).body).toMatchObject({
      mode: 'observe',
      selfId: expect.any(String),
    })
  })
})
