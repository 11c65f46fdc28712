/** Personal data has an end: erasures on request and by the helpdesk, and the scheduled purge. */
import { eq } from 'drizzle-orm'
import { HttpResponse, http } from 'msw'
import { afterEach, describe, expect, test } from 'vitest'
import { runErasure } from '../src/commands/erase.ts'
import { verifyAudit } from '../src/db/audit-chain.ts'
import { decisions, deliveries, exports_, tickets } from '../src/db/schema.ts'
import { readLedger } from '../src/decisions/index.ts'
import { addExamples } from '../src/labels/index.ts'
import { keysOf, listErasures, listPurges, previewErasure, purge } from '../src/privacy/index.ts'
import { ExportInput, startExport } from '../src/training/index.ts'
import { CABLE, classifier, deliver, fieldsOf, type Kind, kinds, newestBody, rowsOf } from './support/acts.ts'
import { type Client, signIn } from './support/client.ts'
import { everythingIn } from './support/everything.ts'
import { openService, type Service, type ServiceOptions } from './support/service.ts'

let service: Service
afterEach(() => service?.close())

/** Looks like nothing that is masked, so it stays in the texts too. */
const PASSPORT = 'zx7319402q'
const OTHER = 'Somebody else has a dead cable too, and waits for a technician since Monday.'

/** Our own rows: the queue keeps books of itself. */
const ours = async () => (await everythingIn(service)).split('\n').filter((line) => line.startsWith('public.'))
const db = () => service.deps.database.db
let ada: Client
const open = async (options: ServiceOptions = {}) => {
  service = await openService({ classifier, ...options })
  ada = await signIn(service, 'admin', 'Ada')
}

/** A decided, corrected, solved and exported ticket with the number everywhere, beside a ticket of another person. */
async function plant(kind: Kind) {
  await open()
  const desk = service[kind]
  const { id, key } = await desk.create({
    subject: `The cable is dead, ${PASSPORT}`,
    body: `Since this morning the cable modem shows a red light. My number is ${PASSPORT}, call me.`,
  })
  const other = await desk.create({ subject: 'Dead cable', body: OTHER, by: desk.agents[1]!.id })
  await service.drain()
  await desk.comment(id, `It is ${PASSPORT} again`)
  await nameEverywhere(kind)
  await malformed(kind, id)
  await service.drain()
  const [mine] = await db().select().from(tickets).where(eq(tickets.externalId, id))
  const first = (await rowsOf(service).decisions()).find(({ ticketId }) => ticketId === mine!.id)
  expect((await ada('POST', `/decisions/${first!.id}/correct`, { values: { service: 'vpn' } })).status).toBeLessThan(
    300,
  )
  await service.drain()
  await desk.edit(id, await fieldsOf(service, kind, { priority: 'low' }))
  await service.drain()
  await desk.resolve(id)
  await service.drain()
  await refusedWith(kind)
  await addExamples(db(), 'imported', [{ id: key, subject: PASSPORT, text: 'an old copy of it', labels: {} }])
  const asked = ExportInput.parse({ format: 'completion', provenance: ['human', 'confirmed', 'machine', 'imported'] })
  const made = await startExport(db(), asked, 'ml')
  for await (const _ of made.lines);
  return { id, key, other, requester: mine!.requesterId!, export: made.id }
}

/** The requester's name, a custom field and a comment's author hold it, in events of the same ticket. */
async function nameEverywhere(kind: Kind) {
  const body = await newestBody(service, 'created')
  if (kind === 'jira') {
    body.issue.fields.reporter.displayName = PASSPORT
    body.issue.fields.customfield_10999 = PASSPORT
    await deliver(service, kind, { ...body, webhookEvent: 'jira:issue_updated', timestamp: body.timestamp + 1 })
  } else
    await deliver(service, kind, { ...body, id: crypto.randomUUID(), detail: { ...body.detail, tags: [PASSPORT] } })
}

/** Bodies that are no JSON, no event that we know, and about nothing. */
async function malformed(kind: Kind, id: string) {
  await expect(deliver(service, kind, `not an object ${PASSPORT}`)).rejects.toThrow()
  const quoted =
    kind === 'jira'
      ? { key: 'SUP-77', event: `odd ${PASSPORT}` }
      : { ticket_id: '77', kind: `odd ${PASSPORT}`, updated_at: '2025-01-01T00:00:00Z' }
  await deliver(service, kind, quoted)
  const unknown =
    kind === 'jira'
      ? { webhookEvent: `jira:odd_${PASSPORT}`, issue: { id } }
      : { type: `zen:event-type:organization.odd ${PASSPORT}`, id: crypto.randomUUID(), subject: 'zen:organization:7' }
  await deliver(service, kind, unknown)
}

