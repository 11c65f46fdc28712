/** The kinds of custom fields: what each accepts, shows and logs. Values are stored as ids. */
import { plainText, textToAdf } from '../adf.ts'
import { isRecord, manyTexts } from './input.ts'
import type { Model, SandboxField, SandboxOption } from './model.ts'
import { everyone, personJson, type Version } from './people.ts'

/** Where the value is: options differ from project to project. */
export type Context = { model: Model; field: SandboxField; project: string; version: Version }
type Stored = string | string[]

type FieldKind = {
  type: string
  items?: string
  custom: string
  /** The screens list its options. */
  listing?: true
  /** Throws RangeError with Jira's words. */
  accept(given: unknown, at: Context): Stored
  show(stored: Stored, at: Context): unknown
  /** Id and text, as in changelog items. */
  logged(stored: Stored, at: Context): [string | null, string | null]
}

const PLATFORM = 'com.atlassian.jira.plugin.system.customfieldtypes:'

const select: FieldKind = {
  type: 'option',
  custom: `${PLATFORM}select`,
  listing: true,
  accept: (given, at) => chosen(optionsIn(at), given).id,
  show: (stored, at) => optionJson(at.field.options, one(stored)),
  logged: (stored, at) => [one(stored), optionJson(at.field.options, one(stored))?.value ?? null],
}

const cascadingselect: FieldKind = {
  type: 'option-with-child',
  custom: `${PLATFORM}cascadingselect`,
  listing: true,
  accept(given, at) {
    const parent = chosen(optionsIn(at), given)
    if (!isRecord(given) || !given.child) return parent.id
    return `${parent.id}/${chosen(parent.children ?? [], given.child).id}`
  },
  show(stored, at) {
    const [parent, child] = branch(stored, at)
    return parent && { ...parent, ...(child && { child }) }
  },
  logged(stored, at) {
    const [parent, child] = branch(stored, at)
    const below = child ? `Level 1 values: ${child.value}(${child.id})` : ''
    const text = `Parent values: ${parent?.value}(${parent?.id})${below}`
    return [text, text]
  },
}

const multiselect: FieldKind = {
  type: 'array',
  items: 'option',
  custom: `${PLATFORM}multiselect`,
  listing: true,
  accept: (given, at) => listOf(given).map((item) => chosen(optionsIn(at), item).id),
  show: (stored, at) => many(stored).map((id) => optionJson(at.field.options, id)),
  logged: (stored, at) => [
    `[${many(stored).join(', ')}]`,
    many(stored)
      .map((id) => optionJson(at.field.options, id)?.value)
      .join(','),
  ],
}

const textfield: FieldKind = {
  type: 'string',
  custom: `${PLATFORM}textfield`,
  accept: text,
  show: one,
  logged: (stored) => [null, one(stored)],
}

const textarea: FieldKind = {
  ...textfield,
  custom: `${PLATFORM}textarea`,
  accept: (given, { version }) => prose(given, version),
  show: (stored, { version }) => (version === 3 ? textToAdf(one(stored)) : stored),
}

const float: FieldKind = {
  type: 'number',
  custom: `${PLATFORM}float`,
  accept(given) {
    if (typeof given !== 'number') throw new RangeError('Operation value must be a number')
    return String(given)
  },
  show: Number,
  logged: (stored) => [null, Number(stored).toFixed(1)],
}

const datepicker: FieldKind = {
  type: 'date',
  custom: `${PLATFORM}datepicker`,
  accept(given) {
    if (typeof given === 'string' && /^\d{4}-\d\d-\d\d$/.test(given)) return given
    throw new RangeError("Error parsing date string: the format must be 'yyyy-MM-dd'")
  },
  show: one,
  logged: (stored) => [one(stored), new Date(one(stored)).toUTCString().slice(5, 16)],
}

const labels: FieldKind = {
  type: 'array',
  items: 'string',
  custom: `${PLATFORM}labels`,
  accept: (given) => listOf(given).map((item) => label(text(item))),
  show: many,
  logged: (stored) => [null, many(stored).join(' ')],
}

const team: FieldKind = {
  type: 'team',
  custom: `${PLATFORM}atlassian-team`,
  accept: (given, { model }) =>
    known(model.teams, given, `Team Id 'JsonData{data=${JSON.stringify(given)}}' is not valid`),
  show: (stored, { model }) => {
    const found = model.teams.find(({ id }) => id === stored)
    return { ...found, title: found?.name, isShared: true }
  },
  logged: (stored, { model }) => [one(stored), model.teams.find(({ id }) => id === stored)?.name ?? null],
}

const requesttype: FieldKind = {
  type: 'sd-customerrequesttype',
  custom: 'com.atlassian.servicedesk:vp-origin',
  accept: (given, { model }) => known(model.requestTypes, given, 'The request type is invalid.'),
  show: (stored, { model }) => ({
    _links: { self: `${model.baseUrl}/rest/servicedeskapi/request/1` },
    requestType: model.requestTypes.find(({ id }) => id === stored),
    currentStatus: { status: 'Waiting for support' },
  }),
  logged: (stored, { model }) => [one(stored), model.requestTypes.find(({ id }) => id === stored)?.name ?? null],
}

