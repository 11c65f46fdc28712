/** The one update that writes a decision into Zendesk. Pure. */

import type { Connection, FreshTicket, Mapping, Note, Target, Write } from '../../src/contract/index.ts'
import { HelpdeskError } from '../../src/errors.ts'
import type { Stamp } from './fetch.ts'
import { isId, wireId } from './json.ts'
import { hasNativeGroup, idOf, isOwnTag, targets, vendorValue } from './mapping.ts'

/** Members of `ticket` in PUT /api/v2/tickets/{id}, named as in the published API description. */
export type TicketUpdate = {
  priority?: string
  group_id?: number
  assignee_id?: number
  custom_fields?: { id: number; value: string }[]
  tags?: string[]
  comment?: { body: string; public: false }
  metadata: { pointsman_decision: string }
  updated_stamp: string
  safe_update: true
}

export function updateOf({ mapping }: Pick<Connection, 'mapping'>, base: FreshTicket, write: Write): TicketUpdate {
  const { updatedAt, tags } = base.stamp as Stamp
  const placed = targets(mapping).flatMap(([field, target]): Placed[] => {
    const value = write.set[field]
    return value === undefined ? [] : [{ field, target, raw: rawValue(field, target, value) }]
  })
  refuseUnmapped(mapping, write, placed)
  return {
    ...fieldMembers(placed),
    ...tagMembers(placed, base, tags),
    ...routeMembers(mapping, base, write),
    ...(write.note && { comment: { body: noteText(write.note), public: false } }),
    metadata: { pointsman_decision: write.decisionId },
    updated_stamp: updatedAt,
    safe_update: true,
  }
}

type Placed = { field: string; target: Target; raw: string }

function rawValue(field: string, target: Target, value: string): string {
  const raw = vendorValue(target, value)
  if (raw !== null) return raw
  throw unmapped(
    field,
    `The mapping has no Zendesk value for ${field} ${value}`,
    `Add ${value} to the values of ${field}.`,
  )
}

function refuseUnmapped(mapping: Mapping, write: Write, placed: Placed[]): void {
  const known = new Set([
    ...placed.map(({ field }) => field),
    'assignee',
    ...(hasNativeGroup(mapping) ? ['group'] : []),
  ])
  for (const field of Object.keys(write.set))
    if (!known.has(field))
      throw unmapped(field, `The mapping has no target for ${field}`, `Map ${field} to a Zendesk field.`)
  for (const { field, target } of placed)
    if (target.to === 'component')
      throw unmapped(
        field,
        `${field} is mapped to a component, but Zendesk has no components`,
        `Map ${field} to a field or a tag.`,
      )
}

function fieldMembers(placed: Placed[]): Pick<TicketUpdate, 'priority' | 'custom_fields'> {
  const priority = placed.find(({ target }) => target.to === 'priority')?.raw
  const custom = placed.flatMap(({ field, target, raw }) =>
    target.to === 'field' ? [{ id: vendorId(field, target.id), value: raw }] : [],
  )
  return { ...(priority && { priority }), ...(custom.length > 0 && { custom_fields: custom }) }
}

/**
 * `tags` in an update replaces all tags. With `safe_update` that is safe: we send the tags that we read, without our old
 * values and with the new ones, and a tag added meanwhile gives a conflict. The tag of a drop-down's old value is left out
 * too: it would contradict the new value of the field.
 */
function tagMembers(placed: Placed[], base: FreshTicket, read: string[]): Pick<TicketUpdate, 'tags'> {
  const labels = placed.flatMap(({ target, raw }) => (target.to === 'label' ? [{ target, raw }] : []))
  if (labels.every(({ raw }) => read.includes(raw)) && labels.every(({ target, raw }) => !others(read, target, raw)))
    return {}
  const taggers = placed.filter(({ target }) => target.to === 'field' && target.type === 'tagger')
  const stale = new Set(
    taggers.flatMap(({ field, target }) => [...Object.values(target.values), base.fields[field]?.raw]),
  )
  const kept = read.filter((tag) => !stale.has(tag) && !labels.some(({ target }) => isOwnTag(target, tag)))
  return { tags: [...new Set([...kept, ...labels.map(({ raw }) => raw), ...taggers.map(({ raw }) => raw)])] }
}

function others(read: string[], target: Target, raw: string): boolean {
  return target.to === 'label' && read.some((tag) => tag !== raw && isOwnTag(target, tag))
}

/**
 * An assignee must be in the ticket's group, so we send the group with the assignee; without it Zendesk uses the agent's
 * default group. With a group alone Zendesk clears an assignee who is not in it: we send the present assignee too, so
 * that Zendesk refuses the update instead of taking the ticket from a person.
 */
function routeMembers(mapping: Mapping, base: FreshTicket, write: Write) {
  const { assignee } = write.set
  const group = hasNativeGroup(mapping) ? write.set.group : undefined
  if (assignee === undefined && group === undefined) return {}
  const groupId = group === undefined ? base.fields.group?.raw : idOf(mapping.groups, group)
  if (group !== undefined && groupId === null)
    throw unmapped(
      'group',
      `The mapping has no Zendesk group for ${group}`,
      `Add ${group} to the groups of the mapping.`,
    )
  const assigneeId = assignee === undefined ? base.fields.assignee?.raw : idOf(mapping.people, assignee)
  if (assignee !== undefined && assigneeId === null)
    throw unmapped('assignee', `The mapping has no Zendesk user for ${assignee}`, `Add ${assignee} to its people.`)
  return {
    ...(groupId && hasNativeGroup(mapping) && { group_id: vendorId('group', groupId) }),
    ...(assigneeId && { assignee_id: vendorId('assignee', assigneeId) }),
  }
}

function vendorId(field: string, id: string): number {
  if (isId(id)) return wireId(id)
  throw unmapped(field, `${id} is not a Zendesk id (${field})`, `Use the numeric id from Zendesk in the mapping.`)
}

/** `field` is the name that the reader finds in the mapping: ours, or the vendor's. */
export function unmapped(field: string, message: string, next: string): HelpdeskError {
  return new HelpdeskError('invalid', message, { next, fields: { [field]: message } })
}

function noteText({ title, lines, link }: Note): string {
  return [title, ...lines.map(({ name, text }) => `${name}: ${text}`), ...(link ? [link] : [])].join('\n')
}
