/** The state of the sandbox, and its initial content. */
import type { Fault, Webhook } from '../../sandbox.ts'

type Edition = 'cloud' | 'datacenter'

export type JiraSandboxOptions = {
  edition?: Edition
  baseUrl?: string
  /** Options of the custom fields, by our value id, and priority ids. */
  values?: { service?: string[]; category?: string[]; priority?: Record<string, string> }
  /** Each becomes a component of the project. */
  groups?: string[]
  projects?: SandboxProject[]
  /** More fields. */
  fields?: SandboxField[]
  /** Instead of one component for each group. */
  components?: SandboxComponent[]
  /** Fields that are missing on some screens. */
  hidden?: Hidden[]
  /** Users that cannot be assigned and stand before all others in Jira's list. */
  crowd?: number
  /** Without the fields that every sandbox has: `fields` are all. */
  bare?: boolean
  /** The priorities of the site, instead of Jira's own. */
  priorities?: Named[]
  requestTypes?: Named[]
  /** Groups of users, by name. */
  userGroups?: string[]
  /** How many types of issues each project has. */
  issueTypes?: number
  /** Names of customers with an account of the portal that the assignee box offers. */
  portalPeople?: string[]
  /** Permissions that our account lacks. */
  lacking?: string[]
  /** An automation sets the priority from the values of two fields. */
  matrix?: Matrix
  /** Pauses between attempts to deliver; Jira's are 5 to 15 minutes. */
  retryMs?: number[]
  /** How many entries of the history an issue shows, and a page of its changelog. */
  historyPage?: number
  /** The most issues in a page of a search. */
  searchPage?: number
  now?: () => Date
  fetch?: typeof fetch
}

type Named = { id: string; name: string; isDefault?: boolean }

/** `priorities`: the ids of the two options, as `10700 10711`, -> the id of the priority. */
export type Matrix = { fields: [string, string]; priorities: Record<string, string> }

export type SandboxPerson = {
  id: string
  key: string
  name: string
  email: string
  type: 'atlassian' | 'app' | 'customer'
  groups: string[]
  assignable: boolean
  /** An account of the portal that the assignee box offers all the same. */
  portal?: boolean
}

export type SandboxProject = {
  key: string
  name: string
  type: 'service_desk' | 'software'
  /** Its priority scheme; all priorities when absent. */
  priorities?: string[]
  defaultPriority?: string
  /** Its lead, who gets its new issues: an account id. */
  lead?: string
}

export type SandboxComponent = {
  id: string
  name: string
  /** Absent: in every project. */
  project?: string
  archived?: boolean
  /** Gets the new issues with this component. */
  lead?: string
}

/** `where`: the projects whose context has the option. */
export type SandboxOption = {
  id: string
  value: string
  where?: string[]
  disabled?: boolean
  children?: { id: string; value: string }[]
}

/** An automation: after each edit of an issue it sets these fields, as an account of its own, ours or anybody's. */
type SandboxRule = { by: string; fields: Record<string, unknown> }

type FieldKind =
  | 'select'
  | 'radiobuttons'
  | 'cascadingselect'
  | 'multiselect'
  | 'multicheckboxes'
  | 'textfield'
  | 'textarea'
  | 'float'
  | 'datepicker'
  | 'labels'
  | 'team'
  | 'requesttype'
  | 'assets'
  | 'userpicker'
  | 'grouppicker'
  | 'vote'
  | 'securitylevel'

export type SandboxField = {
  id: string
  name: string
  kind: FieldKind
  options: SandboxOption[]
  /** Jira accepts every value and stores none. */
  drops?: true
  /** An edit of an issue without it is refused, as some validators do. */
  demanded?: true
}

/** On which screens a field is missing: all, or those of a project, of an issue type, or for editing alone. */
type Hidden = { field: string; project?: string; type?: string; edit?: true }

export type Item = {
  field: string
  fieldtype: 'jira' | 'custom'
  fieldId: string
  from: string | null
  fromString: string | null
  to: string | null
  toString: string | null
}

export type History = { id: string; author: string; created: Date; items: Item[]; historyMetadata?: unknown }

export type Comment = {
  id: string
  author: string
  body: string
  public: boolean
  properties: { key: string; value: unknown }[]
  created: Date
}

/** Values as ids: `priority: '3'`, `components: ['10001']`, a select's option id, `parent/child`, a person's id. */
export type Values = Record<string, string | string[] | null>

