/** Translates an issue from a webhook (REST v2 shape) or an answer (v3, or v2 on Data Center) into a Ticket. Pure. */
import type { Connection, FieldState, Place, Ticket } from '../../src/contract/index.ts'
import { placesOf, type Raw, rawOf, statesFrom, vendorField } from './mapping.ts'
import { type Issue, instant, isRecord, list, Person, Text } from './payload.ts'
import { actorOf, personId, personName } from './people.ts'

type Fields = Record<string, unknown>

export function ticketOf(id: string, issue: Issue, connection: Connection): Ticket {
  const fields = issue.fields ?? {}
  const key = issue.key ?? id
  return {
    id,
    key,
    url: `${siteUrl(connection.baseUrl, issue.self)}/browse/${encodeURIComponent(key)}`,
    subject: Text.parse(fields.summary) ?? '',
    body: fields.description ?? '',
    format: isRecord(fields.description) ? 'adf' : 'wiki',
    place: placeOf(key, fields),
    createdAt: instant(fields.created),
    updatedAt: instant(fields.updated),
    status: statusOf(fields),
    fields: statesOf(fields, connection),
    requester: actorOf(Person.parse(fields.reporter) ?? Person.parse(fields.creator), connection),
    metadata: metadataOf(key, fields, connection),
  }
}

export function statusOf(fields: Fields): Ticket['status'] {
  const status = isRecord(fields.status) ? fields.status : {}
  const category = isRecord(status.statusCategory) ? Text.parse(status.statusCategory.key) : null
  const done = category === null ? isRecord(fields.resolution) : category === 'done'
  // An issue does not show whether its workflow allows edits: Jira refuses the write with 400.
  return { name: Text.parse(status.name) ?? '', done, closed: false }
}

/** The vendor values of our places and of the assignee. What is not in the body is absent; what is empty is null. */
export function rawsOf(fields: Fields, { mapping }: Pick<Connection, 'mapping'>): Raw {
  const raw: Raw = {}
  for (const { key, target } of placesOf(mapping)) {
    const name = vendorField(target)
    if (Object.hasOwn(fields, name)) raw[key] = rawOf(target, fields[name])
  }
  if (Object.hasOwn(fields, 'assignee')) raw.assignee = personId(Person.parse(fields.assignee))
  return raw
}

function statesOf(fields: Fields, { mapping }: Pick<Connection, 'mapping'>): Record<string, FieldState> {
  const raw = rawsOf(fields, { mapping })
  const states = statesFrom(mapping, raw)
  if (raw.assignee === undefined) return states
  const blank = raw.assignee === null || mapping.assignee.blank.includes(raw.assignee)
  return { ...states, assignee: { value: personName(mapping.people, raw.assignee), raw: raw.assignee, blank } }
}

function projectOf(key: string, fields: Fields): string | undefined {
  return (isRecord(fields.project) && Text.parse(fields.project.key)) || key.match(/^(.+)-\d+$/)?.[1]
}

function placeOf(key: string, fields: Fields): Place {
  const project = projectOf(key, fields)
  const type = isRecord(fields.issuetype) ? fields.issuetype : null
  return {
    ...(project ? { project: [project] } : {}),
    // The name first: it is what a reason quotes. A filter may hold either.
    ...(type ? { issueType: list(Text).parse([type.name, type.id]).filter(Boolean) } : {}),
    ...(Array.isArray(fields.labels) ? { tags: list(Text).parse(fields.labels) } : {}),
  }
}

/** OAuth connections use api.atlassian.com, which has no pages for people; `self` in a webhook names the site. */
function siteUrl(baseUrl: string, self: string | null): string {
  if (!baseUrl.startsWith('https://api.atlassian.com/')) return baseUrl
  const site = self?.match(/^(https:\/\/[^/]+)\/rest\/api\//)?.[1]
  return site && site !== 'https://api.atlassian.com' ? site : baseUrl
}

/** Facts for the classifier: type, request type, and the selects of a form, except the fields that we decide. */
function metadataOf(key: string, fields: Fields, { mapping }: Connection): Record<string, string> {
  const facts: Record<string, string> = {}
  const project = projectOf(key, fields)
  const issueType = isRecord(fields.issuetype) ? Text.parse(fields.issuetype.name) : null
  if (project) facts.project = project
  if (issueType) facts.issue_type = issueType
  const decided = new Set(placesOf(mapping).map(({ target }) => vendorField(target)))
  for (const [name, value] of Object.entries(fields)) {
    if (!name.startsWith('customfield_') || decided.has(name) || !isRecord(value)) continue
    // The request type's field id differs from site to site; its value has this shape only there.
    const request = isRecord(value.requestType) ? Text.parse(value.requestType.name) : null
    const option = Text.parse(value.value)
    if (request) facts.request_type = request.slice(0, 200)
    else if (option && Object.keys(facts).length < 20) facts[name] = option.slice(0, 200)
  }
  return facts
}
