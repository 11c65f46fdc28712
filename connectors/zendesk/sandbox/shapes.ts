/** Records of the sandbox in the shapes of REST (numeric ids, lower case) and of events (string ids, UPPER CASE). */
import type { Audit, StoredTicket } from './desk.ts'
import type { Account, Form, Group, Trigger, User } from './seed.ts'

const NO_SOURCE = { from: {}, to: {}, rel: null }

export function ticketShape(ticket: StoredTicket, baseUrl: string) {
  const custom = Object.entries(ticket.custom).map(([id, value]) => ({ id: Number(id), value }))
  return {
    url: `${baseUrl}/api/v2/tickets/${ticket.id}.json`,
    id: Number(ticket.id),
    external_id: null,
    via: viaShape(ticket.channel),
    created_at: ticket.created_at,
    updated_at: ticket.updated_at,
    generated_timestamp: Math.floor(Date.parse(ticket.updated_at) / 1000),
    type: null,
    subject: ticket.subject,
    raw_subject: ticket.subject,
    description: ticket.description,
    priority: ticket.priority,
    status: ticket.deleted ? 'deleted' : ticket.status,
    recipient: null,
    requester_id: Number(ticket.requester),
    submitter_id: Number(ticket.requester),
    assignee_id: numeric(ticket.assignee_id),
    organization_id: null,
    group_id: numeric(ticket.group_id),
    collaborator_ids: [],
    follower_ids: [],
    email_cc_ids: [],
    has_incidents: false,
    is_public: true,
    due_at: null,
    tags: ticket.tags,
    custom_fields: custom,
    fields: custom,
    ticket_form_id: Number(ticket.form),
    brand_id: Number(ticket.brand),
    allow_channelback: false,
    allow_attachments: true,
  }
}

export function auditShape(ticket: StoredTicket, audit: Audit) {
  return {
    id: Number(audit.id),
    ticket_id: Number(ticket.id),
    created_at: audit.at,
    author_id: Number(audit.by),
    metadata: { system: {}, custom: audit.metadata },
    events: audit.events.map(({ via, ...event }) => ({
      ...event,
      id: Number(event.id),
      ...(via && { via: viaShape(via) }),
      ...(event.author_id && { author_id: Number(event.author_id) }),
    })),
    via: viaShape(audit.via),
  }
}

function viaShape(channel: string) {
  return channel === 'rule'
    ? { channel, source: { from: { id: 1, title: 'Sandbox trigger' }, to: {}, rel: 'trigger' } }
    : { channel, source: NO_SOURCE }
}

export function userShape({ id, name, email, role, role_type, active, suspended }: User) {
  return {
    id: Number(id),
    name,
    email,
    role,
    role_type,
    active,
    suspended,
    verified: true,
    ticket_restriction: role === 'end-user' ? 'requested' : null,
  }
}

export function groupShape({ id, name, private: isPrivate }: Group) {
  return { id: Number(id), name, deleted: false, default: false, is_public: !isPrivate }
}

export function membershipShapes(agents: User[]) {
  return agents.flatMap(({ id, groups }, a) =>
    groups.map((group, g) => ({
      id: 1000 + 10 * a + g,
      user_id: Number(id),
      group_id: Number(group),
      default: g === 0,
    })),
  )
}

export function fieldShapes({ fields, priority }: Pick<Account, 'fields' | 'priority'>) {
  const option = (value: string) => ({ name: `${value[0]?.toUpperCase()}${value.slice(1)}`, value })
  const system = (id: number, type: string, title: string, values: string[]) => ({
    id,
    type,
    title,
    active: true,
    removable: false,
    required: false,
    ...(values.length > 0 && { system_field_options: values.map(option) }),
  })
  return [
    system(101, 'subject', 'Subject', []),
    system(102, 'description', 'Description', []),
    system(103, 'status', 'Status', ['open', 'pending', 'hold', 'solved']),
    { ...system(104, 'priority', 'Priority', ['low', 'normal', 'high', 'urgent']), active: priority },
    system(105, 'group', 'Group', []),
    system(106, 'assignee', 'Assignee', []),
    ...fields.map(({ id, title, type, options, tag, active, agentCanEdit }) => ({
      id: Number(id),
      type,
      title,
      active,
      removable: true,
      required: false,
      agent_can_edit: agentCanEdit,
      tag,
      ...(options.length > 0 && {
        custom_field_options: options.map((each) => ({ ...each, id: Number(each.id), raw_name: each.name })),
      }),
    })),
  ]
}

export function formShape({ id, name, fields, brands, conditions }: Form) {
  return {
    id: Number(id),
    name,
    active: true,
    ticket_field_ids: fields.map(Number),
    in_all_brands: brands === null,
    restricted_brand_ids: (brands ?? []).map(Number),
    agent_conditions: conditions.map(({ parent, value, child, statuses }) => ({
      parent_field_id: Number(parent),
      value,
      child_fields: [
        {
          id: Number(child),
          is_required: true,
          required_on_statuses: statuses === 'ALL_STATUSES' ? { type: statuses } : { type: 'SOME_STATUSES', statuses },
        },
      ],
    })),
  }
}

export function triggerShape({ title, on = 'create', ...set }: Trigger) {
  return {
    title,
    active: true,
    conditions: {
      all: [{ field: 'update_type', operator: 'is', value: on === 'create' ? 'Create' : 'Change' }],
      any: [],
    },
    actions: Object.entries(set).map(([field, value]) => ({ field, value })),
  }
}

/** `detail` of an event; custom field values are never in it. */
export function detailShape(ticket: StoredTicket, actor: string) {
  return {
    actor_id: actor,
    assignee_id: ticket.assignee_id,
    brand_id: ticket.brand,
    created_at: ticket.created_at,
    custom_status: null,
    description: ticket.description,
    external_id: null,
    form_id: ticket.form,
    group_id: ticket.group_id,
    id: ticket.id,
    is_public: true,
    organization_id: null,
    priority: ticket.priority?.toUpperCase() ?? null,
    requester_id: ticket.requester,
    status: ticket.status.toUpperCase(),
    subject: ticket.subject,
    submitter_id: ticket.requester,
    tags: ticket.tags,
    type: null,
    updated_at: ticket.updated_at,
    via: { channel: ticket.channel },
  }
}

function numeric(id: string | null): number | null {
  return id === null ? null : Number(id)
}
