import { expect, test } from 'vitest'
import type { Actor, Change } from '../contract/index.ts'
import { type Context, judge } from './judge.ts'

const WROTE = '2026-10-05T10:00:00.500Z'
const context: Context = {
  decided: { service: 'internet', priority: 'high', group: 'Network', assignee: 'Ann' },
  own: { decisionIds: ['d-1'], values: { service: ['internet'], priority: ['high'], group: ['Network'] } },
  since: WROTE,
}
const by = (kind: Actor['kind']): Actor => ({ id: 'someone', kind })
const change = (more: Partial<Change>): Change => ({
  field: 'service',
  from: 'internet',
  to: 'vpn',
  fromRaw: 's-1',
  toRaw: 's-2',
  id: '1',
  action: '1',
  at: '2026-10-05T10:05:00Z',
  by: by('person'),
  ...more,
})
const override = (after: string | null, before = 'internet') => ({ kind: 'override', before, after })

test.each<[string, Partial<Change>, object]>([
  ["a person's different value is an override", {}, override('vpn')],
  ['a value outside the mapping is kept as the helpdesk has it', { to: null, toRaw: 's-9' }, override('s-9')],
  ['a value that a person removes is an override without a new value', { to: null, toRaw: null }, override(null)],
  ['a field that was not decided is ignored', { field: 'status', to: 'solved' }, { kind: 'none' }],
  [
    'our own write is recognised by its marker',
    { by: by('self'), decision: 'd-1' },
    { kind: 'none', because: 'our own write' },
  ],
  [
    'our own write is recognised by account and value together',
    { by: by('self'), to: 'internet' },
    { kind: 'none', because: 'our own write' },
  ],
  ['another program with our account overrides nothing', { by: by('self') }, { kind: 'none' }],
  ['a robot overrides nothing', { by: by('robot') }, { kind: 'none' }],
  ['a customer overrides nothing', { by: by('customer') }, { kind: 'none' }],
  ['a change by an unknown actor is ignored', { by: by('unknown') }, { kind: 'none' }],
  ['a change before the write-back is ignored', { at: '2026-10-05T09:59:59Z' }, { kind: 'none' }],
  [
    'a time rounded down to the second of the write-back counts as after it',
    { at: '2026-10-05T10:00:00Z' },
    override('vpn'),
  ],
  ['a person who sets the decided value agrees', { from: 'vpn', to: 'internet' }, { kind: 'agreed' }],
  ['a robot that sets the decided value is ignored', { to: 'internet', by: by('robot') }, { kind: 'none' }],
  ['another group corrects the route', { field: 'group', to: 'Billing' }, override('Billing', 'Network')],
  ['another assignee is work on the ticket', { field: 'assignee', to: 'Ben' }, { kind: 'none' }],
])('%s', (_, more, expected) => expect(judge(change(more), context)).toMatchObject(expected))
