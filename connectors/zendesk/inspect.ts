/** What the Zendesk account offers, and what our user may do. */
import { z } from 'zod'
import type { Connection, Metadata } from '../../src/contract/index.ts'
import { HelpdeskError } from '../../src/errors.ts'
import { type Api, broken, openApi } from './client.ts'
import { FieldResource, GroupResource, MembershipResource, UserResource } from './payload.ts'

const PRIORITIES = ['low', 'normal', 'high', 'urgent']
/** `role_type` of users who may only read and add internal notes. */
const LIGHT_AGENT = 1

export async function inspect(connection: Connection): Promise<Metadata> {
  const api = openApi(connection)
  const me = await whoAmI(api)
  const missing = missingRights(me, connection)
  const self = { id: me.id ?? '', name: me.name ?? '', ...(me.email && { email: me.email }) }
  // An end user may not read the rest: one line that says so is better than a 403.
  if (me.role === 'end-user')
    return { self, fields: [], priorities: [], components: [], groups: [], people: [], missing }
  const [fields, groups, people] = [await readFields(api), await readGroups(api), await readPeople(api)]
  return {
    self,
    fields: fields.map(fieldOf),
    priorities: prioritiesOf(fields),
    components: [],
    groups: groups.map(({ id, name, deleted }) => ({ id, name: name ?? id, active: deleted !== true })),
    people,
    missing,
  }
}

async function whoAmI(api: Api): Promise<UserResource> {
  const { result } = (await api.library.users.me().catch((error: unknown) => {
    // Every account has this path, so the base URL is not a Zendesk account.
    if (error instanceof HelpdeskError && error.fault === 'gone') throw broken(error.message, error)
    throw error
  })) as { result?: unknown }
  const me = check(UserResource, result, 'users/me')
  if (me.id) return me
  // Without valid credentials this one call answers 200 with an anonymous user.
  throw new HelpdeskError('auth', 'Zendesk treats our credentials as an anonymous user.', {
    next: "Renew the connection's credentials.",
  })
}

function missingRights(me: UserResource, { mode }: Connection): Metadata['missing'] {
  const missing: Metadata['missing'] = []
  if (me.role === 'end-user') missing.push({ what: 'our user is an end user', next: 'Make it an agent in Zendesk.' })
  if (me.role_type === LIGHT_AGENT && mode === 'automate')
    missing.push({
      what: 'our user is a light agent and cannot set fields',
      next: 'Give it a full agent seat in Zendesk.',
    })
  if (me.ticket_restriction && me.role !== 'end-user')
    missing.push({
      what: `our user only sees some tickets (${me.ticket_restriction})`,
      next: 'Give it access to all tickets in Zendesk.',
    })
  return missing
}

async function readFields(api: Api): Promise<FieldResource[]> {
  return check(z.array(FieldResource), await api.library.ticketfields.list(), 'ticket_fields')
}

async function readGroups(api: Api): Promise<GroupResource[]> {
  return check(z.array(GroupResource), await api.library.groups.assignable(), 'groups/assignable')
}

async function readPeople(api: Api): Promise<Metadata['people']> {
  const path = 'group_memberships/assignable'
  const memberships = check(z.array(MembershipResource), await api.list(path, 'group_memberships'), path)
  const staff = await api.list('users', 'users', [
    ['role[]', 'agent'],
    ['role[]', 'admin'],
  ])
  const groupsOf = Map.groupBy(memberships, ({ user_id }) => user_id)
  return check(z.array(UserResource), staff, 'users').flatMap(({ id, name, active, suspended }) => {
    const groups = (groupsOf.get(id) ?? []).flatMap(({ group_id }) => group_id ?? [])
    return id ? [{ id, name: name ?? id, active: active !== false && suspended !== true, groups }] : []
  })
}

/** A drop-down is written by the option's value (its tag), never by its id or name. */
function fieldOf({ id, title, type, custom_field_options: options }: FieldResource): Metadata['fields'][number] {
  return { id, name: title ?? id, type: type ?? 'unknown', options: options.flatMap(optionOf) }
}

function prioritiesOf(fields: FieldResource[]): Metadata['priorities'] {
  // It is called `basic_priority` in an account that uses normal and high only.
  const field = fields.find(({ type }) => type === 'priority' || type === 'basic_priority')
  const options = field?.system_field_options.flatMap(optionOf) ?? []
  const known = options.length > 0 ? options : PRIORITIES.map((id) => ({ id, name: id }))
  return known.map((option) => ({ ...option, isDefault: false }))
}

function optionOf({ value, name }: { value: string | null; name: string | null }) {
  return value ? [{ id: value, name: name ?? value }] : []
}

function check<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw broken(`${what} from Zendesk has an unknown shape`, parsed.error)
  return parsed.data
}
