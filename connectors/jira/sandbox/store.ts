/** Writes to the sandbox: checked as Jira checks them, all or nothing, with a changelog item for each change. */
import { isRecord, manyTexts } from './input.ts'
import { type Context, KINDS, label, prose } from './kinds.ts'
import {
  type History,
  type Item,
  type Model,
  onScreen,
  prioritiesOf,
  RESOLUTIONS,
  STATUSES,
  type StoredIssue,
  type Values,
} from './model.ts'
import { everyone, type Version } from './people.ts'

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
  const { project: _, issuetype, ...fields } = input.fields
  const number = (model.numbers.get(project) ?? 0) + 1
  const at = model.now()
  const issue: StoredIssue = {
    id: model.id(),
    key: `${project}-${number}`,
    project,
    type: isRecord(issuetype) ? String(issuetype.id) : model.issueTypes[0]!.id,
    summary: '',
    description: '',
    reporter: input.by,
    values: {
      priority: model.projects.find(({ key }) => key === project)?.defaultPriority ?? '3',
      assignee: null,
      components: [],
      labels: [],
      status: STATUSES[0]!.id,
      resolution: null,
    },
    created: at,
    updated: at,
    comments: [],
    histories: [],
    properties: new Map(),
  }
  const next = checked(model, issue, { fields }, version, 'create')
  next.values.assignee ??= givenAssignee(model, project, next.values)
  model.numbers.set(project, number)
  Object.assign(issue, next)
  model.issues.set(issue.id, issue)
  return { issue, history: { id: model.id(), author: input.by, created: at, items: firstItems(model, issue) } }
}

/** The lead of the first component with one, else of the project. */
function givenAssignee(model: Model, project: string, { components = [] }: Values): string | null {
  const lead = model.components.find(({ id, lead: someone }) => someone && components?.includes(id))?.lead
  return lead ?? model.projects.find(({ key }) => key === project)?.lead ?? null
}

/** `screen`: null where none is needed, as in the assign dialog. */
export function editIssue(
  model: Model,
  issue: StoredIssue,
  body: EditBody,
  by: string,
  version: Version,
  screen: Screen = 'edit',
): Written {
  const next = checked(model, issue, body, version, screen)
  for (const { key, value } of body.properties ?? []) issue.properties.set(key, value)
  const items = differences(model, issue, next)
  // When nothing changed, Jira writes no history and sends no webhook.
  if (items.length === 0) return { issue, history: null }
  const history: History = { id: model.id(), author: by, created: model.now(), items }
  if (body.historyMetadata) history.historyMetadata = body.historyMetadata
  Object.assign(issue, next, { updated: history.created })
  issue.histories.push(history)
  computePriority(model, issue, items)
  return { issue, history }
}

/** Moves an issue to another project: it gets a new key, and loses the components of the old one. */
export function moveIssue(model: Model, issue: StoredIssue, project: string, by: string): Written {
  const number = (model.numbers.get(project) ?? 0) + 1
  model.numbers.set(project, number)
  const [oldKey, oldProject, key] = [issue.key, issue.project, `${project}-${number}`]
  const next = { ...issue, values: { ...issue.values, components: [] } }
  const moved = [
    jiraItem('project', 'project', oldProject, project, oldProject, project),
    jiraItem('Key', 'Key', null, null, oldKey, key),
    ...differences(model, issue, next),
  ]
  const history: History = { id: model.id(), author: by, created: model.now(), items: moved }
  model.formerKeys.set(oldKey, issue.id)
  Object.assign(issue, { key, project, values: next.values, updated: history.created })
  issue.histories.push(history)
  return { issue, history }
}

/** What an automation of the site does after two fields were set: it may write fields that are on no screen. */
function computePriority(model: Model, issue: StoredIssue, items: Item[]): void {
  const { matrix } = model
  if (!matrix || !items.some(({ fieldId }) => matrix.fields.includes(fieldId))) return
  const pair = matrix.fields.map((field) => String(issue.values[field] ?? '')).join(' ')
  const priority = Object.hasOwn(matrix.priorities, pair) ? matrix.priorities[pair]! : null
  const values = { ...issue.values, ...(priority && { priority }) }
  const changed = differences(model, issue, { ...issue, values })
  if (changed.length === 0) return
  const robot = model.people.others.find(({ type }) => type === 'app')!.id
  const history = { id: model.id(), author: robot, created: model.now(), items: changed }
  Object.assign(issue, { values, updated: history.created })
  issue.histories.push(history)
}

type Next = Pick<StoredIssue, 'summary' | 'description' | 'values'>

type Screen = 'create' | 'edit' | null

