/** Past tickets, a page after the other, by the cursor of the incremental export, and their audits. */
import { z } from 'zod'
import type { Connection, Listed, ListedPage, Past, PastWanted } from '../../src/contract/index.ts'
import { broken, openApi } from './client.ts'
import { countFound } from './count-open.ts'
import { parseTicket, readAudits, withHistory } from './fetch.ts'
import type { TicketResource } from './payload.ts'
import { ticketOfResource } from './ticket.ts'

/** The export may be asked ten times a minute. */
export const past: Past = { list, read, readAtOnce: 1, listEveryMs: 6_000 }

const PAGE = 100
/** Zendesk takes no start within the last minute. */
const LATEST_START_MS = 61_000
/** The tag that Zendesk gives to a ticket that was merged into another. */
const MERGED = 'closed_by_merge'

const Page = z.object({ tickets: z.array(z.unknown()), after_cursor: z.string().nullish(), end_of_stream: z.boolean() })

async function list(connection: Connection, { by, since, cursor }: PastWanted): Promise<ListedPage> {
  const api = openApi(connection)
  const start = Math.floor(Math.min(Date.parse(since), Date.now() - LATEST_START_MS) / 1000)
  const answer = Page.safeParse(
    await api.get('incremental/tickets/cursor', [
      cursor === null ? ['start_time', String(start)] : ['cursor', cursor],
      ['per_page', String(PAGE)],
    ]),
  )
  if (!answer.success) throw broken('The incremental export from Zendesk has an unknown shape', answer.error)
  const { tickets, after_cursor, end_of_stream } = answer.data
  const listed = tickets.map(parseTicket).filter(({ status, tags }) => status !== 'deleted' && !tags.includes(MERGED))
  return {
    tickets: listed
      .map((shown) => ({ ticket: ticketOfResource(shown, connection), shown }))
      // The export begins with what Zendesk itself changed since then.
      .filter(({ ticket }) => (ticket[`${by}At`] ?? since) >= since),
    cursor: after_cursor ?? cursor ?? '',
    done: end_of_stream || !after_cursor,
    total:
      cursor === null && by === 'created' ? await countFound(api, `type:ticket created>=${since.slice(0, 10)}`) : null,
  }
}

async function read(connection: Connection, listed: Listed[]) {
  const api = openApi(connection)
  const tickets = listed.map(({ shown }) => shown as TicketResource) // `list` put it there
  return Promise.all(
    tickets.map(async (ticket) => withHistory(api, connection, ticket, await readAudits(api, ticket.id), null)),
  )
}
