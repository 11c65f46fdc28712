import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Connection, ConnectionSettings, Mapping } from '../../src/contract/index.ts'
import { Rejected } from '../../src/errors.ts'
import { read } from './read.ts'

const mapping = Mapping.parse({
  fields: {
    service: {
      to: 'field',
      id: '700100200501',
      type: 'tagger',
      values: { tv: 'service_tv', mobile: 'service_mobile' },
    },
    priority: { to: 'priority', values: { normal: 'normal', urgent: 'urgent' }, blank: ['normal'] },
  },
  groups: { Television: '700100200401', Mobile: '700100200402' },
  people: { 'Nora Lind': '700100200301' },
  robots: ['700100200777'],
})
const tagged = Mapping.parse({ fields: { service: { to: 'label', prefix: 'svc-' } } })

const connection: Connection = {
  id: 'c',
  name: 'zendesk',
  kind: 'zendesk',
  baseUrl: 'https://synthetic.zendesk.com',
  mode: 'automate',
  mapping,
  credentials: { kind: 'bearer', token: 'x' },
  secrets: [],
  filters: {},
  settings: ConnectionSettings.parse({}),
  selfId: '700100200001',
}

function fixture(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`../../test/fixtures/zendesk/${name}.json`, import.meta.url), 'utf8'))
}

const told = { id: expect.any(String), action: '5f1e0000000000000000000a', at: '2026-10-05T09:05:00.123Z' }

test.each([
  [
    'event-created',
    { kind: 'created', by: { kind: 'customer' }, ticket: { id: '90210', subject: 'Synthetic: TV picture freezes' } },
  ],
  [
    'event-priority-changed',
    {
      kind: 'updated',
      by: { kind: 'person' },
      changes: [{ field: 'priority', from: 'normal', to: 'urgent', ...told }],
    },
  ],
  [
    'event-group-changed',
    { kind: 'updated', changes: [{ field: 'group', from: 'Television', to: 'Mobile', toRaw: '700100200402' }] },
  ],
  [
    'event-agent-changed',
    { kind: 'updated', changes: [{ field: 'assignee', from: null, fromRaw: null, to: 'Nora Lind' }] },
  ],
  [
    'event-custom-field-changed',
    { kind: 'updated', changes: [{ field: 'service', fromRaw: null, to: 'tv', toRaw: 'service_tv' }] },
  ],
  ['event-tags-changed', { kind: 'ignored', reason: expect.stringContaining('tags') }],
  ['event-comment-added', { kind: 'commented', public: true, by: { kind: 'customer', name: 'Casey Doe' } }],
  [
    'event-solved',
    { kind: 'resolved', by: { kind: 'person' }, changes: [{ field: 'status', from: 'open', to: 'solved' }] },
  ],
  [
    'event-reopened-no-meta',
    { kind: 'updated', changes: [{ field: 'status', from: 'solved', to: 'open', action: null }] },
  ],
  ['event-merged', { kind: 'removed', why: 'merged', into: '90211' }],
  ['event-marked-as-spam', { kind: 'removed', why: 'spam', into: null }],
  ['event-soft-deleted', { kind: 'removed', why: 'deleted', into: null }],
  [
    'trigger-created',
    { kind: 'created', ticket: null, at: '2026-10-05T09:00:00.000Z', by: { kind: 'unknown', id: '700100200399' } },
  ],
  ['trigger-solved', { kind: 'resolved', changes: null, ticket: null }],
  ['trigger-placeholders-empty', { kind: 'created', at: null, by: { kind: 'unknown', id: null } }],
])('%s is understood', (name, expected) => {
  expect(read(fixture(name), connection)).toMatchObject({ ticketId: '90210', ...expected })
})

test('a created event shows priority, group and assignee, but no custom fields', () => {
  const event = read(fixture('event-created'), connection)
  expect(event).toMatchObject({
    ticket: {
      fields: {
        priority: { value: 'normal', raw: 'normal', blank: true },
        group: { value: 'Television', blank: false },
        assignee: { value: null, raw: null, blank: true },
      },
      place: { brand: ['700100200901'], form: ['700100200902'], channel: ['email'], tags: ['synthetic', 'svc-tv'] },
      status: { name: 'open', done: false, closed: false },
      url: 'https://synthetic.zendesk.com/agent/tickets/90210',
    },
  })
  expect(event.kind === 'created' && event.ticket?.fields).not.toHaveProperty('service')
})

test('null, "", "0", a tag text and missing members all mean that there is nothing', () => {
  const event = read(fixture('event-created-odd-nulls'), { ...connection, mapping: { ...tagged, groups: {} } })
  expect(event).toMatchObject({
    kind: 'created',
    ticket: {
      body: '',
      createdAt: null,
      fields: {
        group: { raw: null, blank: true },
        assignee: { raw: null, blank: true },
        service: { value: 'tv', raw: 'svc-tv', blank: false },
      },
      place: { brand: [], tags: ['synthetic', 'svc-tv'] },
    },
  })
})

test('a changed tag is a change of the field that is written as a tag', () => {
  expect(read(fixture('event-tags-changed'), { ...connection, mapping: tagged })).toMatchObject({
    kind: 'updated',
    changes: [{ field: 'service', from: 'mobile', to: 'tv', fromRaw: 'svc-mobile', toRaw: 'svc-tv' }],
  })
})

