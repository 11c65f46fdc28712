import { describe, expect, test } from 'vitest'
import type { Actor, Change, FieldState, FreshTicket, Mapping as MappingType } from '../contract/index.ts'
import { Mapping } from '../contract/index.ts'
import { HelpdeskError } from '../errors.ts'
import { isOwnWrite, type OwnWrites, planWrite, type Wanted, withoutRefused } from './plan.ts'

const NOW = new Date('2026-10-05T10:00:00Z')
const BORN = '2026-10-05T09:00:00Z'
const mapping = Mapping.parse({
  fields: {
    service: { to: 'field', id: '1', type: 'select', values: { internet: 's-1', vpn: 's-2' } },
    priority: { to: 'priority', values: { normal: 'p-2', high: 'p-3' }, blank: ['p-2'] },
    topic: { to: 'label', prefix: 'topic-' },
  },
  group: { to: 'native' },
  groups: { Network: 'g-1', Billing: 'g-2' },
  people: { Ann: 'a-1', Ben: 'a-2' },
})

const EMPTY: FieldState = { value: null, raw: null, blank: true }
const holds = (value: string | null, raw: string, blank = false): FieldState => ({ value, raw, blank })
const agent: Actor = { id: 'a-2', kind: 'person', name: 'Ben' }
const robot: Actor = { id: 'r-1', kind: 'robot' }
const self: Actor = { id: 'us', kind: 'self', name: 'Pointsman' }
const customer: Actor = { id: 'c-1', kind: 'customer' }

/** A change to a value, given by its id and by the vendor's; `null` empties the field. */
function change(field: string, to: [string | null, string] | null, by: Actor, more: Partial<Change> = {}): Change {
  const [value, raw] = to ?? [null, null]
  return {
    field,
    from: 'x',
    to: value,
    fromRaw: 'x',
    toRaw: raw,
    id: '1',
    action: '1',
    at: '2026-10-05T09:59:20Z',
    by,
    ...more,
  }
}

type Given = {
  fields?: Record<string, FieldState | undefined>
  history?: Change[]
  wanted?: Wanted
  own?: Partial<OwnWrites>
  places?: MappingType
}
const ROUTE = { group: 'Network', assignee: 'Ann' }
function plan({ fields = {}, history = [], wanted, own, places = mapping }: Given) {
  const all = { service: EMPTY, priority: EMPTY, topic: EMPTY, group: EMPTY, assignee: EMPTY, ...fields }
  const ticket: FreshTicket = {
    id: '7',
    key: 'T-7',
    url: '',
    subject: '',
    body: '',
    format: 'plain',
    place: {},
    createdAt: BORN,
    updatedAt: BORN,
    status: { name: 'open', done: false, closed: false },
    fields: Object.fromEntries(Object.entries(all).filter((e): e is [string, FieldState] => e[1] !== undefined)),
    requester: customer,
    metadata: {},
    history,
    marks: [],
    stamp: null,
  }
  const decision = wanted ?? { values: { service: 'internet', priority: 'high' }, route: ROUTE }
  return planWrite(decision, ticket, places, { decisionIds: ['d-1', 'd-2'], values: {}, ...own }, NOW)
}
const ALL = { service: 'internet', priority: 'high', group: 'Network', assignee: 'Ann' }

test('an empty ticket gets everything, and the values before are stored', () => {
  expect(plan({ fields: { priority: holds('normal', 'p-2', true) } })).toEqual({
    set: ALL,
    heldBack: {},
    equal: [],
    before: { service: null, priority: 'p-2', group: null, assignee: null },
  })
})

