/**
 * Accounts as companies have them, in the shapes that the vendor's documentation and public issue threads show. Each keeps
 * the same services, categories, priorities and groups in its own way.
 */
import { Mapping, type Target } from '../../../src/contract/index.ts'
import { CATEGORIES, type Configuration, numbered, SERVICES } from '../../configuration.ts'
import type { Account, SeedOptions } from './seed.ts'

export type ZendeskConfiguration = Configuration<Account> & { options(seed: SeedOptions): SeedOptions }

type Names = Record<string, string>
const named = (names: Names, prefix: string, path = '') =>
  Object.entries(names).map(([id, name]) => ({ name: path + name, value: prefix + id }))

const categories = { title: 'Category', type: 'tagger', options: named(CATEGORIES, 'category_') }
const services = { title: 'Product', type: 'tagger', options: named(SERVICES, 'product_') }

/** Our value -> the tag of its option. */
const tags = (names: Names, prefix: string) => Object.fromEntries(Object.keys(names).map((id) => [id, prefix + id]))

const at = (account: Account, title: string, type: string, values: Record<string, string | string[]>): Target => ({
  to: 'field',
  id: account.fields.findLast((field) => field.title === title && field.active)?.id ?? '',
  type,
  values,
  blank: [],
})
const category = (account: Account) => at(account, 'Category', 'tagger', tags(CATEGORIES, 'category_'))
const service = (account: Account) => at(account, 'Product', 'tagger', tags(SERVICES, 'product_'))
const priority: Target = {
  to: 'priority',
  values: { low: 'low', normal: 'normal', high: 'high', urgent: 'urgent' },
  blank: [],
}

/** Groups, and those agents who can be given tickets and are the only ones of their name. */
function mapped(account: Account, fields: Record<string, Target>, blankGroups: string[] = []): Mapping {
  const able = account.agents.filter(
    ({ name, active, suspended, role_type, groups }) =>
      active &&
      !suspended &&
      role_type !== 1 &&
      groups.length > 0 &&
      account.agents.filter((one) => one.name === name).length === 1,
  )
  const idOf = (name: string) => account.groups.find((group) => group.name === name)?.id ?? ''
  return Mapping.parse({
    fields,
    group: { to: 'native', blank: blankGroups.map(idOf) },
    groups: Object.fromEntries(account.groups.map(({ id, name }) => [name, id])),
    people: Object.fromEntries(able.map(({ id, name }) => [name, id])),
  })
}
const usual = (account: Account) =>
  mapped(account, { service: service(account), category: category(account), priority })

/** `Product::App::iOS`: some of our services are branches of the menu. */
const MENU: Record<string, string[]> = {
  internet: ['Internet::Fibre', 'Internet::DSL', 'Internet::Other'],
  mobile: ['Mobile::Contract', 'Mobile::Prepaid', 'Mobile::Other'],
  tv: ['TV'],
  telephony: ['Telephony::Desk phones', 'Telephony::Other'],
  billing: ['Billing'],
  account: ['Account'],
  hosting: ['Hosting::Servers', 'Hosting::Other'],
  email: ['E-mail'],
  vpn: ['VPN'],
  crm: ['CRM'],
}
const tagOf = (path: string) => path.toLowerCase().replace(/[^a-z]+/g, '_')
const menu = {
  title: 'Product',
  type: 'tagger',
  options: Object.values(MENU)
    .flat()
    .map((path) => ({ name: `Product::${path}`, value: `menu_${tagOf(path)}` })),
}
/** The most general option of a branch is the one that is written. */
const generalFirst = (paths: string[]) =>
  paths.toSorted((a, b) => Number(b.endsWith('::Other')) - Number(a.endsWith('::Other')))

