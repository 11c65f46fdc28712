/** A sandbox Jira with a field of every kind, and a connection to it. */
import { http } from 'msw'
import type { SetupServer } from 'msw/node'
import { jira } from '../../connectors/jira/index.ts'
import { createJiraSandbox, type JiraSandboxOptions, jiraSandboxConnection } from '../../connectors/jira/sandbox.ts'
import { type Connection, Mapping, type Write } from '../../src/contract/index.ts'

type Field = NonNullable<JiraSandboxOptions['fields']>[number]

const FIELDS: Field[] = [
  { id: 'customfield_1', name: 'Radio', kind: 'radiobuttons', options: options('10', 'One', 'Two') },
  {
    id: 'customfield_2',
    name: 'Product',
    kind: 'cascadingselect',
    options: [
      { id: '20', value: 'ERP', children: options('201', 'Billing', 'HR') },
      { id: '21', value: 'CRM', children: options('211', 'Leads') },
    ],
  },
  { id: 'customfield_3', name: 'Products', kind: 'multiselect', options: options('30', 'One', 'Two', 'TV') },
  { id: 'customfield_4', name: 'Flags', kind: 'multicheckboxes', options: options('40', 'Outage', 'Regulated') },
  { id: 'customfield_5', name: 'Short', kind: 'textfield', options: [] },
  { id: 'customfield_6', name: 'Long', kind: 'textarea', options: [] },
  { id: 'customfield_7', name: 'Score', kind: 'float', options: [] },
  { id: 'customfield_8', name: 'Day', kind: 'datepicker', options: [] },
  { id: 'customfield_9', name: 'Topics', kind: 'labels', options: [] },
  { id: 'customfield_11', name: 'Team', kind: 'team', options: [] },
  { id: 'customfield_12', name: 'Request Type', kind: 'requesttype', options: [] },
  { id: 'customfield_13', name: 'Asset', kind: 'assets', options: [] },
  { id: 'customfield_14', name: 'Engineer', kind: 'userpicker', options: [] },
  { id: 'customfield_15', name: 'Group', kind: 'grouppicker', options: [] },
  { id: 'customfield_16', name: 'Votes', kind: 'vote', options: [] },
  { id: 'customfield_17', name: 'Urgency', kind: 'select', options: options('170', 'Low', 'High') },
  { id: 'customfield_18', name: 'Ghost', kind: 'select', options: options('180', 'One', 'Two'), drops: true },
  { id: 'customfield_19', name: 'Security', kind: 'securitylevel', options: options('190', 'Staff', 'Reporter') },
]

function options(first: string, ...values: string[]) {
  return values.map((value, n) => ({ id: String(Number(first) + n), value }))
}

export const TEAMS = ['b1a0c1d2-0000-4000-8000-000000000001', 'b1a0c1d2-0000-4000-8000-000000000002'] as const
export const USERS = {
  cloud: ['712020:00000000-0000-4000-8000-000000000001', '712020:00000000-0000-4000-8000-000000000002'],
  datacenter: ['asta.berg', 'ilya.sorokin'],
} as const

export type Edition = keyof typeof USERS

/** `more` of the mapping: groups, people. */
export async function openFields(
  server: SetupServer,
  fields: unknown,
  { edition = 'cloud', more = {} }: { edition?: Edition; more?: object } = {},
) {
  const sandbox = createJiraSandbox({ baseUrl: 'https://jira.test', edition, fields: FIELDS })
  const connection: Connection = { ...jiraSandboxConnection(sandbox), mapping: Mapping.parse({ fields, ...more }) }
  server.use(http.all('https://jira.test/*', ({ request }) => sandbox.app.fetch(request)))
  const { id } = await sandbox.create({ subject: 'VPN drops', body: 'Every hour.' })
  const base = () => jira.fetch(connection, id)
  let decisions = 0
  const write = async (set: Write['set']) => {
    decisions += 1
    return jira.apply(connection, await base(), { decisionId: `d-${decisions}`, set, note: null })
  }
  const shown = (field: string) => sandbox.ticket(id)!.fields[field]
  const edits = () => sandbox.requests.filter(({ method }) => method === 'PUT')
  return { sandbox, connection, id, base, write, shown, edits }
}
