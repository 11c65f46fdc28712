/** Past issues, a page after the other, with their histories read many at once. */
import type { Connection, Listed, ListedPage, Past, PastWanted } from '../../src/contract/index.ts'
import { HelpdeskError } from '../../src/errors.ts'
import type { IssueAnswer } from './answers.ts'
import { quoted, SEARCH_PAGE } from './api.ts'
import { withHistory } from './fetch.ts'
import { wholeHistory } from './history.ts'
import { ticketOf } from './issue.ts'
import { openApi } from './open.ts'
import { isRecord, Text } from './payload.ts'

export const past: Past = { list, read, readAtOnce: SEARCH_PAGE, listEveryMs: 0 }

async function list(connection: Connection, { by, since, cursor }: PastWanted): Promise<ListedPage> {
  const api = await openApi(connection)
  const { jql, token } = cursor === null ? { jql: jqlFor(connection, by, since), token: null } : readCursor(cursor)
  const total = cursor === null && by === 'created' ? await api.count(jql) : null
  const page = await api.search(jql, token)
  const tickets = page.issues.map((issue) => ({ ticket: ticketOf(issue.id, issue, connection), shown: issue }))
  return {
    // JQL has whole minutes only.
    tickets: tickets.filter(({ ticket }) => (ticket[`${by}At`] ?? since) >= since),
    cursor: JSON.stringify({ jql, token: page.token }),
    done: page.token === null,
    total,
  }
}

/**
 * Times in JQL are in the account's time zone, so the window is relative. The time of creation never changes, so that the
 * pages stay as they are. A change moves an issue: with the newest first, one that changes meanwhile shifts others to a
 * later page, never to one that was read.
 */
function jqlFor({ filters: { projects = [] } }: Connection, by: PastWanted['by'], since: string): string {
  const minutes = Math.max(1, Math.ceil((Date.now() - Date.parse(since)) / 60_000) + 1)
  const within = projects.length > 0 ? `project in (${projects.map(quoted).join(', ')}) AND ` : ''
  return `${within}${by} >= -${minutes}m ORDER BY ${by} ${by === 'created' ? 'ASC' : 'DESC'}`
}

function readCursor(cursor: string): { jql: string; token: string | null } {
  const stored: unknown = JSON.parse(cursor)
  const jql = isRecord(stored) ? Text.parse(stored.jql) : null
  if (!isRecord(stored) || jql === null)
    throw new HelpdeskError('invalid', 'The stored place in the list of issues cannot be read', {
      next: 'Start the backfill again.',
    })
  return { jql, token: Text.parse(stored.token) }
}

async function read(connection: Connection, listed: Listed[]) {
  const api = await openApi(connection)
  const issues = listed.map(({ shown }) => shown as IssueAnswer) // `list` put it there
  const all = await api.histories?.(issues.map(({ id }) => id))
  return Promise.all(
    issues.map(async (issue) =>
      withHistory(api, connection, issue, all ? (all.get(issue.id) ?? []) : await wholeHistory(api, issue), null),
    ),
  )
}
