/** The initial account of the sandbox: groups, agents, a brand, a form and two drop-downs. */

export type User = {
  id: string
  name: string
  email: string
  role: 'admin' | 'agent' | 'end-user'
  groups: string[]
}
export type Group = { id: string; name: string }
type Option = { id: string; name: string; value: string }
export type Field = { id: string; title: string; type: 'tagger'; options: Option[] }

export type SeedOptions = {
  services?: string[]
  categories?: string[]
  groups?: string[]
  agents?: { name: string; groups: string[] }[]
}

export type Account = {
  id: string
  groups: Group[]
  agents: User[]
  customers: User[]
  self: User
  brand: string
  form: string
  service: Field
  category: Field
}

const SERVICES = ['internet', 'mobile', 'tv', 'telephony', 'billing', 'account', 'hosting', 'email', 'vpn', 'crm']
const CATEGORIES = ['outage', 'degradation', 'configuration', 'access', 'payment', 'order', 'question', 'cancellation']
const GROUPS = ['Network', 'Mobile', 'Billing', 'Hosting', 'Applications', 'Service desk']
const AGENTS = [
  { name: 'Nora Lind', groups: ['Network', 'Service desk'] },
  { name: 'Tomas Vega', groups: ['Network'] },
  { name: 'Mila Okoye', groups: ['Mobile', 'Service desk'] },
  { name: 'Ravi Menon', groups: ['Mobile'] },
  { name: 'Anna Petrova', groups: ['Billing', 'Service desk'] },
  { name: 'Oleg Smirnov', groups: ['Billing'] },
  { name: 'June Park', groups: ['Hosting', 'Applications'] },
  { name: 'Felix Braun', groups: ['Applications', 'Hosting'] },
]

/** As long as Zendesk's ids: code that treats ids as 32-bit numbers fails here. */
const FIRST_ID = 9_100_000_000_000

export function seed(options: SeedOptions): Account {
  let last = FIRST_ID
  const nextId = () => String(++last)
  const groups = (options.groups ?? GROUPS).map((name) => ({ id: nextId(), name }))
  const user = (name: string, role: User['role'], memberOf: string[]): User => ({
    id: nextId(),
    name,
    email: `${name.toLowerCase().replace(/[^a-z]+/g, '.')}@desk.example`,
    role,
    groups: groups.filter((group) => memberOf.includes(group.name)).map(({ id }) => id),
  })
  const field = (title: string, values: string[]): Field => ({
    id: nextId(),
    title,
    type: 'tagger',
    // Option values are tags and must differ across all drop-downs of an account, hence the prefix.
    options: values.map((value) => ({ id: nextId(), name: value, value: `${title.toLowerCase()}_${value}` })),
  })
  return {
    id: '22000001',
    groups,
    agents: (options.agents ?? AGENTS).map(({ name, groups: memberOf }) => user(name, 'agent', memberOf)),
    customers: ['Casey Doe', 'Irina Volkova', 'Sam Young'].map((name) => user(name, 'end-user', [])),
    self: user('Pointsman', 'admin', []),
    brand: nextId(),
    form: nextId(),
    service: field('Service', options.services ?? SERVICES),
    category: field('Category', options.categories ?? CATEGORIES),
  }
}