const assets: FieldKind = {
  type: 'array',
  items: 'cmdb-object-field',
  custom: 'com.atlassian.jira.plugins.cmdb:cmdb-object-cftype',
  accept: (given) =>
    listOf(given).map((item) => {
      if (!isRecord(item) || !item.workspaceId) throw new RangeError('workspaceId is required')
      return `${String(item.workspaceId)}:${String(item.objectId)}`
    }),
  show: (stored) => many(stored).map((id) => ({ workspaceId: id.split(':')[0], id, objectId: id.split(':')[1] })),
  logged: (stored) => [`[${many(stored).join(', ')}]`, many(stored).join(', ')],
}

const userpicker: FieldKind = {
  type: 'user',
  custom: `${PLATFORM}userpicker`,
  accept(given, { model }) {
    const id = isRecord(given) ? (model.edition === 'cloud' ? given.accountId : given.name) : undefined
    const person = everyone(model).find((someone) => someone.id === id)
    if (!person) throw new RangeError(`The user named '${String(id)}' does not exist.`)
    return person.id
  },
  show: (stored, { model }) => personJson(model, one(stored)),
  logged: (stored, { model }) => {
    const person = everyone(model).find(({ id }) => id === stored)
    return [(model.edition === 'cloud' ? person?.id : person?.key) ?? null, person?.name ?? null]
  },
}

const grouppicker: FieldKind = {
  type: 'group',
  custom: `${PLATFORM}grouppicker`,
  accept(given, { model }) {
    const asked = isRecord(given) ? given : {}
    const found = model.userGroups.find(({ name, groupId }) => name === asked.name || groupId === asked.groupId)
    if (!found) throw new RangeError('data was not a group')
    return found.name
  },
  show: (stored, { model }) => {
    const found = model.userGroups.find(({ name }) => name === stored)
    return model.edition === 'cloud' ? found : { name: found?.name }
  },
  logged: (stored) => [one(stored), one(stored)],
}

/** A kind of an app that nobody else knows. */
const vote: FieldKind = {
  type: 'any',
  custom: 'com.example.votes:vote-field',
  accept: (given) => JSON.stringify(given),
  show: (stored) => JSON.parse(one(stored)),
  logged: (stored) => [null, one(stored)],
}

/** A list of the vendor's own in the shape of a select. */
const securitylevel: FieldKind = { ...select, type: 'securitylevel', custom: '' }

export const KINDS = {
  select,
  radiobuttons: { ...select, custom: `${PLATFORM}radiobuttons` },
  cascadingselect,
  multiselect,
  multicheckboxes: { ...multiselect, custom: `${PLATFORM}multicheckboxes` },
  textfield,
  textarea,
  float,
  datepicker,
  labels,
  team,
  requesttype,
  assets,
  userpicker,
  grouppicker,
  vote,
  securitylevel,
} satisfies Record<SandboxField['kind'], FieldKind>

export function schemaJson({ id, kind }: SandboxField): Record<string, unknown> {
  const { type, items, custom }: FieldKind = KINDS[kind]
  return { type, ...(items && { items }), ...(custom === '' ? { system: id } : { custom }) }
}

/** The options that the screens of a project list; undefined for a kind that lists none. */
export function optionsOnScreen(field: SandboxField, project: string): SandboxOption[] | undefined {
  const kind: FieldKind = KINDS[field.kind]
  return kind.listing && field.options.filter(({ where }) => !where || where.includes(project))
}

function optionsIn({ field, project }: Context): SandboxOption[] {
  return field.options.filter(({ where, disabled }) => !disabled && (!where || where.includes(project)))
}

function chosen(options: SandboxOption[], given: unknown): SandboxOption {
  if (!isRecord(given)) throw new RangeError("Specify a valid 'id' or 'name' for the option")
  const option = options.find(
    ({ id, value }) => id === String(given.id) || (given.id === undefined && value === given.value),
  )
  if (!option) throw new RangeError(`Option id '${String(given.id ?? given.value)}' is not valid`)
  return option
}

function optionJson(options: SandboxOption[], id: string | undefined) {
  const option = options.find((someone) => someone.id === id)
  return option && { id: option.id, value: option.value }
}

function branch(stored: Stored, { field }: Context) {
  const [parentId, childId] = one(stored).split('/')
  const children = field.options.find(({ id }) => id === parentId)?.children ?? []
  return [optionJson(field.options, parentId), optionJson(children, childId)] as const
}

function known(list: { id: string }[], given: unknown, message: string): string {
  const found = typeof given === 'string' && list.find(({ id }) => id === given)
  if (!found) throw new RangeError(message)
  return found.id
}

function listOf(given: unknown): unknown[] {
  if (!Array.isArray(given)) throw new RangeError('data was not an array')
  return given
}

function text(given: unknown): string {
  if (typeof given !== 'string') throw new RangeError('Operation value must be a string')
  return given
}

export function label(word: string): string {
  if (/\s/.test(word)) throw new RangeError(`The label '${word}' contains spaces which is invalid.`)
  return word
}

export function prose(value: unknown, version: Version): string {
  if (version === 2) return typeof value === 'string' ? value : ''
  if (value !== null && (!isRecord(value) || value.type !== 'doc')) {
    throw new RangeError('Operation value must be an Atlassian Document (see the Atlassian Document Format)')
  }
  return plainText(value)
}

function one(stored: Stored): string {
  return Array.isArray(stored) ? (stored[0] ?? '') : stored
}

function many(stored: Stored): string[] {
  return manyTexts(Array.isArray(stored) ? stored : [stored])
}
