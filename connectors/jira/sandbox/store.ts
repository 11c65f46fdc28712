/** Writes to the sandbox: checked as Jira checks them, all or nothing, with a changelog item for each change. */
import { plainText } from '../adf.ts'
import { isRecord, manyTexts } from './input.ts'
import {
  type History,
  type Item,
  type Model,
  PRIORITIES,
  RESOLUTIONS,
  STATUSES,
  type StoredIssue,
  type Values,
} from './model.ts'
import { everyone, type Version } from './shapes.ts'

export class VendorError extends Error {
  readonly status: number
  readonly errors: Record<string, string>
  readonly errorMessages: string[]
  constructor(status: number, errors: Record<string, string>, errorMessages: string[] = []) {
    super(`Jira sandbox: ${status}`)
    this.status = status
    this.errors = errors
    this.errorMessages = errorMessages
  }
}

export type EditBody = {
  fields?: Record<string, unknown>
  update?: Record<string, Record<string, unknown>[]>
  properties?: { key: string; value: unknown }[]
  historyMetadata?: unknown
}

export type Written = { issue: StoredIssue; history: History | null }

export function createIssue(
  model: Model,
  input: { project?: string; fields: Record<string, unknown>; by: string },
  version: Version,
): Written {
  const project = input.project ?? model.projects[0]!.key
  if (!model.projects.some(({ key }) => key === project))
    throw new VendorError(400, { project: 'valid project is required' })
  const number = (model.numbers.get(project) ?? 0) + 1
  const at = model.now()
  const issue: StoredIssue = {
    id: model.id(),
    key: `${project}-${number}`,
    project,
    summary: '',
    description: '',
    reporter: input.by,
    values: { priority: '3', assignee: null, components: [], labels: [], status: STATUSES[0]!.id, resolution: null },
    created: at,
    updated: at,
    comments: [],
    histories: [],
    properties: new Map(),
  }
  const { project: _, issuetype: __, ...fields } = input.fields
  const next = checked(model, issue, { fields }, version)
  model.numbers.set(project, number)
  Object.assign(issue, next)
  model.issues.set(issue.id, issue)
  return { issue, history: { id: model.id(), author: input.by, created: at, items: firstItems(model, issue) } }
}

export function editIssue(model: Model, issue: StoredIssue, body: EditBody, by: string, version: Version): Written {
  const next = checked(model, issue, body, version)
  for (const { key, value } of body.properties ?? []) issue.properties.set(key, value)
  const items = differences(model, issue, next)
  // When nothing changed, Jira writes no history and sends no webhook.
  if (items.length === 0) return { issue, history: null }
  const history: History = { id: model.id(), author: by, created: model.now(), items }
  if (body.historyMetadata) history.historyMetadata = body.historyMetadata
  Object.assign(issue, next, { updated: history.created })
  issue.histories.push(history)
  return { issue, history }
}

type Next = Pick<StoredIssue, 'summary' | 'description' | 'values'>

/** The issue after the change; throws with every field that Jira would name. */
function checked(model: Model, issue: StoredIssue, body: EditBody, version: Version): Next {
  const errors: Record<string, string> = {}
  const next: Next = { summary: issue.summary, description: issue.description, values: { ...issue.values } }
  for (const [field, value] of Object.entries(body.fields ?? {})) {
    if (body.update?.[field]) errors[field] = `Field '${field}' cannot appear in both 'fields' and 'update'`
    else attempt(field, errors, () => setField(model, next, field, value, version))
  }
  for (const [field, operations] of Object.entries(body.update ?? {})) {
    for (const operation of operations) attempt(field, errors, () => operate(model, next, field, operation, version))
  }
  if (Object.keys(errors).length > 0) throw new VendorError(400, errors)
  return next
}

function attempt(field: string, errors: Record<string, string>, change: () => void): void {
  try {
    change()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    errors[field] = error.message
  }
}

function setField(model: Model, next: Next, field: string, value: unknown, version: Version): void {
  if (model.offScreen.has(field)) throw notOnScreen(field)
  const { values } = next
  if (field === 'summary') next.summary = String(value)
  else if (field === 'description') next.description = prose(value, version)
  else if (field === 'priority') values.priority = oneOf(PRIORITIES, value, 'The priority selected is invalid.')
  else if (field === 'status') values.status = oneOf(STATUSES, value, 'The status is invalid.')
  else if (field === 'resolution')
    values.resolution = value === null ? null : oneOf(RESOLUTIONS, value, 'The resolution is invalid.')
  else if (field === 'assignee') values.assignee = assignable(model, value)
  else if (field === 'labels') values.labels = manyTexts(value).map(label)
  else if (field === 'components')
    values.components = (Array.isArray(value) ? value : []).map((one) => component(model, one))
  else values[field] = custom(model, field, value, version)
}

function operate(model: Model, next: Next, field: string, operation: Record<string, unknown>, version: Version): void {
  const [verb, value] = Object.entries(operation)[0] ?? []
  if (verb === 'set' || (field !== 'labels' && field !== 'components')) {
    setField(model, next, field, value, version)
    return
  }
  if (model.offScreen.has(field)) throw notOnScreen(field)
  const raw = field === 'labels' ? label(String(value)) : component(model, value)
  const present = (next.values[field] as string[] | undefined) ?? []
  const without = present.filter((one) => one !== raw)
  next.values[field] = verb === 'add' ? [...without, raw] : without
}

