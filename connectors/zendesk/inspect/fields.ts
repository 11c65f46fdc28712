/** Ticket fields, priorities and groups. */
import { z } from 'zod'
import type { Metadata, MetadataField, Option } from '../../../src/contract/index.ts'
import { kindOf, neverWritten, writersOf } from '../kinds.ts'
import { parsed } from '../parsed.ts'
import { FieldResource, GroupResource } from '../payload.ts'
import { formsWith, type OpenForms } from './forms.ts'
import type { Reading } from './reading.ts'

const PRIORITIES = ['low', 'normal', 'high', 'urgent']

export async function readFields({ api, lane }: Reading): Promise<FieldResource[]> {
  return parsed(z.array(FieldResource), await lane(() => api.library.ticketfields.list()), 'ticket_fields')
}

export type Groups = (Metadata['groups'][number] & { default: boolean })[]

export async function readGroups({ api, lane }: Reading): Promise<Groups> {
  const groups = parsed(z.array(GroupResource), await lane(() => api.library.groups.assignable()), 'groups/assignable')
  return groups.map(({ id, name, deleted, is_public, default: isDefault }) => ({
    id,
    name: name ?? id,
    active: deleted !== true,
    private: is_public === false,
    default: isDefault === true,
  }))
}

export function shownFields(fields: FieldResource[], forms: OpenForms | null): MetadataField[] {
  return fields.map((field) => fieldOf(field, fields, forms))
}

function fieldOf(field: FieldResource, all: FieldResource[], forms: OpenForms | null): MetadataField {
  const { id, type: typed, title, active, removable, agent_can_edit: agentCanEdit } = field
  const type = typed ?? 'unknown'
  const never = neverWritten({ type, removable, agentCanEdit })
  const writeAs = never === null ? writersOf(type) : []
  const where = formsWith(forms, id)
  const preset = field.custom_field_options.find((option) => option.default)?.value
  const successor = active === false ? successorOf(field, all) : undefined
  return {
    id,
    name: title ?? id,
    type,
    writeAs,
    ...(never !== null && { never }),
    active: active !== false,
    ...(successor && { successor: successor.id }),
    where,
    required: field.required === true,
    defaults: preset ? Object.fromEntries(where.map((form) => [form, preset])) : {},
    options: optionsOf(field),
    optionsComplete: writeAs.some((kind) => kindOf(kind)?.listed),
  }
}

/** A deactivated field often stays in the list beside an active one of the same title. */
function successorOf({ id, title, type }: FieldResource, all: FieldResource[]): FieldResource | undefined {
  const named = all.filter((other) => other.id !== id && other.active !== false && other.title === title)
  return named.find((other) => other.type === type) ?? named[0]
}

/** A drop-down is written by the option's value (its tag), never by its id or name. */
function optionsOf({ type, tag, custom_field_options: options }: FieldResource): Option[] {
  if (type !== 'checkbox') return options.flatMap(optionOf)
  const ticked = tag ? [{ id: tag, name: 'ticked, by its tag' }] : []
  return [{ id: 'true', name: 'ticked' }, { id: 'false', name: 'not ticked' }, ...ticked]
}

export function shownPriorities(fields: FieldResource[], places: Metadata['places']): Metadata['priorities'] {
  // It is called `basic_priority` in an account that uses normal and high only.
  const field = fields.find(({ type }) => type === 'priority' || type === 'basic_priority')
  const options = field?.system_field_options.flatMap(optionOf) ?? []
  const known = options.length > 0 ? options : PRIORITIES.map((id) => ({ id, name: id }))
  const where = places.map(({ id }) => id)
  return known.map((option) => ({ ...option, isDefault: false, where, defaultIn: [] }))
}

function optionOf({ value, name }: { value: string | null; name: string | null }): Option[] {
  return value ? [{ id: value, name: name ?? value }] : []
}