export const zendeskConfigurations: ZendeskConfiguration[] = [
  {
    name: 'zendesk-nested-menu',
    about: 'the service is the end of a path in a menu of 500 options, Product > Area > Item',
    options: (seed) => ({
      ...seed,
      bare: true,
      fields: [
        {
          title: 'Product',
          type: 'tagger',
          options: [
            ...named(SERVICES, 'nested_', 'Product::Public::'),
            ...numbered('Item', 490).map((name, n) => ({
              name: `Product::Area ${n % 20}::${name}`,
              value: `nested_item_${n}`,
            })),
          ],
        },
        categories,
      ],
    }),
    mapping: (account) =>
      mapped(account, {
        service: at(account, 'Product', 'tagger', tags(SERVICES, 'nested_')),
        category: category(account),
        priority,
      }),
  },
  {
    name: 'zendesk-many-options',
    about: 'several options of a menu mean one service',
    options: (seed) => ({ ...seed, bare: true, fields: [menu, categories] }),
    mapping(account) {
      const values = Object.entries(MENU).map(([id, paths]) => {
        const all = generalFirst(paths).map((path) => `menu_${tagOf(path)}`)
        return [id, all.length === 1 ? all[0]! : all] as const
      })
      const target = at(account, 'Product', 'tagger', Object.fromEntries(values))
      return mapped(account, { service: target, category: category(account), priority })
    },
  },
  {
    name: 'zendesk-lists',
    about: 'the service is one of several options of a multi-select, and there is a checkbox',
    options: (seed) => ({
      ...seed,
      bare: true,
      fields: [
        { title: 'Products', type: 'multiselect', options: named({ ...SERVICES, fax: 'Fax' }, 'ms_') },
        { title: 'VIP', type: 'checkbox', tag: 'is_vip' },
        categories,
      ],
    }),
    mapping: (account) =>
      mapped(account, {
        service: at(account, 'Products', 'multiselect', tags(SERVICES, 'ms_')),
        category: category(account),
        priority,
      }),
  },
  {
    name: 'zendesk-old-field',
    about: 'a deactivated drop-down beside its successor of the same title',
    options: (seed) => ({
      ...seed,
      bare: true,
      fields: [{ ...services, options: named(SERVICES, 'old_'), active: false }, services, categories],
    }),
    mapping: usual,
  },
  {
    name: 'zendesk-trigger-group',
    about: 'a trigger puts every new ticket into one group with a priority',
    options: (seed) => ({
      ...seed,
      bare: true,
      groups: [...(seed.groups ?? []), 'Inbox'],
      fields: [services, categories],
      triggers: [{ title: 'Everything to the inbox', group: 'Inbox', priority: 'normal' }],
    }),
    mapping: (account) =>
      mapped(
        account,
        {
          service: service(account),
          category: category(account),
          priority: { ...priority, blank: ['normal'] } as Target,
        },
        ['Inbox'],
      ),
  },
  {
    name: 'zendesk-light-agents',
    about: 'a light agent, a deactivated and a suspended agent, an agent of no group, two of one name',
    options: (seed) => ({
      ...seed,
      bare: true,
      fields: [services, categories],
      agents: [
        ...(seed.agents ?? []).map((one) => ({
          ...one,
          ...(one.name === 'Mei Tanaka' && { role_type: 1 }),
          ...(one.name === 'Omar Haddad' && { active: false }),
          ...(one.name === 'Tomas Novak' && { suspended: true }),
          ...(one.name === 'Pavel Orlov' && { groups: [] }),
        })),
        { name: 'Asta Berg', groups: ['TV'] },
      ],
    }),
    mapping: usual,
  },
  {
    name: 'zendesk-conditional',
    about: 'one value of the service makes another field required, in every status',
    options: (seed) => ({
      ...seed,
      bare: true,
      fields: [services, { title: 'Device', type: 'text' }, categories],
      forms: [
        {
          name: 'Support',
          fields: ['Product', 'Device', 'Category'],
          conditions: [{ parent: 'Product', value: 'product_mobile', child: 'Device', statuses: 'ALL_STATUSES' }],
        },
      ],
    }),
    born: (_, account) => ({ [account.fields.find(({ title }) => title === 'Device')!.id]: 'a phone' }),
    mapping: usual,
  },
  {
    name: 'zendesk-forms-and-brands',
    about: 'two forms of two brands; the category is on one of them only',
    options: (seed) => ({
      ...seed,
      bare: true,
      fields: [services, categories],
      forms: [
        { name: 'Home', fields: ['Product', 'Category'], brands: ['Home brand'] },
        { name: 'Business', fields: ['Product'], brands: ['Business brand'] },
      ],
    }),
    places: ({ forms }) => forms.map(({ id }) => id),
    born(n, { forms }) {
      const form = forms[n % 2]!
      return { ticket_form_id: form.id, brand_id: form.brands?.[0] }
    },
    mapping: (account, place) =>
      place === account.forms[1]!.id ? mapped(account, { service: service(account), priority }) : usual(account),
  },
  {
    name: 'zendesk-large',
    about: '6,000 agents with 12,000 memberships in 120 groups',
    options: (seed) => {
      const groups = [...(seed.groups ?? []), ...numbered('Group', 120)]
      const crowd = numbered('Agent', 6000).map((name, n) => ({
        name,
        groups: [groups[n % groups.length]!, groups[(n + 1) % groups.length]!],
      }))
      return { ...seed, bare: true, groups, agents: [...(seed.agents ?? []), ...crowd], fields: [services, categories] }
    },
    mapping: usual,
  },
]