/** The issue after the change; throws with every field that Jira would name. */
function checked(model: Model, issue: StoredIssue, body: EditBody, version: Version, screen: Screen): Next {
  const errors: Record<string, string> = {}
  const next: Next = { summary: issue.summary, description: issue.description, values: { ...issue.values } }
  const at: Place = { model, project: issue.project, version }
  const shown = (field: string) => screen === null || onScreen(model, field, { ...issue, screen })
  for (const [field, value] of Object.entries(body.fields ?? {})) {
    if (body.update?.[field]) errors[field] = `Field '${field}' cannot appear in both 'fields' and 'update'`
    else if (!shown(field)) errors[field] = notOnScreen(field).message
    else attempt(field, errors, () => setField(at, next, field, value))
  }
  for (const [field, operations] of Object.entries(body.update ?? {})) {
    if (!shown(field)) errors[field] = notOnScreen(field).message
    else for (const operation of operations) attempt(field, errors, () => operate(at, next, field, operation))
  }
  for (const { id, name, drops, demanded } of model.fields) {
    if (drops && issue.values[id] === undefined) delete next.values[id]
    else if (drops) next.values[id] = issue.values[id]!
    if (demanded && screen === 'edit' && !next.values[id]) errors[id] ??= `${name} is required.`
  }
  if (Object.keys(errors).length > 0) throw new VendorError(400, errors)
  return next
}

type Place = Omit<Context, 'field'>

function attempt(field: string, errors: Record<string, string>, change: () => void): void {
  try {
    change()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    errors[field] = error.message
  }
}

function setField(at: Place, next: Next, field: string, value: unknown): void {
  const { model, project, version } = at
  const { values } = next
  if (field === 'summary') next.summary = String(value)
  else if (field === 'description') next.description = prose(value, version)
  else if (field === 'priority')
    values.priority = oneOf(prioritiesOf(model, project), value, 'The priority selected is invalid.')
  else if (field === 'status') values.status = oneOf(STATUSES, value, 'The status is invalid.')
  else if (field === 'resolution')
    values.resolution = value === null ? null : oneOf(RESOLUTIONS, value, 'The resolution is invalid.')
  else if (field === 'assignee') values.assignee = assignable(model, value)
  else if (field === 'labels') values.labels = manyTexts(value).map(label)
  else if (field === 'components')
    values.components = (Array.isArray(value) ? value : []).map((one) => component(at, one))
  else values[field] = custom(at, field, value)
}

function operate(at: Place, next: Next, field: string, operation: Record<string, unknown>): void {
  const [verb, value] = Object.entries(operation)[0] ?? []
  const raw = verb === 'set' ? null : oneMore(at, field, value)
  if (raw === null) {
    setField(at, next, field, value)
    return
  }
  const present = (next.values[field] as string[] | null | undefined) ?? []
  const without = present.filter((one) => one !== raw)
  next.values[field] = verb === 'add' ? [...without, raw] : without
}

/** The id of one value of a list; null for a field that is no list. */
function oneMore(at: Place, field: string, value: unknown): string | null {
  if (field === 'labels') return label(String(value))
  if (field === 'components') return component(at, value)
  const [first] = at.model.fields.filter(({ id }) => id === field).map(({ kind }) => KINDS[kind])
  if (first?.type !== 'array') return null
  const accepted = custom(at, field, [value])
  return Array.isArray(accepted) ? (accepted[0] ?? null) : null
}

function custom(at: Place, fieldId: string, value: unknown): string | string[] | null {
  const field = at.model.fields.find(({ id }) => id === fieldId)
  if (!field) throw notOnScreen(fieldId)
  return value === null ? null : KINDS[field.kind].accept(value, { ...at, field })
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

function component({ model, project }: Place, given: unknown): string {
  const own = model.components.filter((one) => (one.project ?? project) === project)
  const id = oneOf(own, given, 'Component id is not valid.')
  if (own.some((one) => one.id === id && one.archived)) throw new RangeError(`Component id ${id} is archived.`)
  return id
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
  const [[fromId, fromText], [toId, toText]] = [logged(model, field, from), logged(model, field, to)]
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
function logged(model: Model, field: string, value: string | string[] | null): [string | null, string | null] {
  if (value === null) return [null, null]
  const named = { priority: model.priorities, status: STATUSES, resolution: RESOLUTIONS, assignee: everyone(model) }[
    field
  ]
  if (named) return [String(value), named.find(({ id }) => id === value)?.name ?? null]
  const custom = model.fields.find(({ id }) => id === field)
  if (!custom) return [String(value), null]
  return KINDS[custom.kind].logged(value, { model, field: custom, project: '', version: 2 })
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
