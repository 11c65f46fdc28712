/** The sandbox helpdesks with their agents, behind one interface: plain ones, or one that is set up as a company has it. */
import {
  type Labels,
  type Mapping,
  type OpenDesks,
  type PlayedDesk,
  partsOf,
  type SingleTarget,
  writtenValue,
} from '../src/contract/index.ts'
import type { Configuration } from './configuration.ts'
import { createJiraSandbox, jiraConfigurations, jiraSandboxMapping } from './jira/sandbox.ts'
import type { Sandbox, SandboxTicket } from './sandbox.ts'
import { createZendeskSandbox, zendeskConfigurations, zendeskSandboxMapping } from './zendesk/sandbox.ts'

/** What `openDesks` can open: name -> what it is about. */
export const configurations: Record<string, string> = Object.fromEntries(
  [...jiraConfigurations, ...zendeskConfigurations].map(({ name, about }) => [name, about]),
)

export const openDesks: OpenDesks = ({ groups, agents, configuration, now }) => {
  const asJira = jiraConfigurations.find(({ name }) => name === configuration)
  const asZendesk = zendeskConfigurations.find(({ name }) => name === configuration)
  return [
    ...(asZendesk ? [] : [openJira(groups, now, asJira)]),
    ...(asJira ? [] : [openZendesk({ groups, agents }, now, asZendesk)]),
  ]
}

type Clock = (() => Date) | undefined

function openJira(groups: string[], now: Clock, configured?: (typeof jiraConfigurations)[number]): PlayedDesk {
  const sandbox = createJiraSandbox({ groups, ...(now && { now }), ...configured?.options })
  const { site } = sandbox
  const plain = jiraSandboxMapping(sandbox)
  const credentials = { kind: 'basic' as const, ...site.credentials }
  return desk('jira', sandbox, credentials, jiraVendor, setUpOf(configured, site, plain))
}

function openZendesk(
  seed: { groups: string[]; agents: { name: string; groups: string[] }[] },
  now: Clock,
  configured?: (typeof zendeskConfigurations)[number],
): PlayedDesk {
  const sandbox = createZendeskSandbox({ ...(configured ? configured.options(seed) : seed), ...(now && { now }) })
  const { account } = sandbox
  // The plain mapping names fields that a configured account need not have.
  const plain = zendeskSandboxMapping(sandbox)
  return desk('zendesk', sandbox, sandbox.credentials.basic, zendeskVendor, setUpOf(configured, account, plain))
}

type SetUp = { mappingAt(place: string | null): Mapping; places: string[]; born(n: number): Record<string, unknown> }

function setUpOf<Site>(configured: Configuration<Site> | undefined, site: Site, plain: Mapping): SetUp {
  return {
    mappingAt: (place) => configured?.mapping(site, place) ?? plain,
    places: configured?.places?.(site) ?? [],
    born: (n) => configured?.born?.(n, site) ?? {},
  }
}

/** How a vendor spells what its agents set. */
type VendorFields = {
  place(ticket: SandboxTicket): string | null
  /** Groups of its own. */
  native: string | null
  assignee: [field: string, spell: (id: string) => unknown]
  entry(target: SingleTarget, raw: string): [field: string, value: unknown]
}

function desk(
  kind: string,
  sandbox: Sandbox,
  credentials: PlayedDesk['credentials'],
  vendor: VendorFields,
  { mappingAt, places, born }: SetUp,
): PlayedDesk {
  let made = 0
  return {
    kind,
    fetch: (request) => sandbox.app.fetch(request),
    mapping: mappingAt(null),
    places,
    mappingAt,
    credentials,
    listensAt(baseUrl) {
      sandbox.baseUrl = baseUrl
    },
    connect(baseUrl, url, secret) {
      sandbox.baseUrl = baseUrl
      sandbox.webhooks.push({ url, secret, style: 'events' })
    },
    create: (ticket) => sandbox.create({ ...ticket, fields: born(made++) }),
    async correct(ticketId, { assignee, ...labels }) {
      const ticket = sandbox.ticket(ticketId)
      const where = mappingAt(ticket ? vendor.place(ticket) : null)
      const fields = fieldsOf(labels, where, vendor)
      if (Object.keys(fields).length > 0) await sandbox.edit(ticketId, fields)
      const person = assignee === undefined ? undefined : where.people[assignee]
      const [field, spell] = vendor.assignee
      if (person !== undefined) await sandbox.edit(ticketId, { [field]: spell(person) })
    },
    resolve: (ticketId) => sandbox.resolve(ticketId),
    settled: () => sandbox.settled(),
  }
}

function fieldsOf({ group, ...labels }: Labels, mapping: Mapping, vendor: VendorFields): Record<string, unknown> {
  const entries = Object.entries(labels).flatMap(([field, id]) => {
    const target = mapping.fields[field]
    return (target ? partsOf(target) : []).flatMap((part) => {
      const value = writtenValue(part, id)
      return value === null ? [] : [vendor.entry(part, value)]
    })
  })
  const groupId = group === undefined ? undefined : mapping.groups[group]
  if (groupId !== undefined && mapping.group?.to === 'native' && vendor.native) entries.push([vendor.native, groupId])
  else if (groupId !== undefined && mapping.group && mapping.group.to !== 'native')
    entries.push(vendor.entry(mapping.group, groupId))
  return Object.fromEntries(entries)
}

const jiraVendor: VendorFields = {
  place: ({ key }) => key.replace(/-\d+$/, ''),
  native: null,
  assignee: ['assignee', (accountId) => ({ accountId })],
  entry(target, raw) {
    if (target.to === 'component') return ['components', [{ id: raw }]]
    return target.to === 'field' ? [target.id, spelled(target.type, raw)] : ['priority', { id: raw }]
  },
}

function spelled(type: string, raw: string): unknown {
  const [id, child] = raw.split('/')
  switch (type) {
    case 'cascading':
      return { id, ...(child !== undefined && { child: { id: child } }) }
    case 'multiselect':
      return [{ id: raw }]
    case 'labels':
      return [raw]
    case 'group':
      return { name: raw }
    case 'request-type':
      return raw
    default:
      return { id: raw }
  }
}

const zendeskVendor: VendorFields = {
  place: ({ fields }) => String(fields.ticket_form_id ?? ''),
  native: 'group_id',
  assignee: ['assignee_id', (id) => id],
  entry(target, raw) {
    if (target.to !== 'field') return ['priority', raw]
    return [target.id, target.type === 'multiselect' ? [raw] : raw]
  },
}