test.each([
  ['our own account', '700100200001', 'self'],
  ['a trigger', '-1', 'robot'],
  ['a trigger, as a number', -1, 'robot'],
  ['a listed account', '700100200777', 'robot'],
  ['the requester', '700100200399', 'customer'],
  ['anybody else', '700100200302', 'person'],
  ['nobody', '0', 'unknown'],
])('%s is recognised by its id', (_, actor_id, kind) => {
  const body = fixture('event-priority-changed')
  const event = read({ ...body, detail: { ...(body.detail as object), actor_id } }, connection)
  expect(event).toMatchObject({ by: { kind } })
})

test.each([
  ['zen:event-type:ticket.updated', 'has no ticket.updated event'],
  ['zen:event-type:ticket.undeleted', 'was restored'],
  ['zen:event-type:ticket.subject_changed', 'not a field we decide'],
  ['zen:event-type:ticket.next_sla_breach_changed', 'does not concern'],
  ['zen:event-type:ticket.constructor', 'does not concern'],
  ['zen:event-type:user.merged', 'not about a ticket'],
  ['zen:event-type:organization.created', 'not about a ticket'],
  ['zen:event-type', 'not about a ticket'],
])('%s is ignored with a reason', (type, reason) => {
  expect(read({ ...fixture('event-created'), type }, connection)).toMatchObject({
    kind: 'ignored',
    reason: expect.stringContaining(reason),
  })
})

test('an unmapped field, or a change to the same value, is ignored', () => {
  const unmapped = { ...connection, mapping: Mapping.parse({}) }
  expect(read(fixture('event-custom-field-changed'), unmapped)).toMatchObject({ kind: 'ignored' })
  expect(read(fixture('event-priority-changed'), unmapped)).toMatchObject({ kind: 'ignored' })
  const body = fixture('event-priority-changed')
  const same = { ...body, event: { current: 'HIGH', previous: 'high' } }
  expect(read(same, connection)).toMatchObject({ kind: 'ignored' })
})

test('after a change without a time the history must be read', () => {
  const body = fixture('event-priority-changed')
  const event = read({ ...body, time: 'soon', detail: { subject: 'x' } }, connection)
  expect(event).toMatchObject({ kind: 'updated', changes: null, at: null })
})

test.each([
  ['null', null],
  ['a list', [1]],
  ['a text', 'zen:event-type:ticket.created'],
  ['an empty object', {}],
  ["another vendor's body", { webhookEvent: 'jira:issue_created', issue: { id: '1' } }],
  ['an event without a ticket', { type: 'zen:event-type:ticket.created' }],
  ['a trigger with a placeholder instead of an id', { kind: 'ticket.created', ticket_id: '{{ticket.id}}' }],
])('%s is refused: it is not from Zendesk', (_, body) => {
  expect(() => read(body, connection)).toThrow(expect.objectContaining({ status: 422, next: expect.any(String) }))
})

test('an id that JavaScript has rounded is not an id', () => {
  const body = fixture('event-priority-changed')
  const detail = { ...(body.detail as object), actor_id: 2 ** 60 }
  expect(read({ ...body, detail }, connection)).toMatchObject({ by: { id: null, kind: 'unknown' } })
})

describe('whatever the body holds', () => {
  const types = [
    'created',
    'status_changed',
    'priority_changed',
    'custom_field_changed',
    'tags_changed',
    'comment_added',
  ]
  const odd = fc.oneof(
    { weight: 3, arbitrary: fc.anything() },
    { weight: 2, arbitrary: fc.constantFrom(null, '', '0', 0, -1, [], {}, '2026-13-45', Number.NaN, 2 ** 70) },
  )
  const parts = fc.dictionary(
    fc.constantFrom(
      'id',
      'actor_id',
      'tags',
      'status',
      'via',
      'current',
      'previous',
      'comment',
      'meta',
      'custom_field',
      'tags_added',
    ),
    odd,
  )
  const event = fc.record(
    {
      type: fc.oneof(fc.constantFrom(...types.map((type) => `zen:event-type:ticket.${type}`)), fc.string()),
      subject: fc.oneof(fc.constant('zen:ticket:1'), odd),
      time: odd,
      id: odd,
      detail: fc.oneof(parts, odd),
      event: fc.oneof(parts, odd),
    },
    { requiredKeys: [] },
  )
  const trigger = fc.record(
    { kind: odd, ticket_id: fc.oneof(fc.constant('5'), odd), updated_at: odd, current_user_id: odd },
    { requiredKeys: [] },
  )

  test('it becomes an event, is ignored, or is refused with a 4xx', () => {
    fc.assert(
      fc.property(fc.oneof(event, trigger, fc.anything()), (body) => {
        try {
          const understood = read(body, connection)
          expect(typeof understood.kind).toBe('string')
          if (understood.kind !== 'ignored') expect(understood.ticketId).toMatch(/^[1-9]\d*$/)
        } catch (error) {
          expect(error).toBeInstanceOf(Rejected)
          expect((error as Rejected).status).toBe(422)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
