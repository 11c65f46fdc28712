/** The last solved issues with the values of their fields, when they were new and now: for proposing a mapping. */
import type { Connection, SolvedField, SolvedRead, SolvedTicket, SolvedWanted } from '../../src/contract/index.ts'
import { readSolved } from '../read-solved.ts'
import { FoundIssues, type IssueAnswer } from './answers.ts'
import { type Api, quoted } from './api.ts'
import type { Entry } from './changes.ts'
import { send } from './client.ts'
import { settingsOf } from './connection.ts'
import { entriesOf, wholeHistory } from './history.ts'
import { openApi } from './open.ts'
import { type Item, instant, isRecord, list, Person, Text } from './payload.ts'
import { actorOf, aliasesOf, personId } from './people.ts'

const FIELDS = ['*all', '-comment', '-worklog', '-attachment', '-description']
/** What an automation sets this soon after the issue was made, nobody chose. */
const AT_BIRTH_MS = 60_000
/** Values longer than this are texts, not categories. */
const LONGEST = 100

export async function solved(connection: Connection, wanted: SolvedWanted): Promise<SolvedRead> {
  const api = await openApi(connection)
  const { places, perPlace, onProgress } = wanted
  const found: string[] = []
  for (const place of places) found.push(...(await findSolved(connection, place, perPlace)))
  const { concurrency } = connection.settings
  return readSolved(found, concurrency, (id) => readIssue(api, connection, id), onProgress)
}

async function findSolved(connection: Connection, project: string, maxResults: number): Promise<string[]> {
  const jql = `project in (${quoted(project)}) AND statusCategory = Done ORDER BY updated DESC`
  const url = settingsOf(connection).edition === 'datacenter' ? '/rest/api/2/search' : '/rest/api/3/search/jql'
  const answer = await send(connection, { method: 'POST', url, body: { jql, maxResults, fields: ['id'] } })
  return FoundIssues.parse(answer).issues.flatMap(({ id }) => id ?? [])
}

async function readIssue(api: Api, connection: Connection, id: string): Promise<SolvedTicket | null> {
  const issue = await api.issue(id, { fields: FIELDS, expand: 'changelog,names', properties: [] })
  const { fields, key } = issue
  const { issueTypes = [] } = connection.filters
  const type = isRecord(fields.issuetype) ? [Text.parse(fields.issuetype.name), Text.parse(fields.issuetype.id)] : []
  if (issueTypes.length > 0 && !type.some((name) => name !== null && issueTypes.includes(name))) return null
  const entries = entriesOf(await wholeHistory(api, issue), connection)
  return {
    key,
    url: `${connection.baseUrl}/browse/${encodeURIComponent(key)}`,
    subject: (Text.parse(fields.summary) ?? '').slice(0, 200),
    place: (isRecord(fields.project) ? Text.parse(fields.project.key) : null) ?? key.replace(/-\d+$/, ''),
    fields: fieldsOf(issue, entries, connection),
  }
}

/** Vendor field -> its name in `SolvedTicket`; custom fields have their id. */
const NAMES: Record<string, string> = {
  priority: 'priority',
  assignee: 'assignee',
  components: 'component',
  labels: 'labels',
}

function fieldsOf(issue: IssueAnswer, entries: Entry[], connection: Connection): SolvedTicket['fields'] {
  const { fields, names = {} } = issue
  const made = actorOf(Person.parse(fields.creator) ?? Person.parse(fields.reporter), connection).kind
  const born = Date.parse(instant(fields.created) ?? '') || 0
  const aliases = aliasesOf([fields.assignee, fields.reporter, fields.creator].map((one) => Person.parse(one)))
  const found: SolvedTicket['fields'] = {}
  for (const [id, value] of Object.entries(fields)) {
    const name = Object.hasOwn(NAMES, id) ? NAMES[id]! : null
    if (name === null && !id.startsWith('customfield_')) continue
    const now = id === 'assignee' ? accountOf(value) : valuesOf(value)
    if (now === null) continue
    const steps = entries.flatMap(({ items, ...entry }) =>
      items.filter((item) => isOf(item, id, names)).map((item) => ({ ...entry, item })),
    )
    const later = steps.filter(({ at, by }) => by.kind !== 'robot' || Date.parse(at) - born > AT_BIRTH_MS)
    const birth = bornWith(
      id,
      now,
      later.map(({ item }) => item),
      aliases,
    )
    const last = steps.at(-1)?.by.kind ?? made
    found[name ?? id] = { birth, now, by: now.length === 0 ? 'nobody' : whoOf(last) }
  }
  return found
}

/** Cloud names the field by its id; Data Center by its title only. */
function isOf({ fieldId, field, fieldtype }: Item, id: string, names: Record<string, string>): boolean {
  if (fieldId) return fieldId === id
  if (fieldtype === 'custom') return names[id] === field
  return field?.toLowerCase() === id || (id === 'components' && field?.toLowerCase() === 'component')
}

function bornWith(id: string, now: string[], items: Item[], aliases: Map<string, string>): string[] {
  const [first] = items
  if (!first) return now
  // One item for each component that was added or removed.
  if (id === 'components')
    return items.toReversed().reduce((values, { from, to }) => {
      const without = to ? values.filter((value) => value !== to) : values
      return from ? [...without, from] : without
    }, now)
  if (id === 'labels') return first.fromText?.split(/\s+/).filter(Boolean) ?? []
  if (id === 'assignee') {
    const account = first.fromAccount ?? (first.from ? (aliases.get(first.from) ?? first.from) : null)
    return account ? [account] : []
  }
  return loggedValues(first)
}

/** `10500`, `[10700, 10701]`, or "Parent values: Internet(10500)Level 1 values: Fibre(10502)". */
function loggedValues({ from, fromText }: Item): string[] {
  if (!from) return fromText ? [fromText.slice(0, LONGEST)] : []
  const listed = /^\[(.*)\]$/.exec(from)
  if (listed) return listed[1]!.split(/\s*,\s*/).filter(Boolean)
  const ids = [...from.matchAll(/\((\d+)\)/g)].map((one) => one[1]!)
  return ids.length > 0 ? [ids.slice(0, 2).join('/')] : [from]
}

/** Null: a text, or something that no mapping can name. */
function valuesOf(value: unknown): string[] | null {
  if (value === null || value === undefined || value === '') return []
  if (Array.isArray(value)) {
    const all = value.map(valuesOf)
    return all.includes(null) ? null : list(Text).parse(all.flat())
  }
  if (!isRecord(value)) {
    const text = Text.parse(value)
    return text === null || text.length > LONGEST ? null : [text]
  }
  const id = idIn(isRecord(value.requestType) ? value.requestType : value)
  const child = isRecord(value.child) ? idIn(value.child) : null
  return id === null ? null : [child === null ? id : `${id}/${child}`]
}

function idIn(value: Record<string, unknown>): string | null {
  return Text.parse(value.id) ?? Text.parse(value.value) ?? Text.parse(value.accountId) ?? Text.parse(value.name)
}

function accountOf(value: unknown): string[] {
  const id = personId(Person.parse(value))
  return id === null ? [] : [id]
}

/** Our own writes are a robot's. */
function whoOf(kind: ReturnType<typeof actorOf>['kind']): SolvedField['by'] {
  switch (kind) {
    case 'person':
    case 'customer':
      return kind
    case 'robot':
    case 'self':
      return 'robot'
    default:
      return 'nobody'
  }
}
