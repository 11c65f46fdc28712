/**
 * What Zendesk sends. Only members that we use are named, and a member of an unexpected type counts as missing. Ids are
 * strings in events and numbers in REST; enums are UPPER CASE in events and lower case in REST; `meta` is missing from
 * some events.
 */
import { z } from 'zod'
import { readId, readTags, readText, readTime } from './json.ts'

/** Any value, or none. */
const maybe = z.unknown().optional()
const id = maybe.transform(readId)
const text = maybe.transform(readText)
const word = maybe.transform((value) => (value === undefined ? undefined : (readText(value)?.toLowerCase() ?? null)))
const time = maybe.transform(readTime)
const tags = maybe.transform(readTags)
const flag = maybe.transform((value) => (typeof value === 'boolean' ? value : null))
const list = maybe.transform((value): unknown[] => (Array.isArray(value) ? value : []))

function part<Shape extends z.ZodRawShape>(shape: Shape) {
  const record = (value: unknown) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {})
  return maybe.transform(record).pipe(z.looseObject(shape))
}

const via = part({ channel: word, source: part({ rel: word }) })

/** `{type: "zen:event-type:ticket.…"}`: an event subscription. */
export const EventBody = z.looseObject({
  type: z.string().startsWith('zen:event-type'),
  subject: text,
  time,
  id: text,
  detail: part({
    id,
    actor_id: id,
    assignee_id: id,
    brand_id: id,
    created_at: time,
    description: text,
    form_id: id,
    group_id: id,
    organization_id: id,
    priority: word,
    requester_id: id,
    status: word,
    subject: text,
    tags,
    type: word,
    updated_at: time,
    via,
  }),
  event: part({
    current: maybe,
    previous: maybe,
    custom_field: part({ id }),
    tags_added: tags,
    tags_removed: tags,
    comment: part({ is_public: flag, author: part({ id, name: text, is_staff: flag }) }),
    target_ticket_id: id,
    meta: part({ sequence: part({ id: text }) }),
  }),
})
export type EventBody = z.infer<typeof EventBody>

/** The body that our docs recommend for a trigger: ids only, so that no placeholder can break the JSON. */
export const TriggerBody = z.looseObject({ kind: text, ticket_id: id, updated_at: text, current_user_id: id })
export type TriggerBody = z.infer<typeof TriggerBody>

const known = z.unknown().transform(readId).pipe(z.string())

export const TicketResource = z.looseObject({
  id: known,
  subject: text,
  description: text,
  status: word,
  custom_status: part({ status_category: word }),
  priority: word,
  type: word,
  group_id: id,
  assignee_id: id,
  requester_id: id,
  organization_id: id,
  brand_id: id,
  ticket_form_id: id,
  tags: tags.transform((value) => value ?? []),
  custom_fields: list.pipe(z.array(part({ id, value: maybe }))),
  via,
  created_at: time,
  /** Unchanged: Zendesk compares `updated_stamp` with its own text. */
  updated_at: z.string(),
})
export type TicketResource = z.infer<typeof TicketResource>

export const AuditResource = z.looseObject({
  id: known,
  created_at: time,
  author_id: id,
  via,
  metadata: part({ custom: part({ pointsman_decision: text }) }),
  events: list.pipe(z.array(part({ id, type: text, field_name: text, value: maybe, previous_value: maybe, via }))),
})
export type AuditResource = z.infer<typeof AuditResource>

export const UserResource = z.looseObject({
  id,
  name: text,
  email: text,
  role: word,
  role_type: maybe,
  active: flag,
  suspended: flag,
  ticket_restriction: word,
})
export type UserResource = z.infer<typeof UserResource>

export const FieldResource = z.looseObject({
  id: known,
  type: text,
  title: text,
  active: flag,
  required: flag,
  removable: flag,
  agent_can_edit: flag,
  /** Of a checkbox: a ticked one adds it to the ticket. */
  tag: text,
  custom_field_options: list.pipe(z.array(part({ name: text, value: text, default: flag }))),
  system_field_options: list.pipe(z.array(part({ name: text, value: text }))),
})
export type FieldResource = z.infer<typeof FieldResource>

export const GroupResource = z.looseObject({ id: known, name: text, deleted: flag, is_public: flag, default: flag })
export type GroupResource = z.infer<typeof GroupResource>

export const MembershipResource = z.looseObject({ user_id: id, group_id: id })
export type MembershipResource = z.infer<typeof MembershipResource>

export const BrandResource = z.looseObject({ id: known, name: text })
export type BrandResource = z.infer<typeof BrandResource>

const ids = list.transform((items) => items.flatMap((item) => readId(item) ?? []))
const statuses = part({ type: text, statuses: list })

/** `agent_conditions`: a value of the parent field shows other fields, and may require them. */
export const FormResource = z.looseObject({
  id: known,
  name: text,
  active: flag,
  ticket_field_ids: ids,
  in_all_brands: flag,
  restricted_brand_ids: ids,
  agent_conditions: list.pipe(
    z.array(
      part({
        parent_field_id: id,
        value: maybe,
        child_fields: list.pipe(z.array(part({ id, is_required: flag, required_on_statuses: statuses }))),
      }),
    ),
  ),
})
export type FormResource = z.infer<typeof FormResource>

const condition = part({ field: text, operator: text, value: maybe })

export const TriggerResource = z.looseObject({
  title: text,
  active: flag,
  conditions: part({ all: list.pipe(z.array(condition)), any: list.pipe(z.array(condition)) }),
  actions: list.pipe(z.array(part({ field: text, value: maybe }))),
})
export type TriggerResource = z.infer<typeof TriggerResource>