describe('a field', () => {
  const internet: [string, string] = ['internet', 's-1']
  const vpn: [string, string] = ['vpn', 's-2']
  test.each<[string, Given, string | undefined]>([
    ['that already has the value is equal', { fields: { service: holds('internet', 's-1') } }, undefined],
    [
      'that a person set is kept',
      { fields: { service: holds('vpn', 's-2') }, history: [change('service', vpn, agent)] },
      'Ben set it 40 s ago',
    ],
    ['that a person emptied stays empty', { history: [change('service', null, agent)] }, 'Ben set it 40 s ago'],
    [
      'that a person set to an unmapped value is kept',
      { fields: { service: holds(null, 's-9') }, history: [change('service', [null, 's-9'], agent)] },
      'Ben set it 40 s ago',
    ],
    [
      'that another robot set is kept',
      { fields: { service: holds('vpn', 's-2') }, history: [change('service', vpn, robot)] },
      'another robot set it 40 s ago',
    ],
    ['that a robot emptied is written', { history: [change('service', null, robot)] }, undefined],
    [
      'that a robot set to the default is written',
      { fields: { priority: holds('normal', 'p-2', true) }, history: [change('priority', ['normal', 'p-2'], robot)] },
      undefined,
    ],
    [
      'that had a value when the ticket was created is kept',
      { fields: { service: holds('vpn', 's-2') } },
      'it had a value when the ticket was created (vpn)',
    ],
    [
      'that the customer chose is kept',
      {
        fields: { service: holds('vpn', 's-2') },
        history: [change('service', vpn, customer, { from: null, at: BORN })],
      },
      'the customer set it 60 min ago',
    ],
    [
      'that was created with a default is written',
      {
        fields: { priority: holds('normal', 'p-2', true) },
        history: [change('priority', ['normal', 'p-2'], customer, { from: null, fromRaw: null, at: BORN })],
      },
      undefined,
    ],
    [
      'that a person set to the default later is kept',
      { fields: { priority: holds('normal', 'p-2', true) }, history: [change('priority', ['normal', 'p-2'], agent)] },
      'Ben set it 40 s ago',
    ],
    [
      'that we wrote and nobody changed may be written again',
      {
        fields: { service: holds('vpn', 's-2') },
        history: [change('service', vpn, self)],
        own: { values: { service: ['vpn'] } },
      },
      undefined,
    ],
    [
      'that has our marker may be written again',
      { fields: { service: holds('vpn', 's-2') }, history: [change('service', vpn, self, { decision: 'd-1' })] },
      undefined,
    ],
    [
      'that a person set through our account is kept',
      {
        fields: { service: holds('vpn', 's-2') },
        history: [change('service', vpn, self)],
        own: { values: { service: ['internet'] } },
      },
      'Pointsman set it 40 s ago',
    ],
    [
      'that a person changed after our write is kept',
      {
        fields: { service: holds('vpn', 's-2') },
        history: [change('service', internet, self, { decision: 'd-1' }), change('service', vpn, agent)],
      },
      'Ben set it 40 s ago',
    ],
    [
      'that we restored for a person who changed it during our write is kept',
      {
        fields: { service: holds('vpn', 's-2') },
        history: [
          change('service', vpn, agent, { at: '2026-10-05T09:59:50Z' }),
          change('service', internet, self, { decision: 'd-1' }),
          change('service', vpn, self, { decision: 'd-1' }),
        ],
      },
      'Ben set it 10 s ago',
    ],
    [
      'of which a part was chosen is kept when our value is elsewhere',
      { fields: { service: { ...holds(null, 't', true), under: 't/' } } },
      't was chosen, and internet is not below it',
    ],
    [
      'of which a part was chosen is filled in when our value is below it',
      { fields: { service: { ...holds(null, 's-', true), under: 's-' } } },
      undefined,
    ],
    [
      'that the helpdesk does not show is not written',
      { fields: { service: undefined } },
      'the helpdesk does not show this field',
    ],
  ])('%s', (_, given, reason) => {
    const made = plan(given)
    expect(made.heldBack.service ?? made.heldBack.priority).toBe(reason)
    const field = given.fields?.priority || given.history?.[0]?.field === 'priority' ? 'priority' : 'service'
    const expected = reason === undefined && !made.equal.includes(field)
    expect(field in made.set).toBe(expected)
    expect(field in made.before).toBe(expected)
  })

  test('without a target in the mapping is not written', () => {
    const wanted = { values: { service: 'vpn', mood: 'calm' }, route: null }
    expect(plan({ wanted })).toMatchObject({ set: { service: 'vpn' }, heldBack: {} })
  })

  test('whose value has no entry in the mapping is held back, never guessed', () => {
    expect(plan({ wanted: { values: { service: 'tv' }, route: null } })).toMatchObject({
      set: {},
      heldBack: { service: 'tv has no entry in the mapping' },
    })
    expect(plan({ wanted: { values: { service: 'constructor' }, route: null } }).set).toEqual({})
  })

  test('written as a label needs no entry', () => {
    expect(plan({ wanted: { values: { topic: 'anything' }, route: null } }).set).toEqual({ topic: 'anything' })
  })
})

