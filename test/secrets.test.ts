/**
 * Personal data is put into every text of a ticket, in both helpdesks, and searched for in everything that leaves the
 * service: prompts, write-backs, the log, the metrics, every answer of the API, an export, and every table. Four places may
 * hold it: the inbox (the unchanged delivery), the helpdesk itself, the one field that it is written to, and a decision in
 * which a reviewer typed it and that is not written yet.
 */
import { sql } from 'drizzle-orm'
import { HttpResponse, http } from 'msw'
import pino from 'pino'
import { afterEach, expect, test } from 'vitest'
import { ConnectionInput, findConnection, saveConnection } from '../src/connections/index.ts'
import { TaxonomyField } from '../src/contract/index.ts'
import { rows } from '../src/db/index.ts'
import { currentTaxonomy, saveTaxonomy } from '../src/taxonomy/index.ts'
import { trainEmbedded } from '../src/training/index.ts'
import { type Kind, kinds, reopen } from './support/acts.ts'
import { type Client, signIn } from './support/client.ts'
import { MODEL_ENV, modelServer } from './support/model-server.ts'
import { openService, type Service } from './support/service.ts'

const KNOWN = { service: 'internet', category: 'outage', priority: 'high', sentiment: 'negative' }
/** Personal data that only this desk has. */
const MASK = [{ name: 'contract', pattern: 'K-\\d{6}' }]

/** Different secrets for each place, so that a leak shows its source. */
const SECRETS = {
  subject: ['sub.ject@example.org', '+44 20 7946 0111'],
  text: [
    'in.text@example.org',
    '+44 20 7946 0222',
    '4111 1111 1111 1111',
    'DE89 3704 0044 0532 0130 00',
    '203.0.113.77',
  ],
  keys: ['AKIAIOSFODNN7EXAMPLE', 'hunter2-Blue!', 'AB1234567', '112-233-445 95', 'https://u:s3cr3tpw@db.example.org/x'],
  names: ['Marlow Tindrake', 'Isolde Quenby'],
  desk: ['K-123456'],
  quoted: ['quo.ted@example.org', '+44 20 7946 0333'],
  form: ['for.med@example.org', '+44 20 7946 0444'],
  comment: ['com.ment@example.org', '+44 20 7946 0555'],
  edited: ['edi.ted@example.org'],
  corrected: ['cor.rected@example.org'],
  asked: ['play.ground@example.org', '+44 20 7946 0666'],
}
const ALL = Object.values(SECRETS).flat()

const SUBJECT = `The cable is dead, ${SECRETS.subject.join(' or ')}`
const BODY = [
  'Dear Isolde Quenby,',
  `since this morning the cable modem shows a red light. Write to ${SECRETS.text[0]} or call ${SECRETS.text[1]}.`,
  `I paid with ${SECRETS.text[2]} and from ${SECRETS.text[3]}, my address is ${SECRETS.text[4]}.`,
  `Key ${SECRETS.keys[0]}, password: ${SECRETS.keys[1]}, passport ${SECRETS.keys[2]}, СНИЛС ${SECRETS.keys[3]}, ${SECRETS.keys[4]}`,
  `My contract is ${SECRETS.desk[0]}.`,
  '',
  'Kind regards,',
  'Marlow Tindrake',
  '',
  'On Mon, May 13, 2024 at 10:00 AM someone wrote:',
  ...SECRETS.quoted.map((secret) => `> ${secret}`),
].join('\n')

let service: Service
afterEach(() => service?.close())
const db = () => service.deps.database.db
const logged: string[] = []

