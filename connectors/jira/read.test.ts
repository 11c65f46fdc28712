import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Connection, ConnectionSettings, Filters, Mapping } from '../../src/contract/index.ts'
import { Rejected } from '../../src/errors.ts'
import { read } from './read.ts'

const fixtures = new URL('../../test/fixtures/jira/', import.meta.url)
const body = (name: string): unknown => JSON.parse(readFileSync(new URL(`${name}.json`, fixtures), 'utf8'))

const account = (n: number) => `712020:00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

const connection: Connection = {
  id: '01900000-0000-7000-8000-000000000001',
  name: 'jira',
  kind: 'jira',
  baseUrl: 'https://synthetic.atlassian.net',
  mode: 'automate',
  credentials: { kind: 'bearer', token: 'token' },
  secrets: [],
  mapping: Mapping.parse({
    fields: {
      service: { to: 'field', id: 'customfield_10050', type: 'select', values: { internet: '10400', mobile: '10401' } },
      category: { to: 'label', prefix: 'cat-' },
      priority: { to: 'priority', values: { urgent: '1', high: '2', normal: '3', low: '4' }, blank: ['3'] },
    },
    group: { to: 'component', values: {} },
    groups: { Network: '10300', Mobile: '10301' },
    people: { 'Synthetic Colleague': account(2), 'Ilya Sorokin': 'ilya.sorokin' },
  }),
  filters: Filters.parse({}),
  settings: ConnectionSettings.parse({}),
  selfId: account(90),
}

const person = { kind: 'person', id: account(1) }

describe('what a delivery means', () => {
  test.each([
    [
      'a new issue, whose changelog is no edit',
      'created',
      { kind: 'created', ticketId: '20021', by: { kind: 'customer' }, at: '2026-11-02T09:15:00.900Z' },
    ],
    [
      'a new issue without description or lists',
      'created-null-description',
      {
        kind: 'created',
        ticket: { body: '', fields: { category: { raw: null, blank: true }, group: { raw: null, blank: true } } },
      },
    ],
    [
      'a priority',
      'updated-priority',
      {
        kind: 'updated',
        by: person,
        changes: [
          { field: 'priority', from: 'normal', to: 'high', fromRaw: '3', toRaw: '2', id: '31001', action: '31001' },
        ],
      },
    ],
    [
      'a select on a site in another language',
      'updated-select-translated',
      {
        kind: 'updated',
        changes: [
          { field: 'service', from: 'internet', to: 'mobile' },
          { field: 'status', toRaw: '10002' },
        ],
      },
    ],
    [
      'labels as whole lists',
      'updated-labels',
      { changes: [{ field: 'category', from: 'access', to: 'outage', fromRaw: 'cat-access' }] },
    ],
    ['components one by one', 'updated-component', { changes: [{ field: 'group', from: 'Network', to: 'Mobile' }] }],
    [
      'an assignee',
      'assigned',
      { changes: [{ field: 'assignee', from: null, to: 'Synthetic Colleague', toRaw: account(2) }] },
    ],
    [
      'an assignee named by the old user key',
      'assigned-by-key',
      { changes: [{ field: 'assignee', to: 'Synthetic Colleague', toRaw: account(2) }] },
    ],
    [
      'nobody any more',
      'unassigned',
      { changes: [{ field: 'assignee', from: 'Synthetic Colleague', to: null, toRaw: null }] },
    ],
    [
      'an assignment that lists no items: the history must tell',
      'assigned-no-items',
      { kind: 'updated', changes: null, ticket: { fields: { assignee: { value: 'Synthetic Colleague' } } } },
    ],
    [
      'a change by Automation',
      'updated-by-app',
      { by: { kind: 'robot' }, changes: [{ field: 'priority', to: 'urgent' }] },
    ],
    ['a resolution', 'resolved', { kind: 'resolved', ticket: { status: { name: 'Done', done: true } } }],
    ['a reopened issue', 'reopened', { kind: 'updated', ticket: { status: { done: false } } }],
    [
      'a move that clears a field, which nobody chose; its timestamp has no zone',
      'moved',
      {
        kind: 'updated',
        ticketId: '20021',
        at: '2026-11-02T09:15:00.900Z',
        changes: [],
        ticket: { key: 'NET-3', place: { project: ['NET'] } },
      },
    ],
    ['one of a bulk edit', 'bulk', { kind: 'updated', changes: [{ field: 'priority', to: 'low' }] }],
    ['a deletion', 'deleted', { kind: 'removed', why: 'deleted', ticketId: '20021' }],
    [
      'an internal comment, whose author is not at top level',
      'comment-created',
      { kind: 'commented', ticketId: '20021', public: false, by: person },
    ],
    [
      'a comment that comes as an update',
      'comment-as-update',
      { kind: 'commented', ticketId: '20021', public: true, by: person },
    ],
    [
      'a comment of Data Center, whose issue stands in its address only',
      'dc-comment-created',
      { kind: 'commented', ticketId: '86228', public: null, by: { id: 'asta.berg' } },
    ],
    [
      'a new issue of Data Center',
      'dc-created',
      { kind: 'created', by: { id: 'customer.one', kind: 'person' }, ticket: { body: '' } },
    ],
    [
      'an assignee of Data Center, by user key',
      'dc-assigned',
      { changes: [{ field: 'assignee', to: 'Ilya Sorokin', toRaw: 'ilya.sorokin' }] },
    ],
    [
      'a select of Data Center, found by its option',
      'dc-select',
      { changes: [{ field: 'service', from: 'internet', to: 'mobile' }] },
    ],
    [
      'a custom field of Data Center that cannot be told: the history must',
      'dc-unknown-custom',
      { kind: 'updated', changes: null },
    ],
    [
      'a resolution of Data Center, without a status category',
      'dc-resolved',
      { kind: 'resolved', ticket: { status: { done: true } } },
    ],
    ['time spent', 'worklog', { kind: 'ignored', reason: expect.stringContaining('worklog_created') }],
    [
      'a version',
      'version',
      { kind: 'ignored', ticketId: null, reason: expect.stringContaining('jira:version_released') },
    ],
    ['a property', 'property', { kind: 'ignored', ticketId: '20021' }],
    [
      'the whole issue from Automation, with numbers for ids',
      'automation-format',
      {
        kind: 'created',
        ticketId: '20021',
        by: { kind: 'unknown' },
        ticket: {
          key: 'SUP-7',
          place: { project: ['SUP'], issueType: ['Service Request', '10010'] },
          fields: { priority: { value: 'normal', blank: true } },
          createdAt: '2026-11-02T09:15:00.900Z',
        },
      },
    ],
    [
      'the issue from Automation, one level down',
      'automation-jira-format',
      { kind: 'created', ticketId: '20021', ticket: { key: 'SUP-7' } },
    ],
    [
      'a body full of holes',
      'odd-nulls',
      {
        kind: 'updated',
        ticketId: '20021',
        by: { kind: 'unknown' },
        changes: [
          { field: 'priority', from: 'normal', to: 'high' },
          { field: 'status', from: null, to: null },
        ],
        ticket: { key: '20021', subject: '', fields: { service: { value: 'internet' } } },
      },
    ],
  ])('%s', (_, name, expected) => {
    expect(read(body(name), connection)).toMatchObject(expected)
  })

  test('a ticket has what filters and classifiers look at', () => {
    expect(read(body('created'), connection)).toMatchObject({
      ticket: {
        key: 'SUP-7',
        url: 'https://synthetic.atlassian.net/browse/SUP-7',
        format: 'wiki',
        place: { project: ['SUP'], issueType: ['Service Request', '10010'], tags: [] },
        requester: { kind: 'customer' },
        metadata: {
          project: 'SUP',
          issue_type: 'Service Request',
          request_type: 'Report a fault',
          customfield_10060: 'North',
        },
      },
    })
  })

  test('our own account is distinguished from people, whatever it changed', () => {
    const ours = read(body('updated-priority'), { ...connection, selfId: account(1) })
    expect(ours).toMatchObject({ by: { kind: 'self' }, changes: [{ by: { kind: 'self' } }] })
    const mapping = { ...connection.mapping, robots: [account(1)] }
    expect(read(body('updated-priority'), { ...connection, mapping })).toMatchObject({ by: { kind: 'robot' } })
  })

  test('with the OAuth gateway, links for people lead to the site itself', () => {
    const baseUrl = 'https://api.atlassian.com/ex/jira/00000000-0000-0000-0000-000000000000'
    expect(read(body('created'), { ...connection, baseUrl })).toMatchObject({
      ticket: { url: 'https://synthetic.atlassian.net/browse/SUP-7' },
    })
  })

  test('an item without toString has no text, not a function', () => {
    const items = [{ field: 'labels', fieldId: 'labels', from: null, to: null, fromString: 'cat-outage' }]
    const event = read({ ...(body('updated-labels') as object), changelog: { id: '1', items } }, connection)
    expect(event).toMatchObject({ changes: [{ field: 'category', from: 'outage', to: null, toRaw: null }] })
  })
})

describe('the thin body of an Automation rule', () => {
  test.each([
    [{ key: 'SUP-7' }, { kind: 'created', ticketId: 'SUP-7', ticket: null }],
    [{ key: ' sup-7 ' }, { kind: 'created', ticketId: 'SUP-7' }],
    [
      { key: 'SUP-7', event: 'updated' },
      { kind: 'updated', changes: null },
    ],
    [
      { key: 'SUP-7', kind: 'resolved' },
      { kind: 'resolved', changes: null },
    ],
    [{ key: 'SUP-7', event: 'jira:issue_updated' }, { kind: 'updated' }],
    [{ key: 'SUP-7', event: 'deleted' }, { kind: 'removed' }],
    [
      { key: 'SUP-7', event: 'teleported' },
      { kind: 'ignored', reason: expect.stringContaining('teleported') },
    ],
    [{ issue: { key: 'SUP-7' } }, { kind: 'created', ticketId: 'SUP-7' }],
    [
      { id: 20021, key: 'SUP-7' },
      { kind: 'created', ticketId: '20021' },
    ],
  ])('%j', (thin, expected) => {
    expect(read(thin, connection)).toMatchObject(expected)
  })
})

describe('a body that is not from Jira', () => {
  test.each([
    [null],
    [[]],
    [7],
    ['text'],
    [{}],
    [{ key: 'not a key' }],
    [{ key: '../../admin' }],
    [{ id: '1/../2' }],
    [{ ticket_id: 5 }],
  ])('%j is refused', (nothing) => {
    expect(() => read(nothing, connection)).toThrow(Rejected)
  })

  test.each([
    [{ webhookEvent: 'jira:issue_updated' }],
    [{ webhookEvent: 'jira:issue_created', issue: null }],
    [{ webhookEvent: 'comment_created', comment: {} }],
    [{ webhookEvent: 'comment_deleted', issue: { id: '1' } }],
    [{ webhookEvent: 'something_new' }],
  ])('%j is ignored with a reason', (odd) => {
    expect(read(odd, connection)).toMatchObject({ kind: 'ignored', reason: expect.stringMatching(/./) })
  })
})

// Every path of every fixture, one at a time, gets a value that Jira does not document.
const odd = fc.oneof(
  fc.constantFrom<unknown>(null, '', 0, -1, 1.5, true, [], {}, [null], '\u0000', '__proto__', 'toString', 1e21, [[]], {
    id: [],
  }),
  fc.jsonValue(),
)

test('a damaged body gives an event, is ignored, or is refused with 4xx', () => {
  const names = readdirSync(fixtures).map((file) => file.replace('.json', ''))
  const damage = fc.array(fc.tuple(fc.double({ min: 0, max: 0.999999, noNaN: true }), odd), {
    minLength: 1,
    maxLength: 6,
  })
  fc.assert(
    fc.property(fc.constantFrom(...names), damage, (name, damages) => {
      const broken = body(name)
      for (const [where, value] of damages) replaceAt(broken, where, value)
      try {
        const event = read(broken, connection)
        expect(['created', 'updated', 'commented', 'resolved', 'removed', 'ignored']).toContain(event.kind)
        if (event.kind === 'ignored') expect(event.reason).not.toBe('')
        else expect(event.ticketId).toMatch(/^(\d+|[A-Z][A-Z0-9_]*-\d+)$/)
      } catch (error) {
        expect(error).toBeInstanceOf(Rejected)
        expect((error as Rejected).status).toBe(422)
      }
    }),
    { numRuns: 2000 },
  )
})

function replaceAt(root: unknown, where: number, value: unknown): void {
  const slots: [Record<string, unknown>, string][] = []
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    for (const [key, child] of Object.entries(node)) {
      slots.push([node as Record<string, unknown>, key])
      walk(child)
    }
  }
  walk(root)
  const slot = slots[Math.floor(where * slots.length)]
  // A copy: the same object twice could end inside itself, which JSON cannot.
  if (slot) slot[0][slot[1]] = structuredClone(value)
}
