import { expect, test } from 'vitest'
import type { Actor, Change } from '../contract/index.ts'
import { type Context, judge } from './judge.ts'

const WROTE = '2026-10-05T10:00:00.500Z'
const context: Context = {
  decided: { service: 'internet', priority: 'high', group: 'Network', assignee: 'Ann' },
  ours: { decisionIds: ['d-1'], values: { service: ['internet'], priority: ['high'], group: ['Network'] } },
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
  ["a person's other value is an override", {}, override('vpn')],
  ['a value that we have no word for is told as the helpdesk writes it', { to: null, toRaw: 's-9' }, override('s-9')],
  ['a value that is taken away is an override to nothing', { to: null, toRaw: null }, override(null)],
  ['a field that we did not decide is none of our business', { field: 'status', to: 'solved' }, { kind: 'none' }],
  [
    'our own write is known by its marker',
    { by: by('self'), decision: 'd-1' },
    { kind: 'none', because: 'our own write' },
  ],
  ['and by account and value together', { by: by('self'), to: 'internet' }, { kind: 'none', because: 'our own write' }],
  ['a person who shares our account is a person', { by: by('self') }, override('vpn')],
  ['a robot is no person', { by: by('robot') }, { kind: 'none' }],
  ['a customer is no agent', { by: by('customer') }, { kind: 'none' }],
  ['a change by nobody teaches nothing', { by: by('unknown') }, { kind: 'none' }],
  ['what was changed before we wrote answered to nothing', { at: '2026-10-05T09:59:59Z' }, { kind: 'none' }],
  ['whole seconds are read generously', { at: '2026-10-05T10:00:00Z' }, override('vpn')],
  ['a person who sets our value agrees', { from: 'vpn', to: 'internet' }, { kind: 'agreed' }],
  ['a robot that sets our value agrees to nothing', { to: 'internet', by: by('robot') }, { kind: 'none' }],
  ['another group corrects the route', { field: 'group', to: 'Billing' }, override('Billing', 'Network')],
  ['another person is work on the ticket', { field: 'assignee', to: 'Ben' }, { kind: 'none' }],
])('%s', (_, more, expected) => expect(judge(change(more), context)).toMatchObject(expected))
