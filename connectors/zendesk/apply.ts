/** Writes a decision into Zendesk: one update, with our marker. */
import { z } from 'zod'
import type { Connection, FreshTicket, Write, Written } from '../../src/contract/index.ts'
import { type Api, openApi } from './client.ts'
import { parseTicket, pathId, type Stamp } from './fetch.ts'
import { type Marks, noteOf } from './history.ts'
import { notKept, notKeptBefore } from './kept.ts'
import { AuditResource } from './payload.ts'
import { inOurWords } from './refusal.ts'
import { type TicketUpdate, updateOf } from './update.ts'

const Updated = z.looseObject({ audit: AuditResource })

/** Zendesk detects every collision except one within the second of our read: `updated_at` has no fractions. */
export async function apply(connection: Connection, base: FreshTicket, write: Write): Promise<Written> {
  const earlier = markOf(base, write.decisionId)
  if (earlier)
    return {
      changeId: earlier.audit,
      at: earlier.at,
      restored: [],
      notKept: notKeptBefore(base, write),
      noteId: earlier.note,
    }
  if (Object.keys(write.set).length === 0 && !write.note)
    return {
      changeId: null,
      at: base.updatedAt ?? (base.stamp as Stamp).updatedAt,
      restored: [],
      notKept: {},
      noteId: null,
    }

  const sent = updateOf(connection, base, write)
  const api = openApi(connection)
  const result = await put(api, base, sent).catch(async (error: unknown) => {
    throw await inOurWords(error, { api, connection, base, write })
  })
  const ticket = parseTicket(result)
  const audit = Updated.safeParse(result).data?.audit
  return {
    changeId: audit?.id ?? null,
    at: audit?.created_at ?? new Date().toISOString(),
    restored: [],
    notKept: notKept(connection, write, sent, ticket, audit),
    noteId: audit ? noteOf(audit) : null,
  }
}

function markOf({ stamp }: FreshTicket, decisionId: string): Marks[string] | undefined {
  const { marks } = stamp as Stamp
  return Object.hasOwn(marks, decisionId) ? marks[decisionId] : undefined
}

async function put(api: Api, base: FreshTicket, ticket: TicketUpdate): Promise<unknown> {
  // The library's type of a ticket requires read-only members too, but it sends this object unchanged.
  const body = { ticket } as unknown as Parameters<Api['library']['tickets']['update']>[1]
  return (await api.library.tickets.update(pathId(base.id), body)).result
}