describe('the route', () => {
  const taken = { assignee: holds('Ben', 'a-2') }
  test.each<[string, Given, string[]]>([
    ['is written with group and assignee', {}, ['group', 'assignee']],
    [
      'is not written when an agent took the ticket',
      { fields: taken, history: [change('assignee', ['Ben', 'a-2'], agent)] },
      [],
    ],
    [
      'is not written when an agent took a ticket that the map routes to a group only',
      {
        fields: taken,
        history: [change('assignee', ['Ben', 'a-2'], agent)],
        wanted: { values: {}, route: { group: 'Network', assignee: null } },
      },
      [],
    ],
    [
      'is not written when a person outside the mapping took it',
      {
        fields: { assignee: holds(null, 'a-9') },
        history: [change('assignee', [null, 'a-9'], agent)],
        wanted: { values: {}, route: { group: 'Network', assignee: null } },
      },
      [],
    ],
    [
      'is not written when a person chose the group',
      { fields: { group: holds('Billing', 'g-2') }, history: [change('group', ['Billing', 'g-2'], agent)] },
      [],
    ],
    [
      'is written when a robot removed the agent',
      { history: [change('assignee', ['Ben', 'a-2'], agent), change('assignee', null, robot)] },
      ['group', 'assignee'],
    ],
    [
      'is written without the group where that is right already',
      { fields: { group: holds('Network', 'g-1') }, history: [] },
      ['assignee'],
    ],
    [
      'is not written when the mapping lacks its group',
      { wanted: { values: {}, route: { group: 'TV', assignee: 'Ann' } } },
      [],
    ],
    [
      'is not written when the mapping lacks its person',
      { wanted: { values: {}, route: { group: 'Network', assignee: 'Zoe' } } },
      [],
    ],
    [
      'without a group is written as a person',
      { wanted: { values: {}, route: { group: null, assignee: 'Ann' } } },
      ['assignee'],
    ],
    [
      'is written without the group where the connection has no target for it',
      { places: { ...mapping, group: undefined } },
      ['assignee'],
    ],
  ])('%s', (_, given, written) => {
    const { set, heldBack, before } = plan(given)
    expect(Object.keys(set).filter((field) => field === 'group' || field === 'assignee')).toEqual(written)
    for (const field of ['group', 'assignee']) if (field in heldBack) expect(before).not.toHaveProperty(field)
  })

  test('that is held back has a reason for both of its fields', () => {
    const { heldBack } = plan({ fields: taken, history: [change('assignee', ['Ben', 'a-2'], agent)] })
    expect(heldBack).toMatchObject({
      assignee: 'Ben set it 40 s ago',
      group: 'assignee was not written, and group and assignee are only written together',
    })
  })
})

describe('a change is our own write', () => {
  const own: OwnWrites = { decisionIds: ['d-1'], values: { service: ['vpn'] } }
  const vpn: [string, string] = ['vpn', 's-2']
  test.each<[string, Change, boolean]>([
    ['by the marker of our decision', change('service', ['tv', 's-3'], self, { decision: 'd-1' }), true],
    ['by our account and the value that we wrote', change('service', vpn, self), true],
    ['not by our account alone', change('service', ['tv', 's-3'], self), false],
    ['not by the value alone', change('service', vpn, agent), false],
    ['not by an unknown marker', change('service', vpn, agent, { decision: 'd-9' }), false],
    ['not when our account empties a field', change('service', null, self), false],
  ])('%s', (_, made, expected) => expect(isOwnWrite(made, own)).toBe(expected))
})

describe('a field that the helpdesk refuses', () => {
  const planned = {
    set: { service: 'vpn', priority: 'high', group: 'Network', assignee: 'Asta' },
    heldBack: { category: 'Asta set it 5 s ago' },
    equal: [],
    before: { service: null, priority: '3', group: null, assignee: null },
  }
  const refuse = (fields: Record<string, string>, fault: 'invalid' | 'forbidden' = 'invalid') =>
    new HelpdeskError(fault, 'refused', { next: 'Look at the screen.', fields, status: 400 })

  test('is held back with the words of the helpdesk, and the rest is written', () =>
    expect(withoutRefused(planned, refuse({ priority: 'not on the screen' }))).toEqual({
      set: { service: 'vpn', group: 'Network', assignee: 'Asta' },
      heldBack: {
        category: 'Asta set it 5 s ago',
        priority: 'the helpdesk refused it: not on the screen',
      },
      equal: [],
      before: { service: null, group: null, assignee: null },
    }))

  test('takes the assignee with it when it is the group', () =>
    expect(withoutRefused(planned, refuse({ group: 'is deleted' }))?.set).toEqual({ service: 'vpn', priority: 'high' }))

  test('leaves the group when it is the assignee', () =>
    expect(withoutRefused(planned, refuse({ assignee: 'not in the group' }))?.set).toMatchObject({ group: 'Network' }))

  test('leaves nothing when it is every field', () =>
    expect(withoutRefused(planned, refuse({ service: 'x', priority: 'x', group: 'x' }))).toMatchObject({
      set: {},
      heldBack: { service: 'the helpdesk refused it: x', assignee: expect.stringContaining('group of the route') },
    }))

  test('by the adapter itself, is held back with its words alone', () => {
    const error = new HelpdeskError('invalid', 'held', { next: '', fields: { priority: 'it must not be written' } })
    expect(withoutRefused(planned, error)?.heldBack).toMatchObject({ priority: 'it must not be written' })
  })

  test.each([
    ['it names none of the written fields', refuse({ customfield_99: 'is required' })],
    ['it is about rights', refuse({ priority: 'not allowed' }, 'forbidden')],
    ['it is another error', new Error('oops')],
  ])('the plan stays as it is when %s', (_, error) => expect(withoutRefused(planned, error)).toBeNull())
})