async function open(settings: Record<string, unknown> = {}) {
  logged.length = 0
  service = await openService({
    env: { ...MODEL_ENV, LOG_LEVEL: 'trace' },
    settings: { threshold: 0.1, mask: MASK, ...settings },
    log: pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) }),
  })
  const { version, fields } = await currentTaxonomy(db())
  const contact = TaxonomyField.parse({ id: 'contact', kind: 'entity', required: false })
  await saveTaxonomy(db(), { fields: [...fields, contact] }, version, 'test')
  for (const name of kinds) {
    const needs = { db: db(), vault: service.deps.vault }
    const { id: _id, selfId, ...connection } = await findConnection(needs, name)
    const target = { to: 'label' as const, prefix: 'contact_', values: {}, blank: [] }
    const mapping = { ...connection.mapping, fields: { ...connection.mapping.fields, contact: target } }
    await saveConnection(needs, ConnectionInput.parse({ ...connection, mapping }), selfId, 'test')
  }
  const server = modelServer((_, { response_format }) => {
    const schema = response_format.json_schema.schema as { required: string[] }
    const said = { ...KNOWN, contact: '<EMAIL_2>' }
    return {
      says: Object.fromEntries(Object.entries(said).filter(([field]) => schema.required.includes(field))),
      confidence: 0.9,
    }
  })
  // Form fields are free text here, and only the API shows them.
  const withForm = http.get('https://zendesk.test/api/v2/tickets/:id', async ({ request }) => {
    const answer = await service.zendesk.app.fetch(request)
    const body = (await answer.json()) as { ticket?: { custom_fields: object[] } }
    body.ticket?.custom_fields.push(
      { id: 7001, value: SECRETS.form[0] },
      { id: 7002, value: `call ${SECRETS.form[1]}, ${SECRETS.desk[0]}` },
    )
    return HttpResponse.json(body, { status: answer.status })
  })
  service.network.use(server.handler, withForm)
  return server
}

/** In the vendor's format: a document with a table, a link and a mention; plain text and form fields. */
async function create(kind: Kind) {
  if (kind === 'zendesk') return service.zendesk.create({ subject: SUBJECT, body: BODY })
  const paragraph = (text: string) => ({ type: 'paragraph', content: [{ type: 'text', text }] })
  const linked = {
    type: 'text',
    text: 'here',
    marks: [{ type: 'link', attrs: { href: `mailto:${SECRETS.form[0]}` } }],
  }
  const cell = (text: string) => ({ type: 'tableCell', content: [paragraph(text)] })
  const body = {
    type: 'doc',
    version: 1,
    content: [
      ...BODY.split('\n').map(paragraph),
      { type: 'paragraph', content: [linked, { type: 'mention', attrs: { id: '1', text: '@Marlow Tindrake' } }] },
      { type: 'table', content: [{ type: 'tableRow', content: [cell('Phone'), cell(SECRETS.form[1]!)] }] },
    ],
  }
  return service.jira.create({
    subject: SUBJECT,
    body: body as never,
    fields: { customfield_10053: `${SECRETS.form[0]} ${SECRETS.form[1]}` },
  })
}