/** A second ticket of the person, whose write the helpdesk refuses with words that quote the number. */
async function refusedWith(kind: Kind) {
  const refuse = () =>
    HttpResponse.json(
      kind === 'jira'
        ? { errorMessages: [`${PASSPORT} is not allowed`], errors: {} }
        : { error: 'RecordInvalid', description: `${PASSPORT} is not allowed` },
      { status: kind === 'jira' ? 400 : 422 },
    )
  const path = kind === 'jira' ? 'https://jira.test/rest/api/3/issue/:id' : 'https://zendesk.test/api/v2/tickets/:id'
  service.network.use(http.put(path, refuse))
  await service[kind].create(CABLE)
  await service.drainEarly()
  service.network.resetHandlers()
}

describe.each(kinds)('%s', (kind) => {
  test('a person is erased everywhere, other people stay, and the receipt can be found', async () => {
    const { requester, export: exported } = await plant(kind)
    expect((await everythingIn(service)).toLowerCase()).toContain(PASSPORT)
    const wanted = { requester, also: [PASSPORT] }

    const before = await ours()
    const preview = await previewErasure(service.deps, wanted)
    expect(await ours()).toEqual(before)
    expect(preview.counts).toMatchObject({ tickets: 2, examples: 1 })
    for (const what of ['deliveries', 'decisions', 'writebacks', 'overrides', 'labels', 'jobs', 'bodies'])
      expect([what, preview.counts[what]! > 0]).toEqual([what, true])
    expect(preview.exports).toEqual([exported])

    const { status, body: receipt } = await ada('POST', '/erasures', wanted)
    expect(status).toBe(200)
    expect(receipt.counts).toMatchObject(preview.counts)
    const after = (await everythingIn(service)).toLowerCase()
    expect(after.split('\n').filter((line) => line.includes(PASSPORT))).toEqual([])
    // In the bytes of a trained model it would be hexadecimal.
    expect(after).not.toContain(Buffer.from(PASSPORT).toString('hex'))
    expect(
      after.split('\n').filter((line) => line.includes(requester.toLowerCase()) && !line.includes('connections')),
    ).toEqual([])

    expect((await rowsOf(service).tickets()).map(({ text }) => text)).toEqual([OTHER])
    expect(await readLedger(db())).toMatchObject({ balanced: true, lost: 0 })
    const [marked] = await db().select().from(exports_).where(eq(exports_.id, exported))
    expect(marked!.erased).toMatchObject(
      [{ erasure: receipt.id }, { erasure: receipt.id }].slice(0, marked!.erased.length),
    )
    expect(marked!.erased.length).toBeGreaterThan(0)
    const found = await listErasures(db(), keysOf(service.deps.config), { concerning: requester, limit: 10 })
    expect(found.map(({ id }) => id)).toEqual([receipt.id])
    expect(await listErasures(db(), keysOf(service.deps.config), { concerning: 'somebody', limit: 10 })).toEqual([])
    expect((await rowsOf(service).audit()).at(-1)).toMatchObject({ action: 'erase', subject: `erasure ${receipt.id}` })
    expect(await verifyAudit(db())).toMatchObject({ broken: null, emptied: receipt.counts.audit })
  })

  test('what the helpdesk deletes for good is erased here too, without anybody asking', async () => {
    const { id, other } = await plant(kind)
    const key = (await db().select().from(tickets).where(eq(tickets.externalId, id)))[0]!.key
    if (kind === 'jira') await service.jira.remove(id)
    else await deliver(service, kind, deletion(await newestBody(service, 'created'), 'permanently_deleted', id))
    await service.drain()
    expect(await db().select().from(tickets).where(eq(tickets.externalId, id))).toEqual([])
    expect(await db().select().from(deliveries).where(eq(deliveries.ticketId, id))).toEqual([])
    expect(await db().select().from(tickets).where(eq(tickets.externalId, other.id))).toHaveLength(1)
    const [receipt] = await listErasures(db(), keysOf(service.deps.config), { concerning: id, limit: 1 })
    expect(receipt).toMatchObject({ actor: `helpdesk ${kind}`, counts: { tickets: 1 } })
    expect(key).not.toBe('')
    expect(await readLedger(db())).toMatchObject({ balanced: true })
  })
})

/** A Zendesk event about this ticket, in the envelope of another one. */
const deletion = (body: Record<string, unknown> & { detail: object }, verb: string, id: string) => ({
  ...body,
  id: crypto.randomUUID(),
  type: `zen:event-type:ticket.${verb}`,
  subject: `zen:ticket:${id}`,
  detail: { ...body.detail, id },
})

test('Zendesk: a ticket that can be restored stays; a person whose account was deleted is erased', async () => {
  const { id, requester } = await plant('zendesk')
  await deliver(service, 'zendesk', deletion(await newestBody(service, 'created'), 'soft_deleted', id))
  await service.drain()
  const [kept] = await db().select().from(tickets).where(eq(tickets.externalId, id))
  expect(kept).toMatchObject({ status: 'removed', removedWhy: 'deleted' })
  await deliver(service, 'zendesk', {
    id: crypto.randomUUID(),
    type: 'zen:event-type:user.deleted',
    subject: `zen:user:${requester}`,
    time: '2025-01-01T00:00:00Z',
    detail: { id: requester, role: 'end-user' },
    event: {},
  })
  await service.drain()
  expect((await rowsOf(service).tickets()).map(({ text }) => text)).toEqual([OTHER])
})

