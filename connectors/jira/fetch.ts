/** Reads the issue with its history, and what a later write must compare. */
import type { Connection, FreshTicket } from '../../src/contract/index.ts'
import type { IssueAnswer } from './answers.ts'
import { settingsOf } from './connection.ts'
import { attemptOf, entriesOf, historyOf, marksOf, wholeHistory } from './history.ts'
import { ticketOf } from './issue.ts'
import { manyIds } from './mapping.ts'
import { openApi } from './open.ts'
import { isRecord, Text } from './payload.ts'
import { MARK, type Shape, type Stamp } from './stamp.ts'

/** All fields, as in webhooks, without the three lists that can be very long. */
const FIELDS = ['*all', '-comment', '-worklog', '-attachment']

export async function fetchTicket(connection: Connection, ticketId: string): Promise<FreshTicket> {
  const api = await openApi(connection)
  const issue = await api.issue(ticketId, { fields: FIELDS, expand: expandFor(connection), properties: [MARK] })
  const histories = await wholeHistory(api, issue)
  return {
    ...ticketOf(issue.id, issue, connection),
    history: historyOf(issue, histories, connection),
    marks: marksOf(issue),
    stamp: stampOf(issue, entriesOf(histories, connection).at(-1)?.id ?? null),
  }
}

/** The changelog of Data Center names custom fields by their title only; `names` has the title of each id. */
export function expandFor(connection: Connection): string {
  const { fields, group } = connection.mapping
  const targets = [...Object.values(fields), group]
  const custom = targets.some((target) => target?.to === 'field')
  const names = custom && settingsOf(connection).edition === 'datacenter' ? ['names'] : []
  return ['changelog', ...(custom ? ['schema'] : []), ...names].join(',')
}

function stampOf(issue: IssueAnswer, lastChange: string | null): Stamp {
  const { fields, schema } = issue
  const project = isRecord(fields.project) ? Text.parse(fields.project.projectTypeKey) : null
  return {
    lastChange,
    labels: manyIds(fields.labels),
    components: manyIds(fields.components),
    shapes: Object.fromEntries(Object.entries(schema ?? {}).map(([id, one]) => [id, shapeOf(one)])),
    serviceDesk: project === null ? null : project === 'service_desk',
    attempt: attemptOf(issue),
  }
}

function shapeOf(schema: unknown): Shape {
  if (!isRecord(schema)) return 'plain'
  if (schema.type === 'array') return 'list'
  return Text.parse(schema.custom)?.endsWith(':textarea') ? 'document' : 'plain'
}