/** Every table of every schema except the inbox, one text for each. */
async function tables(): Promise<Record<string, string>> {
  const names = await rows<{ table: string }>(
    db(),
    sql`select table_schema || '.' || quote_ident(table_name) as "table" from information_schema.tables where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  )
  const found: Record<string, string> = {}
  for (const { table } of names)
    if (table !== 'public.deliveries')
      found[table] = JSON.stringify(await rows(db(), sql`select to_jsonb(t) as row from ${sql.raw(table)} t`))
  return found
}

/** Every page that GET can read, with existing ids. */
async function pages(admin: Client): Promise<Record<string, string>> {
  const documented = (await (await service.app.request('/openapi.json')).json()) as { paths: object }
  const found: Record<string, string> = {}
  const read = async (path: string) => {
    const { body } = await admin('GET', path)
    found[path] = JSON.stringify(body)
    return body
  }
  const items = async (path: string): Promise<{ id: string }[]> => (await read(path)).items ?? []
  for (const path of Object.keys(documented.paths).filter((path) => !path.includes('{')))
    await read(path.replace('/api/v1', ''))
  for (const { id } of await items('/decisions')) await read(`/decisions/${id}`)
  for (const { id } of await items('/exports')) await read(`/exports/${id}`)
  for (const name of kinds) await read(`/connections/${name}`)
  found.metrics = await (await service.app.request('/metrics')).text()
  return found
}

function expectNone(outputs: Record<string, string>, secrets = ALL) {
  const leaks = Object.entries(outputs).flatMap(([where, text]) =>
    secrets
      .filter((secret) => text.includes(secret) || text.includes(JSON.stringify(secret).slice(1, -1)))
      .map((secret) => `${secret} in ${where}`),
  )
  expect(leaks).toEqual([])
}

test('no personal data is in anything that leaves the service or is stored', async () => {
  const { asked } = await open()
  for (const kind of kinds) {
    const ticket = await create(kind)
    await service.drain()
    await service[kind].comment(ticket.id, `Now ${SECRETS.comment.join(' and ')}`)
    await service[kind].edit(
      ticket.id,
      kind === 'jira' ? { labels: [`contact_${SECRETS.edited[0]}`] } : { tags: [`contact_${SECRETS.edited[0]}`] },
    )
    await service[kind].resolve(ticket.id)
    await service.drain()
    await reopen(service, kind, ticket.id)
    await service.drain()
  }
  const admin = await signIn(service, 'admin')
  const { body: list } = await admin('GET', '/decisions')
  expect(list.items.length).toBeGreaterThanOrEqual(2)
  const tried = await admin('POST', '/classify', {
    subject: SECRETS.asked[0],
    text: `The cable is dead, call ${SECRETS.asked[1]}. ${SECRETS.desk[0]}`,
    connection: 'jira',
  })
  const reviewed = await Promise.all(
    list.items.map(({ id }: { id: string }) => admin('POST', `/decisions/${id}/retry`, {})),
  )
  await service.drain()
  const newest = (await admin('GET', '/decisions')).body.items.filter((item: { newest: boolean }) => item.newest)
  const corrected = await Promise.all(
    newest.map(({ id }: { id: string }) =>
      admin('POST', `/decisions/${id}/correct`, { values: { contact: SECRETS.corrected[0] } }),
    ),
  )
  await service.drain()
  const trained = await trainEmbedded(db())
  const exported = await admin('POST', '/exports', { format: 'completion' })

  // The data did arrive: its placeholders are there.
  expect(asked.length).toBeGreaterThan(0)
  expect(JSON.stringify(asked)).toMatch(/<EMAIL_1>.*<PHONE_1>.*<CONTRACT_1>/)
  expect(corrected.map(({ status }) => status)).toEqual([200, 200])
  const kept = await tables()
  expect(kept['public.tickets']).toMatch(
    /field_7001": ?"<EMAIL_\d>.*field_7002": ?"call <PHONE_\d>, <CONTRACT_1>|field_7002.*field_7001/,
  )
  expect(kept['public.labels']).toContain('<EMAIL_')
  const outputs = {
    prompts: JSON.stringify(asked),
    log: logged.join(''),
    playground: JSON.stringify(tried.body),
    reviews: JSON.stringify(reviewed.map(({ body }) => body)),
    training: JSON.stringify(trained),
    export: JSON.stringify(exported.body),
    notes: JSON.stringify(
      service.jira.requests
        .concat(service.zendesk.requests)
        .filter(({ path }) => /comment/.test(path))
        .map(({ body }) => body),
    ),
    ...(await pages(admin)),
    ...kept,
  }
  const typed = SECRETS.corrected[0]!
  expectNone(
    outputs,
    ALL.filter((secret) => secret !== typed),
  )
  expectNone(Object.fromEntries(Object.entries(outputs).filter(([where]) => !where.includes('decisions'))), [typed])
  // The one entity was restored for its field.
  const sent = service.zendesk.requests.filter(({ method }) => method === 'PUT').map(({ body }) => JSON.stringify(body))
  expect(sent.join()).toContain(SECRETS.text[0])
  expectNone(
    { sent: sent.join() },
    ALL.filter((secret) => secret !== SECRETS.text[0]),
  )
})

test('a pattern that could block a worker is not saved', async () => {
  await open()
  const admin = await signIn(service, 'admin')
  const settings = { ...(await service.connection('jira')).settings, mask: [{ name: 'bad', pattern: '(a' }] }
  const { status, body } = await admin('PUT', '/connections/jira', { settings })
  expect(status).toBe(422)
  expect(JSON.stringify(body)).toContain('mask')
})

test.each([400, 500])('what a helpdesk quotes when it refuses (%i) is masked too', async (status) => {
  await open()
  const quoted = [...SECRETS.subject, ...SECRETS.text, SECRETS.keys[0]!, SECRETS.keys[4]!, ...SECRETS.desk]
  const words = `Value '${quoted.join("', '")}' is not allowed`
  service.network.use(
    http.put('https://jira.test/*', () => HttpResponse.json({ errorMessages: [words], errors: {} }, { status })),
  )
  await create('jira')
  await service.drain()
  for (let i = 0; i < 12; i++) await service.drainEarly()
  expectNone({ log: logged.join(''), ...(await pages(await signIn(service, 'admin'))), ...(await tables()) }, quoted)
})