function custom(model: Model, fieldId: string, value: unknown, version: Version): string | null {
  const field = model.fields.find(({ id }) => id === fieldId)
  if (!field) throw notOnScreen(fieldId)
  if (value === null) return null
  if (field.kind === 'textarea') return prose(value, version)
  if (field.kind === 'textfield') {
    if (typeof value !== 'string') throw new RangeError('Operation value must be a string')
    return value
  }
  const option = chosen(field.options, value)
  if (field.kind === 'select' || !isRecord(value) || !value.child) return option.id
  return `${option.id}/${chosen(option.children ?? [], value.child).id}`
}

function chosen<Option extends { id: string; value: string }>(options: Option[], given: unknown): Option {
  if (!isRecord(given)) throw new RangeError("Specify a valid 'id' or 'name' for the option")
  const option = options.find(
    ({ id, value }) => id === String(given.id) || (given.id === undefined && value === given.value),
  )
  if (!option) throw new RangeError(`Option id '${String(given.id ?? given.value)}' is not valid`)
  return option
}

function oneOf(list: { id: string; name: string }[], given: unknown, message: string): string {
  const found =
    isRecord(given) && list.find(({ id, name }) => id === given.id || (given.id === undefined && name === given.name))
  if (!found) throw new RangeError(message)
  return found.id
}

function assignable(model: Model, given: unknown): string | null {
  if (given === null) return null
  const id = isRecord(given) ? (model.edition === 'cloud' ? (given.accountId ?? given.id) : given.name) : undefined
  const person = everyone(model).find((one) => one.id === id)
  if (!person?.assignable) throw new RangeError(`User '${String(id)}' cannot be assigned issues.`)
  return person.id
}

function component(model: Model, given: unknown): string {
  return oneOf(model.components, given, 'Component id is not valid.')
}

function label(text: string): string {
  if (/\s/.test(text)) throw new RangeError(`The label '${text}' contains spaces which is invalid.`)
  return text
}

function prose(value: unknown, version: Version): string {
  if (version === 2) return typeof value === 'string' ? value : ''
  if (value !== null && (!isRecord(value) || value.type !== 'doc')) {
    throw new RangeError('Operation value must be an Atlassian Document (see the Atlassian Document Format)')
  }
  return plainText(value)
}

function notOnScreen(field: string): RangeError {
  return new RangeError(`Field '${field}' cannot be set. It is not on the appropriate screen, or unknown.`)
}

// -------------------------------------------------------------------------------------------------------- changelog

/** Cloud sends the first values of an issue as if they were changes. */
function firstItems(model: Model, issue: StoredIssue): Item[] {
  const blank: Next = { summary: '', description: '', values: { components: [], labels: [] } }
  return differences(model, { ...issue, ...blank } as StoredIssue, issue)
}

function differences(model: Model, before: StoredIssue, after: Next): Item[] {
  const items: Item[] = []
  for (const name of ['summary', 'description'] as const) {
    if (before[name] !== after[name]) items.push(jiraItem(name, name, null, null, before[name], after[name]))
  }
  for (const field of new Set([...Object.keys(before.values), ...Object.keys(after.values)])) {
    items.push(...itemsOf(model, field, before.values, after.values))
  }
  return items
}

function itemsOf(model: Model, field: string, before: Values, after: Values): Item[] {
  if (field === 'components') {
    const lists = [before, after].map((values) => (values.components as string[] | undefined) ?? [])
    const [old, now] = lists as [string[], string[]]
    const name = (id: string) => model.components.find((one) => one.id === id)?.name ?? null
    return [
      ...old.filter((id) => !now.includes(id)).map((id) => jiraItem('Component', field, id, null, name(id), null)),
      ...now.filter((id) => !old.includes(id)).map((id) => jiraItem('Component', field, null, id, null, name(id))),
    ]
  }
  const from = before[field] ?? null
  const to = after[field] ?? null
  if (String(from ?? '') === String(to ?? '')) return []
  if (field === 'labels') return [jiraItem('labels', field, null, null, list(from), list(to))]
  const side = (value: string | null) => shown(model, field, value)
  const [[fromId, fromText], [toId, toText]] = [side(from as string | null), side(to as string | null)]
  const title = model.fields.find(({ id }) => id === field)?.name
  return [
    {
      ...jiraItem(title ?? field, field, fromId, toId, fromText, toText),
      ...(title ? { fieldtype: 'custom' as const } : {}),
    },
  ]
}

function list(value: string | string[] | null): string {
  return Array.isArray(value) ? value.join(' ') : ''
}

/** Id and name, as in changelog items. */
function shown(model: Model, field: string, value: string | null): [string | null, string | null] {
  if (value === null) return [null, null]
  const named = { priority: PRIORITIES, status: STATUSES, resolution: RESOLUTIONS, assignee: everyone(model) }[field]
  if (named) return [value, named.find(({ id }) => id === value)?.name ?? null]
  const custom = model.fields.find(({ id }) => id === field)
  if (custom?.kind === 'textfield' || custom?.kind === 'textarea') return [null, value]
  const [parentId, childId] = value.split('/')
  const parent = custom?.options.find(({ id }) => id === parentId)
  if (custom?.kind !== 'cascadingselect') return [value, parent?.value ?? null]
  const child = parent?.children?.find(({ id }) => id === childId)
  const text = `Parent values: ${parent?.value}(${parentId})${child ? `Level 1 values: ${child.value}(${childId})` : ''}`
  return [text, text]
}

function jiraItem(
  field: string,
  fieldId: string,
  from: string | null,
  to: string | null,
  fromText: string | null,
  toText: string | null,
): Item {
  return { field, fieldtype: 'jira', fieldId, from, fromString: fromText, to, toString: toText }
}
