/** The initial account of the sandbox: groups, agents, a brand, a form, two drop-downs, and what the options add. */

export type User = {
  id: string
  name: string
  email: string
  role: 'admin' | 'agent' | 'end-user'
  groups: string[]
  /** 1: a light agent. */
  role_type: number | null
  /** False: deactivated; such a user is in no list. */
  active: boolean
  suspended: boolean
}
export type Group = { id: string; name: string; private: boolean }
type Option = { id: string; name: string; value: string }
export type Field = {
  id: string
  title: string
  type: string
  options: Option[]
  /** Of a checkbox: a ticked one adds it to the ticket. */
  tag: string | null
  active: boolean
  agentCanEdit: boolean
}
type Condition = { parent: string; value: string; child: string; statuses: 'ALL_STATUSES' | string[] }
export type Form = { id: string; name: string; fields: string[]; brands: string[] | null; conditions: Condition[] }
/** Runs on new tickets, or after each update: then its changes are in the audit of that update, with its author. */
export type Trigger = {
  title: string
  on?: 'create' | 'update'
  group_id?: string
  assignee_id?: string
  priority?: string
}

type FieldSeed = Pick<Field, 'title' | 'type'> &
  Partial<Pick<Field, 'tag' | 'active' | 'agentCanEdit'>> & { options?: { name: string; value: string }[] }
type AgentSeed = { name: string; groups: string[] } & Partial<Pick<User, 'role_type' | 'active' | 'suspended'>>

export type SeedOptions = {
  services?: string[]
  categories?: string[]
  groups?: string[]
  /** Names of the groups that are private. */
  privateGroups?: string[]
  agents?: AgentSeed[]
  /** Ticket fields beside service and category. */
  fields?: FieldSeed[]
  /** Without service and category: `fields` are all. */
  bare?: boolean
  /** By titles of fields and names of brands; absent: one form with every field. */
  forms?: { name: string; fields: string[]; brands?: string[]; conditions?: Condition[] }[]
  /** By names of groups and agents. */
  triggers?: { title: string; group?: string; assignee?: string; priority?: string }[]
  /** False: the priority is deactivated, and a value written to it vanishes. */
  priority?: boolean
  /** The most tickets in a page of the incremental export. */
  exportPage?: number
}

export type Account = {
  id: string
  groups: Group[]
  agents: User[]
  customers: User[]
  self: User
  brand: string
  /** Brands beside the first one. */
  brands: { id: string; name: string }[]
  /** The form of new tickets. */
  form: string
  forms: Form[]
  triggers: Trigger[]
  service: Field
  category: Field
  fields: Field[]
  priority: boolean
  exportPage: number
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
  const groups = (options.groups ?? GROUPS).map((name) => ({
    id: nextId(),
    name,
    private: options.privateGroups?.includes(name) ?? false,
  }))
  const user = (role: User['role'], { name, groups: memberOf, ...rest }: AgentSeed): User => ({
    id: nextId(),
    name,
    email: `${name.toLowerCase().replace(/[^a-z]+/g, '.')}@desk.example`,
    role,
    role_type: role === 'admin' ? 4 : null,
    active: true,
    suspended: false,
    groups: groups.filter((group) => memberOf.includes(group.name)).map(({ id }) => id),
    ...rest,
  })
  const agents = (options.agents ?? AGENTS).map((one) => user('agent', one))
  const customers = ['Casey Doe', 'Irina Volkova', 'Sam Young'].map((name) => user('end-user', { name, groups: [] }))
  const self = user('admin', { name: 'Pointsman', groups: [] })
  const [brand, form] = [nextId(), nextId()]
  const service = dropDown(nextId, 'Service', options.services ?? SERVICES)
  const category = dropDown(nextId, 'Category', options.categories ?? CATEGORIES)
  const own = (options.fields ?? []).map((one) => fieldOf(nextId, one))
  const fields = options.bare ? own : [service, category, ...own]
  const people = { id: '22000001', groups, agents, customers, self, brand, form, service, category, fields }
  return {
    ...people,
    priority: options.priority ?? true,
    exportPage: options.exportPage ?? 1000,
    ...formsOf(nextId, people, options),
    ...triggersOf(people, options),
  }
}

// Option values are tags and must differ across all drop-downs of an account, hence the prefix.
function dropDown(nextId: () => string, title: string, values: string[]): Field {
  const options = values.map((name) => ({ name, value: `${title.toLowerCase()}_${name}` }))
  return fieldOf(nextId, { title, type: 'tagger', options })
}

function fieldOf(nextId: () => string, { options = [], ...rest }: FieldSeed): Field {
  const id = nextId()
  const listed = options.map((option) => ({ id: nextId(), ...option }))
  return { id, tag: null, active: true, agentCanEdit: true, ...rest, options: listed }
}

type Seeded = Pick<Account, 'groups' | 'agents' | 'form' | 'fields'>

function formsOf(
  nextId: () => string,
  { form, fields }: Seeded,
  options: SeedOptions,
): Pick<Account, 'forms' | 'brands'> {
  const names = [...new Set((options.forms ?? []).flatMap(({ brands = [] }) => brands))]
  const brands = names.map((name) => ({ id: nextId(), name }))
  const every = { name: 'Default form', fields: fields.map(({ title }) => title) }
  const byTitle = (title: string) => fields.find((field) => field.title === title)?.id ?? title
  const allOf = (title: string) => fields.filter((field) => field.title === title).map(({ id }) => id)
  const forms = (options.forms ?? [every]).map(
    (one: NonNullable<SeedOptions['forms']>[number], at): Form => ({
      id: at === 0 ? form : nextId(),
      name: one.name,
      fields: [...SYSTEM_FIELDS, ...new Set(one.fields.flatMap(allOf))],
      brands: one.brands ? brands.filter(({ name }) => one.brands?.includes(name)).map(({ id }) => id) : null,
      conditions: (one.conditions ?? []).map(({ parent, child, ...rest }) => ({
        parent: byTitle(parent),
        child: byTitle(child),
        ...rest,
      })),
    }),
  )
  return { forms, brands }
}

/** On every form: see `fieldShapes`. */
const SYSTEM_FIELDS = ['101', '102', '103', '104', '105', '106']

function triggersOf({ groups, agents }: Seeded, { triggers = [] }: SeedOptions): Pick<Account, 'triggers'> {
  const idOf = (list: { id: string; name: string }[], name: string) => list.find((one) => one.name === name)?.id ?? ''
  return {
    triggers: triggers.map(({ title, group, assignee, priority }) => ({
      title,
      ...(group && { group_id: idOf(groups, group) }),
      ...(assignee && { assignee_id: idOf(agents, assignee) }),
      ...(priority && { priority }),
    })),
  }
}
