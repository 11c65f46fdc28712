/** Writes a decision into Zendesk: one update, with our marker. */
import { z } from 'zod'
import type { Connection, FreshTicket, Write, Written } from '../../src/contract/index.ts'
import { openApi } from './client.ts'
import { parseTicket, pathId, type Stamp } from './fetch.ts'
import { type Marks, noteOf } from './history.ts'
import { targets } from './mapping.ts'
import { AuditResource } from './payload.ts'
import { type TicketUpdate, unmapped, updateOf } from './update.ts'

const Updated = z.looseObject({ audit: AuditResource })

/** Zendesk detects every collision except one within the second of our read: `updated_at` has no fractions. */
export async function apply(connection: Connection, base: FreshTicket, write: Write): Promise<Written> {
  const earlier = markOf(base, write.decisionId)
  if (earlier) return { changeId: earlier.audit, at: earlier.at, restored: [], noteId: earlier.note }
  if (Object.keys(write.set).length === 0 && !write.note)
    return { changeId: null, at: base.updatedAt ?? (base.stamp as Stamp).updatedAt, restored: [], noteId: null }

  const ticket = updateOf(connection, base, write)
  const { result } = await openApi(connection).library.tickets.update(pathId(base.id), wire(ticket))
  refuseDropped(connection, ticket, result)
  const audit = Updated.safeParse(result).data?.audit
  return {
    changeId: audit?.id ?? null,
    at: audit?.created_at ?? new Date().toISOString(),
    restored: [],
    noteId: audit ? noteOf(audit) : null,
  }
}

function markOf({ stamp }: FreshTicket, decisionId: string): Marks[string] | undefined {
  const { marks } = stamp as Stamp
  return Object.hasOwn(marks, decisionId) ? marks[decisionId] : undefined
}

// The library's type of a ticket requires read-only members too, but it sends this object unchanged.
function wire(ticket: TicketUpdate) {
  return { ticket } as unknown as Parameters<ReturnType<typeof openApi>['library']['tickets']['update']>[1]
}

/** Zendesk answers 200 to an unknown drop-down value and stores nothing: only the answer shows it. */
function refuseDropped({ mapping }: Connection, sent: TicketUpdate, result: unknown): void {
  const stored = parseTicket(result).custom_fields
  for (const { id, value } of sent.custom_fields ?? []) {
    const digits = JSON.stringify(id)
    if (stored.find((field) => field.id === digits)?.value) continue
    const [field] = targets(mapping).find(([, target]) => target.to === 'field' && target.id === digits) ?? [digits]
    throw unmapped(
      field,
      `Zendesk did not keep ${value} in the field ${digits} (${field})`,
      `Compare the values of ${field} with the options of the drop-down in Zendesk.`,
    )
  }
}
