/** The kinds of field of each vendor, with what a test needs to write, change, clear and refuse one. */
import type { SetupServer } from 'msw/node'
import { jira } from '../../connectors/jira/index.ts'
import type { Sandbox } from '../../connectors/sandbox.ts'
import { zendesk } from '../../connectors/zendesk/index.ts'
import { createZendeskSandbox } from '../../connectors/zendesk/sandbox.ts'
import { type Connection, type Connector, Mapping } from '../../src/contract/index.ts'
import { type Edition, openFields, TEAMS, USERS } from './jira-fields.ts'
import { zendeskConnection, zendeskHandlers } from './zendesk.ts'

export type KindRow = {
  type: string
  /** Jira: the id of the field. Zendesk: its title in the sandbox. */
  field: string
  /** The vendor's values of our `one` and `two`. */
  one: string
  two: string
  /** What a person sets to mean `two`, and to mean nothing. */
  theirs: unknown
  nothing: unknown
  /** A vendor value that the helpdesk refuses or drops; null: the sandbox takes any, so a refusal is made. */
  wrong: string | null
  /** Our value of an empty field; absent: it has none. A box that nobody ticked is a value. */
  empty?: 'one'
}

export type OpenedKind = { sandbox: Sandbox; connection: Connection; id: string; field: string }

export type KindVendor = {
  name: string
  connector: Connector
  rows: KindRow[]
  /** The types that this edition of the helpdesk cannot take, with a field that has the kind. */
  unwritable: Record<string, string>
  open(server: SetupServer, type: string, field: string, values: Record<string, string>): Promise<OpenedKind>
  /** How the helpdesk says that it refuses this field. */
  refusal(field: string): { status: number; body: unknown }
}

const CLOUD_ONLY: KindRow[] = [
  {
    type: 'request-type',
    field: 'customfield_12',
    one: '72',
    two: '73',
    theirs: '73',
    nothing: null,
    wrong: '9999',
  },
  {
    type: 'assets',
    field: 'customfield_13',
    one: 'ws-1:5',
    two: 'ws-1:6',
    theirs: [{ workspaceId: 'ws-1', objectId: '6' }],
    nothing: null,
    wrong: null,
  },
]

export const jiraRows = (edition: Edition): KindRow[] => {
  const [asta, ilya] = USERS[edition]
  const row = (type: string, number: number, values: [string, string], theirs: unknown, wrong: string | null) => ({
    type,
    field: `customfield_${number}`,
    one: values[0],
    two: values[1],
    theirs,
    nothing: null,
    wrong,
  })
  return [
    row('select', 1, ['10', '11'], { id: '11' }, '99'),
    // A mapping of an earlier release.
    row('select', 3, ['30', '31'], [{ id: '31' }], '99'),
    row('cascading', 2, ['20/201', '21/211'], { id: '21', child: { id: '211' } }, '20/211'),
    row('multiselect', 3, ['30', '31'], [{ id: '31' }], '99'),
    row('number', 7, ['5', '7.5'], 7.5, 'many'),
    row('date', 8, ['2026-01-31', '2026-02-01'], '2026-02-01', 'soon'),
    row('labels', 9, ['vpn', 'tv'], ['tv'], 'two words'),
    row('text', 5, ['First', 'Second'], 'Second', null),
    row('team', 11, [TEAMS[0], TEAMS[1]], TEAMS[1], 'nobody'),
    row('user', 14, [asta, ilya], edition === 'cloud' ? { accountId: ilya } : { name: ilya }, 'nobody'),
    row('group', 15, ['network-agents', 'billing-agents'], { name: 'billing-agents' }, 'no-such-group'),
    ...(edition === 'cloud' ? CLOUD_ONLY : []),
  ]
}

const jiraKinds = (edition: Edition): KindVendor => ({
  name: `Jira ${edition}`,
  connector: jira,
  rows: jiraRows(edition),
  unwritable: edition === 'cloud' ? {} : Object.fromEntries(CLOUD_ONLY.map(({ type, field }) => [type, field])),
  async open(server, type, field, values) {
    const opened = await openFields(server, { it: { to: 'field', id: field, type, values } }, { edition })
    return { ...opened, field }
  },
  refusal: (field) => ({ status: 400, body: { errorMessages: [], errors: { [field]: 'is not allowed' } } }),
})

const options = (...tags: string[]) => tags.map((value) => ({ name: value, value }))

const zendeskRows: KindRow[] = [
  ['tagger', 'impact_low', 'impact_high', 'impact_high', 'no_such_option'] as const,
  ['lookup', '7001', '7002', '7002', 'the router'] as const,
  ['integer', '73', '7', '7', 'many'] as const,
  ['decimal', '12.5', '-3', '-3', '1,5'] as const,
  ['date', '2026-11-28', '2027-01-02', '2027-01-02', 'tomorrow'] as const,
  ['regexp', 'AB-1234', 'CD-9999', 'CD-9999', 'no contract'] as const,
  ['text', 'a modem', 'a router', 'a router', null] as const,
].map(([type, one, two, theirs, wrong]) => ({ type, field: type, one, two, theirs, nothing: null, wrong }))

const zendeskKinds: KindVendor = {
  name: 'Zendesk',
  connector: zendesk,
  rows: [
    ...zendeskRows,
    {
      type: 'multiselect',
      field: 'multiselect',
      one: 'ms_internet',
      two: 'ms_mobile',
      theirs: ['ms_mobile'],
      nothing: [],
      wrong: 'no_such_option',
    },
    {
      type: 'checkbox',
      field: 'checkbox',
      one: 'false',
      two: 'true',
      theirs: true,
      nothing: false,
      wrong: null,
      empty: 'one',
    },
  ],
  unwritable: {},
  async open(server, type, title, values) {
    const listed: Record<string, ReturnType<typeof options>> = {
      tagger: options('impact_low', 'impact_high'),
      multiselect: options('ms_internet', 'ms_mobile', 'ms_fax'),
    }
    const kinds = ['tagger', 'multiselect', 'checkbox', 'lookup', 'integer', 'decimal', 'date', 'regexp', 'text']
    const fields = kinds.map((kind) => ({ title: kind, type: kind, options: listed[kind] ?? [] }))
    const sandbox = createZendeskSandbox({ backoffMs: 1, fields })
    server.use(...zendeskHandlers(sandbox))
    const field = sandbox.account.fields.find((one) => one.title === title)!.id
    const mapping = Mapping.parse({ fields: { it: { to: 'field', id: field, type, values } } })
    const { id } = await sandbox.create({ subject: 'No connection', body: 'The line is dead' })
    return { sandbox, connection: zendeskConnection(sandbox, { mapping }), id, field }
  },
  refusal: (field) => ({
    status: 422,
    body: {
      error: 'RecordInvalid',
      description: 'Record validation errors',
      details: { base: [{ description: 'is not allowed', ticket_field_id: Number(field) }] },
    },
  }),
}

export const kindVendors: KindVendor[] = [jiraKinds('cloud'), jiraKinds('datacenter'), zendeskKinds]
