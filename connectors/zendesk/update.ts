/** The one update that writes a decision into Zendesk. Pure. */
import {
  type Connection,
  type FreshTicket,
  type Mapping,
  type Note,
  partsOf,
  readValues,
  type SingleTarget,
  type Write,
} from '../../src/contract/index.ts'
import { HelpdeskError } from '../../src/errors.ts'
import type { Stamp } from './fetch.ts'
import { isId, wireId } from './json.ts'
import { type FieldTarget, kindOf, readChosen } from './kinds.ts'
import {
  hasNativeGroup,
  idOf,
  isOwnOption,
  isOwnTag,
  type Label,
  rawIn,
  TOGETHER,
  targets,
  vendorValue,
} from './mapping.ts'

/** Members of `ticket` in PUT /api/v2/tickets/{id}, named as in the published API description. */
export type TicketUpdate = {
  priority?: string | null
  group_id?: number | null
  assignee_id?: number | null
  custom_fields?: { id: number; value: string | boolean | string[] | null }[]
  tags?: string[]
  comment?: { body: string; public: false }
  metadata: { pointsman_decision: string }
  updated_stamp: string
  safe_update: true
}

export function updateOf({ mapping }: Pick<Connection, 'mapping'>, base: FreshTicket, write: Write): TicketUpdate {
  const stamp = base.stamp as Stamp
  const placed = placedOf(mapping, write)
  return {
    ...fieldMembers(placed, stamp),
    ...tagMembers(placed, stamp),
    ...routeMembers(mapping, base, write),
    ...(write.note && { comment: { body: noteText(write.note), public: false } }),
    metadata: { pointsman_decision: write.decisionId },
    updated_stamp: stamp.updatedAt,
    safe_update: true,
  }
}

/** One place that is written, with our field and Zendesk's value; null empties it. */
export type Placed = { field: string; part: SingleTarget; raw: string | null }
type PlacedIn<Part> = Omit<Placed, 'part'> & { part: Part }

export function placedOf(mapping: Mapping, write: Write): Placed[] {
  const placed = targets(mapping).flatMap(([field, target]): Placed[] => {
    const value = write.set[field]
    const earlier = write.restore?.[field]
    if (value === undefined) return []
    return partsOf(target).map((part, at, { length }) => {
      const raw = earlier === undefined ? rawValue(field, part, value) : rawApart(field, earlier, { at, of: length })
      return { field, part, raw }
    })
  })
  refuseUnmapped(mapping, write, placed)
  return placed
}

function rawValue(field: string, part: SingleTarget, value: string): string {
  const raw = vendorValue(part, value)
  if (raw !== null) return raw
  const form = part.to === 'field' ? kindOf(part.type)?.form : undefined
  if (form && Object.keys(part.values).length === 0)
    throw unmapped(field, `${field} is ${value}, and the Zendesk field takes ${form.words}`, `Give ${field} values.`)
  throw unmapped(
    field,
    `The mapping has no Zendesk value for ${field} ${value}`,
    `Add ${value} to the values of ${field}.`,
  )
}

/** The part of one place in an earlier `FieldState.raw`. */
function rawApart(field: string, raw: string | null, { at, of }: { at: number; of: number }): string | null {
  if (raw === null || of === 1) return raw
  const parts = raw.split(TOGETHER)
  if (parts.length === of) return parts[at] || null
  throw unmapped(field, `${raw} cannot be told apart into the places of ${field}`, `Set ${field} by hand.`)
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
  for (const { field, part } of placed) {
    if (part.to === 'component')
      throw unmapped(
        field,
        `${field} is mapped to a component, but Zendesk has no components`,
        `Map ${field} to a field or a tag.`,
      )
    if (part.to === 'field' && !kindOf(part.type))
      throw unmapped(field, `${field} is mapped to a ${part.type} field, which Zendesk does not have`, `Map it again.`)
  }
}

const isField = (one: Placed): one is PlacedIn<FieldTarget> => one.part.to === 'field'
const isLabel = (one: Placed): one is PlacedIn<Label> => one.part.to === 'label'

function fieldMembers(placed: Placed[], stamp: Stamp): Pick<TicketUpdate, 'priority' | 'custom_fields'> {
  const priority = placed.find(({ part }) => part.to === 'priority')
  const custom = placed
    .filter(isField)
    .map(({ field, part, raw }) => ({ id: vendorId(field, part.id), value: wireValue(part, raw, stamp) }))
  return { ...(priority && { priority: priority.raw }), ...(custom.length > 0 && { custom_fields: custom }) }
}

function wireValue(part: FieldTarget, raw: string | null, stamp: Stamp): string | boolean | string[] | null {
  if (part.type === 'checkbox') return raw !== null && raw !== 'false'
  if (part.type !== 'multiselect') return raw
  return [...new Set([...othersChosen(part, stamp), ...listed(raw)])]
}

