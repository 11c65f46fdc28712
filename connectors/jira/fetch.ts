/** Reads the issue with its history, and what a later write must compare. */
import { type Change, type Connection, type FieldState, type FreshTicket, partsOf } from '../../src/contract/index.ts'
import { type History, type IssueAnswer, Schema } from './answers.ts'
import { type Api, WHOLE } from './api.ts'
import { settingsOf } from './connection.ts'
import { fieldKind } from './field-kinds.ts'
import { attemptOf, entriesOf, historyOf, knownOf, marksOf, wholeHistory } from './history.ts'
import { rawsOf, ticketOf } from './issue.ts'
import { allValues, placesOf, vendorField } from './mapping.ts'
import { openApi } from './open.ts'
import { isRecord, Text } from './payload.ts'
import { MARK, type Shape, type Stamp } from './stamp.ts'

export async function fetchTicket(connection: Connection, ticketId: string): Promise<FreshTicket> {
  const api = await openApi(connection)
  const issue = await api.issue(ticketId, { fields: WHOLE, expand: expandFor(connection), properties: [MARK] })
  const histories = await wholeHistory(api, issue)
  const lastChange = entriesOf(histories, connection).at(-1)?.id ?? null
  return withHistory(api, connection, issue, histories, stampOf(issue, connection, lastChange))
}

/** `stamp`: null for a ticket that is not going to be written. */
export async function withHistory(
  api: Api,
  connection: Connection,
  issue: IssueAnswer,
  histories: History[],
  stamp: Stamp | null,
): Promise<FreshTicket> {
  const history = historyOf(issue, histories, connection, await knownOf(api, issue, histories))
  const ticket = ticketOf(issue.id, issue, connection)
  return {
    ...ticket,
    fields: { ...ticket.fields, ...chosen(ticket.fields.assignee, history) },
    history,
    marks: marksOf(issue),
    stamp,
  }
}

/** A default assignee whom a person chose later is that person's choice. */
function chosen(assignee: FieldState | undefined, history: Change[]): Record<string, FieldState> {
  if (!assignee?.blank || assignee.raw === null) return {}
  const last = history.findLast(({ field }) => field === 'assignee')
  const byPerson = last !== undefined && (last.by.kind === 'person' || last.by.kind === 'customer')
  return { assignee: { ...assignee, blank: !byPerson } }
}

/** The changelog of Data Center names custom fields by their title only; `names` has the title of each id. */
export function expandFor(connection: Connection): string {
  const { fields, group } = connection.mapping
  const targets = [...Object.values(fields).flatMap(partsOf), group]
  const custom = targets.some((target) => target?.to === 'field')
  const names = custom && settingsOf(connection).edition === 'datacenter' ? ['names'] : []
  return ['changelog', ...(custom ? ['schema'] : []), ...names].join(',')
}

function stampOf(issue: IssueAnswer, connection: Connection, lastChange: string | null): Stamp {
  const { fields, schema } = issue
  const { edition } = settingsOf(connection)
  const project = isRecord(fields.project) ? Text.parse(fields.project.projectTypeKey) : null
  return {
    lastChange,
    raws: rawsOf(fields, connection),
    lists: listsOf(fields, connection),
    shapes: Object.fromEntries(Object.entries(schema ?? {}).map(([id, one]) => [id, shapeOf(one)])),
    kinds: Object.fromEntries(
      Object.entries(schema ?? {}).map(([id, one]) => [id, fieldKind(id, Schema.parse(one), edition)]),
    ),
    serviceDesk: project === null ? null : project === 'service_desk',
    attempt: attemptOf(issue),
  }
}

/** All values of the fields that hold several. */
export function listsOf(fields: Record<string, unknown>, { mapping }: Connection): Stamp['lists'] {
  const targets = placesOf(mapping).map(({ target }) => target)
  return Object.fromEntries(
    targets.map((target) => [vendorField(target), allValues(target, fields[vendorField(target)])]),
  )
}

function shapeOf(schema: unknown): Shape {
  if (!isRecord(schema)) return 'plain'
  if (schema.type === 'array') return 'list'
  return Text.parse(schema.custom)?.endsWith(':textarea') ? 'document' : 'plain'
}