export type StoredIssue = {
  id: string
  key: string
  project: string
  type: string
  summary: string
  description: string
  reporter: string
  values: Values
  created: Date
  updated: Date
  comments: Comment[]
  histories: History[]
  properties: Map<string, unknown>
}

const PRIORITIES: Named[] = [
  { id: '1', name: 'Highest' },
  { id: '2', name: 'High' },
  { id: '3', name: 'Medium', isDefault: true },
  { id: '4', name: 'Low' },
  { id: '5', name: 'Lowest' },
]

export const STATUSES = [
  { id: '10001', name: 'Waiting for support', category: { id: 2, key: 'new', name: 'To Do' } },
  { id: '10002', name: 'In Progress', category: { id: 4, key: 'indeterminate', name: 'In Progress' } },
  { id: '10003', name: 'Done', category: { id: 3, key: 'done', name: 'Done' } },
]

export const RESOLUTIONS = [{ id: '10000', name: 'Done' }]
const ISSUE_TYPES = ['Service Request', 'Incident', 'Problem', 'Change', 'Question', 'Access', 'Purchase', 'Task']

const SERVICES = 'internet mobile tv telephony billing account hosting email vpn crm'.split(' ')
const CATEGORIES = 'outage degradation configuration access payment order question cancellation'.split(' ')
const GROUPS = ['Network', 'Mobile', 'TV', 'Billing', 'Accounts', 'Hosting', 'Workplace']
const AGENTS = [
  'Asta Berg',
  'Ilya Sorokin',
  'Mei Tanaka',
  'Tomas Novak',
  'Lena Vogt',
  'Omar Haddad',
  'Nora Lind',
  'Pavel Orlov',
]

export type Model = ReturnType<typeof createModel>

const PERMISSIONS = ['BROWSE_PROJECTS', 'EDIT_ISSUES', 'ASSIGN_ISSUES', 'ADD_COMMENTS', 'DELETE_OWN_COMMENTS']

export function createModel(options: JiraSandboxOptions) {
  const groups = options.groups ?? GROUPS
  const people = seedPeople(options.edition ?? 'cloud', groups, options.portalPeople ?? [])
  let next = 10_000
  return {
    edition: options.edition ?? ('cloud' as Edition),
    baseUrl: options.baseUrl ?? 'https://sandbox.atlassian.test',
    historyPage: options.historyPage ?? 100,
    searchPage: options.searchPage ?? 1000,
    projects: options.projects ?? ([{ key: 'SUP', name: 'Support', type: 'service_desk' }] as SandboxProject[]),
    components: options.components ?? groups.map((name, i): SandboxComponent => ({ id: String(10_300 + i), name })),
    fields: [
      ...(options.bare ? [] : seedFields(options.values?.service ?? SERVICES, options.values?.category ?? CATEGORIES)),
      ...(options.fields ?? []),
    ],
    priorities: options.priorities ?? PRIORITIES,
    issueTypes: Array.from({ length: options.issueTypes ?? 2 }, (_, i) => ({
      id: String(10_010 + i),
      name: ISSUE_TYPES[i] ?? `Type ${i + 1}`,
    })),
    matrix: options.matrix ?? null,
    teams: [
      { id: 'b1a0c1d2-0000-4000-8000-000000000001', name: 'Network team' },
      { id: 'b1a0c1d2-0000-4000-8000-000000000002', name: 'Billing team' },
    ],
    requestTypes: options.requestTypes ?? [
      { id: '72', name: 'Get IT help' },
      { id: '73', name: 'Request access' },
    ],
    userGroups: (options.userGroups ?? ['network-agents', 'billing-agents']).map((name, i) => ({
      name,
      groupId: `276f955c-63d7-42c8-9520-${String(i).padStart(12, '0')}`,
    })),
    crowd: options.crowd ?? 0,
    hidden: options.hidden ?? [],
    rules: [] as SandboxRule[],
    priorityValues: options.values?.priority ?? { low: '4', normal: '3', high: '2', urgent: '1' },
    people,
    issues: new Map<string, StoredIssue>(),
    numbers: new Map<string, number>(),
    /** Jira still finds a moved issue by the keys that it had. */
    formerKeys: new Map<string, string>(),
    /** Fields that are on no screen: an edit that names one is refused. */
    offScreen: new Set<string>(),
    /** Our account has an agent's licence; without it, internal notes become public. */
    licensed: true,
    credentials: { email: 'pointsman@example.com', apiToken: 'sandbox-api-token' },
    oauth: { clientId: 'sandbox-client', clientSecret: 'sandbox-client-secret', refreshToken: 'sandbox-refresh-0' },
    /** Tokens that are accepted as Bearer. */
    bearers: new Set(['sandbox-bearer-token']),
    /** Our account administers the site: it may make webhooks. */
    administrator: true,
    permissions: new Set(PERMISSIONS.filter((right) => !options.lacking?.includes(right))),
    faults: [] as (Fault & { left: number })[],
    webhooks: [] as Webhook[],
    id: () => String(next++),
    // Two writes in one millisecond must not look simultaneous in the history.
    now: steadyClock(options.now),
  }
}