const listed = (raw: string | null) => (raw === null ? [] : [raw])

/** The options of a multi-select that the mapping does not name: they stay. */
function othersChosen(part: FieldTarget, { custom }: Stamp): string[] {
  return readChosen(custom[part.id]).filter((option) => !isOwnOption(part, option))
}

/**
 * `tags` in an update replaces all tags. With `safe_update` that is safe: we send the tags that we read, without our old
 * values and with the new ones, and a tag added meanwhile gives a conflict. Drop-downs, multi-selects and checkboxes have
 * tags too: those of their old values are left out, because they would contradict the new value of the field.
 */
function tagMembers(placed: Placed[], stamp: Stamp): Pick<TicketUpdate, 'tags'> {
  const { tags: read } = stamp
  const labels = placed.filter(isLabel)
  const isDone = ({ part, raw }: PlacedIn<Label>) =>
    (raw === null || read.includes(raw)) && !read.some((tag) => tag !== raw && isOwnTag(part, tag))
  if (labels.every(isDone)) return {}
  const options = placed.filter(isField).filter(({ part }) => kindOf(part.type)?.listed)
  const stale = new Set(options.flatMap(({ part }) => staleTags(part, stamp)))
  const kept = read.filter((tag) => !stale.has(tag) && !labels.some(({ part }) => isOwnTag(part, tag)))
  const fresh = options.flatMap(({ part, raw }) => freshTags(part, raw))
  return { tags: [...new Set([...kept, ...labels.flatMap(({ raw }) => listed(raw)), ...fresh])] }
}

function staleTags(part: FieldTarget, stamp: Stamp): string[] {
  const own = [...readValues(part).map(({ raw }) => raw), ...part.blank]
  const present = part.type === 'tagger' ? rawIn(part, stamp.custom[part.id]) : null
  return present === null ? own : [...own, present]
}

/** The tag of a checkbox is known only where the mapping names it. */
function freshTags(part: FieldTarget, raw: string | null): string[] {
  if (raw === null) return []
  if (part.type !== 'checkbox') return [raw]
  return raw === 'true' || raw === 'false' ? [] : [raw]
}

/**
 * An assignee must be in the ticket's group, so we send the group with the assignee; without it Zendesk uses the agent's
 * default group. With a group alone Zendesk clears an assignee who is not in it: we send the present assignee too, so
 * that Zendesk refuses the update instead of taking the ticket from a person. A group or assignee that nobody chose is
 * not sent again: Zendesk may replace it.
 */
function routeMembers(mapping: Mapping, base: FreshTicket, write: Write) {
  const { assignee } = write.set
  const group = hasNativeGroup(mapping) ? write.set.group : undefined
  if (assignee === undefined && group === undefined) return {}
  const isRestored = (field: 'group' | 'assignee') => field in write.set && field in (write.restore ?? {})
  const idFor = (field: 'group' | 'assignee', name: string | undefined, ids: Record<string, string>) => {
    if (isRestored(field)) return write.restore![field]!
    if (name !== undefined) return idOf(ids, name)
    return base.fields[field]?.blank ? null : (base.fields[field]?.raw ?? null)
  }
  const groupId = idFor('group', group, mapping.groups)
  if (group !== undefined && groupId === null && !isRestored('group'))
    throw unmapped(
      'group',
      `The mapping has no Zendesk group for ${group}`,
      `Add ${group} to the groups of the mapping.`,
    )
  const assigneeId = idFor('assignee', assignee, mapping.people)
  if (assignee !== undefined && assigneeId === null && !isRestored('assignee'))
    throw unmapped('assignee', `The mapping has no Zendesk user for ${assignee}`, `Add ${assignee} to its people.`)
  const wire = (field: 'group' | 'assignee', id: string | null) => (id === null ? null : vendorId(field, id))
  return {
    ...((groupId || isRestored('group')) && hasNativeGroup(mapping) && { group_id: wire('group', groupId) }),
    ...((assigneeId || isRestored('assignee')) && { assignee_id: wire('assignee', assigneeId) }),
  }
}

function vendorId(field: string, id: string): number {
  if (isId(id)) return wireId(id)
  throw unmapped(field, `${id} is not a Zendesk id (${field})`, `Use the numeric id from Zendesk in the mapping.`)
}

/** `field` is the name that the reader finds in the mapping: ours, or the vendor's. */
function unmapped(field: string, message: string, next: string): HelpdeskError {
  return new HelpdeskError('invalid', message, { next, fields: { [field]: message } })
}

function noteText({ title, lines, link }: Note): string {
  return [title, ...lines.map(({ name, text }) => `${name}: ${text}`), ...(link ? [link] : [])].join('\n')
}
