/** The desk that the demo plays: one routing map over two helpdesks with the same groups and people. */
import type { MapDocument } from '../routing/index.ts'

export const GROUPS = ['Network', 'Mobile', 'TV', 'Billing', 'Accounts', 'Hosting', 'Workplace']

export const AGENTS = [
  { name: 'Asta Berg', groups: ['Network', 'Mobile'] },
  { name: 'Ilya Sorokin', groups: ['Network'] },
  { name: 'Mei Tanaka', groups: ['Mobile', 'TV'] },
  { name: 'Tomas Novak', groups: ['TV', 'Billing'] },
  { name: 'Lena Vogt', groups: ['Billing', 'Accounts'] },
  { name: 'Omar Haddad', groups: ['Accounts', 'Billing'] },
  { name: 'Nora Lind', groups: ['Hosting', 'Workplace'] },
  { name: 'Pavel Orlov', groups: ['Workplace', 'Hosting'] },
]

export const routingMap: MapDocument = {
  rows: [
    { when: {}, group: 'Accounts', strategy: { kind: 'group' }, comment: 'whatever no other row takes' },
    {
      when: { service: 'internet' },
      group: 'Network',
      strategy: { kind: 'round_robin', people: ['Asta Berg', 'Ilya Sorokin'] },
    },
    {
      when: { service: 'internet', category: 'outage', priority: 'urgent' },
      group: 'Network',
      strategy: { kind: 'fixed', assignee: 'Ilya Sorokin' },
      comment: 'the network lead sees every urgent outage',
    },
    {
      when: { service: 'vpn' },
      group: 'Workplace',
      strategy: { kind: 'round_robin', people: ['Nora Lind', 'Pavel Orlov'] },
    },
    {
      when: { service: 'mobile' },
      group: 'Mobile',
      strategy: { kind: 'least_loaded', people: ['Asta Berg', 'Mei Tanaka'] },
    },
    { when: { service: 'telephony' }, group: 'Mobile', strategy: { kind: 'group' } },
    { when: { service: 'tv' }, group: 'TV', strategy: { kind: 'fixed', assignee: 'Tomas Novak' } },
    {
      when: { service: 'billing' },
      group: 'Billing',
      strategy: { kind: 'round_robin', people: ['Tomas Novak', 'Lena Vogt', 'Omar Haddad'] },
    },
    { when: { category: 'payment' }, group: 'Billing', strategy: { kind: 'group' } },
    {
      when: { service: 'account' },
      group: 'Accounts',
      strategy: { kind: 'least_loaded', people: ['Lena Vogt', 'Omar Haddad'] },
    },
    {
      when: { service: 'hosting' },
      group: 'Hosting',
      strategy: { kind: 'round_robin', people: ['Nora Lind', 'Pavel Orlov'] },
    },
    { when: { service: 'email' }, group: 'Workplace', strategy: { kind: 'group' } },
    { when: { service: 'crm' }, group: 'Workplace', strategy: { kind: 'fixed', assignee: 'Pavel Orlov' } },
  ],
}