/** Is the field on the screen on which this issue, or a new one of this type, is edited? */
export function onScreen(
  { hidden, offScreen }: Model,
  field: string,
  at: { project: string; type: string; screen: 'create' | 'edit' },
): boolean {
  if (offScreen.has(field)) return false
  return !hidden.some(
    (one) =>
      one.field === field &&
      (one.project ?? at.project) === at.project &&
      (one.type ?? at.type) === at.type &&
      (!one.edit || at.screen === 'edit'),
  )
}

export function prioritiesOf({ projects, priorities }: Model, project: string) {
  const scheme = projects.find(({ key }) => key === project)?.priorities
  return priorities.filter(({ id }) => !scheme || scheme.includes(id))
}

function steadyClock(now = () => new Date()): () => Date {
  let last = 0
  return () => {
    last = Math.max(now().getTime(), last + 1)
    return new Date(last)
  }
}

function seedPeople(
  edition: Edition,
  groups: string[],
  portalPeople: string[],
): { self: SandboxPerson; agents: SandboxPerson[]; others: SandboxPerson[] } {
  const person = (n: number, name: string, more: Partial<SandboxPerson> = {}): SandboxPerson => ({
    id:
      edition === 'cloud'
        ? `712020:00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
        : name.toLowerCase().replace(/\W+/g, '.'),
    key: `JIRAUSER${10_100 + n}`,
    name,
    email: `${name.toLowerCase().replace(/\W+/g, '.')}@example.com`,
    type: 'atlassian',
    groups: [],
    assignable: true,
    ...more,
  })
  const agents = AGENTS.map((name, i) =>
    person(i + 1, name, { groups: groups.filter((_, g) => g % AGENTS.length === i) }),
  )
  return {
    self: person(90, 'Pointsman', { assignable: false }),
    // People for whom no group is left share the first groups.
    agents: agents.map((one, i) =>
      one.groups.length > 0 ? one : { ...one, groups: [groups[i % groups.length] ?? ''] },
    ),
    others: [
      person(91, 'Automation for Jira', { type: 'app', assignable: false }),
      person(92, 'Sandbox Customer', { type: 'customer', assignable: false }),
      ...portalPeople.map((name, i) => person(200 + i, name, { type: 'customer', assignable: false, portal: true })),
    ],
  }
}

function seedFields(services: string[], categories: string[]): SandboxField[] {
  const options = (first: number, values: string[]) =>
    values.map((value, i) => ({ id: String(first + i), value: title(value) }))
  return [
    { id: 'customfield_10050', name: 'Service', kind: 'select', options: options(10_400, services) },
    { id: 'customfield_10051', name: 'Category', kind: 'select', options: options(10_500, categories) },
    { id: 'customfield_10052', name: 'Product', kind: 'cascadingselect', options: cascade() },
    { id: 'customfield_10053', name: 'Reference', kind: 'textfield', options: [] },
    { id: 'customfield_10054', name: 'Summary for the agent', kind: 'textarea', options: [] },
  ]
}

function cascade(): SandboxField['options'] {
  const children = (first: number, values: string[]) => values.map((value, i) => ({ id: String(first + i), value }))
  return [
    { id: '10600', value: 'Internet', children: children(10_610, ['Fibre', 'DSL']) },
    { id: '10601', value: 'Mobile', children: children(10_620, ['Prepaid', 'Contract']) },
  ]
}

function title(value: string): string {
  return value.charAt(0).toUpperCase() + value.slice(1)
}