test('a ticket is erased by its key on the command line, after a dry run that changes nothing', async () => {
  const { key } = await plant('jira')
  const before = await ours()
  expect(await runErasure(service.deps, { ticket: key, dryRun: true })).toContain(`jira ${key}`)
  expect(await ours()).toEqual(before)
  expect(await runErasure(service.deps, { ticket: key })).toContain('The receipt is')
  expect((await rowsOf(service).tickets()).map((ticket) => ticket.key)).not.toContain(key)
})

test.each([
  [{}, 422],
  [{ also: ['abc'] }, 422],
  [{ requester: '1', connection: 'nobody' }, 404],
])('%j is refused with %i', async (input, status) => {
  await open()
  expect((await ada('POST', '/erasures', input)).status).toBe(status)
})

describe('the scheduled purge', () => {
  const DAY = 86_400_000
  const later = (days: number) => ({ now: new Date(Date.now() + days * DAY) })

  test('empties and deletes what is over its time, in the order of the periods, and says what it did', async () => {
    const { id } = await plant('zendesk')
    const all = await rowsOf(service).tickets()
    expect(await purge(service.deps, later(29))).toEqual({})

    const { bodies } = await purge(service.deps, later(31))
    expect(bodies).toBe((await rowsOf(service).deliveries()).length)
    expect(new Set((await rowsOf(service).deliveries()).map(({ body }) => body))).toEqual(new Set(['']))
    expect(await rowsOf(service).tickets()).toEqual(all)

    const decided = await rowsOf(service).decisions()
    await purge(service.deps, later(181))
    const emptied = await rowsOf(service).decisions()
    expect(emptied.map(({ values, plan }) => [values, plan])).toEqual(decided.map(({ values, plan }) => [values, plan]))
    expect(emptied.every(({ trace }) => Object.keys(trace).length === 0)).toBe(true)
    expect((await rowsOf(service).writebacks()).every(({ reason }) => reason === null)).toBe(true)
    expect(await readLedger(db())).toMatchObject({ balanced: true })

    // A ticket that a person labelled is training data, and is kept for longer.
    await purge(service.deps, later(366))
    expect((await rowsOf(service).tickets()).map(({ externalId }) => externalId)).toEqual([id])
    await purge(service.deps, later(732))
    expect(await rowsOf(service).tickets()).toEqual([])
    expect(await db().$count(deliveries)).toBe(0)
    // All but the row that says where the chain begins now.
    expect((await rowsOf(service).audit()).map(({ action }) => action)).toEqual(['audit.purge'])
    expect((await verifyAudit(db())).broken).toBeNull()
    expect(await readLedger(db())).toMatchObject({ balanced: true, events: 0 })

    const runs = (await listPurges(db(), 100)).map(({ what }) => what)
    expect(new Set(runs)).toEqual(new Set(['bodies', 'explanations', 'tickets', 'examples', 'deliveries', 'audit']))
    expect(await service.deps.events.registry.metrics()).toMatch(/pointsman_purged_total\{what="bodies"\} [1-9]/)
    expect(
      (await everythingIn(service))
        .toLowerCase()
        .split('\n')
        .filter((line) => line.includes(PASSPORT) && !/job/.test(line)),
    ).toEqual([])
  })

  test('keeps for ever what is set to 0, and what still waits', async () => {
    await open({ env: { RETENTION_BODIES_DAYS: '0', RETENTION_TICKETS_DAYS: '1' } })
    await service.jira.create(CABLE)
    await service.jira.settled()
    await purge(service.deps, later(500))
    expect(await rowsOf(service).deliveries()).toMatchObject([
      { state: 'waiting', body: expect.stringContaining('cable') },
    ])
    await service.drain()
    await purge(service.deps, later(0.5))
    expect((await rowsOf(service).deliveries()).every(({ body }) => body !== '')).toBe(true)
    expect(await db().$count(decisions)).toBe(1)
  })

  test('a failed event whose body is gone is decided from the ticket itself when it is requeued', async () => {
    await open()
    service.network.use(
      http.get('https://jira.test/rest/api/3/issue/:id', () =>
        HttpResponse.json({ errorMessages: ['no'] }, { status: 403 }),
      ),
    )
    service.jira.webhooks[0]!.style = 'thin'
    await service.jira.create(CABLE)
    await service.drainEarly()
    expect(await rowsOf(service).deliveries()).toMatchObject([{ state: 'failed' }])
    await purge(service.deps, later(31))
    expect(await rowsOf(service).deliveries()).toMatchObject([{ body: '', reason: null }])
    service.network.resetHandlers()
    await service.deps.queue.requeue()
    await service.drain()
    expect(await rowsOf(service).decisions()).toMatchObject([{ plan: 'apply' }])
  })
})
