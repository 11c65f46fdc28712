/**
 * Writes a decision into Jira: one edit that carries our marker, then the values that `settle.ts` puts back, then the
 * note. An interrupted run is completed from the marker, never repeated.
 */
import type { Connection, FreshTicket, Write, Written } from '../../src/contract/index.ts'
import { HelpdeskError } from '../../src/errors.ts'
import { editOf, marked, wantedOf } from './edit.ts'
import type { Raw } from './mapping.ts'
import { noteOnce } from './note.ts'
import { openApi } from './open.ts'
import { inOurFields, sendEdit } from './send.ts'
import { settle } from './settle.ts'
import type { Attempt, Stamp } from './stamp.ts'

export async function apply(connection: Connection, base: FreshTicket, write: Write): Promise<Written> {
  const stamp = base.stamp as Stamp // from fetchTicket; nobody else reads it
  const already = base.marks.includes(write.decisionId)
  const { raw, held } = already ? { raw: {}, held: {} } : wantedOf(connection, base, write)
  // Before any call, so that the rest and the note are written without them.
  if (Object.keys(held).length > 0) throw leftAlone(held)
  const edits = Object.keys(raw).length > 0
  const nothing = { changeId: null, at: new Date().toISOString(), restored: [], notKept: {} }
  if (!edits && !already && !write.note) return { ...nothing, noteId: null }
  const api = await openApi(connection)
  const throwInOurFields = (error: unknown): never => {
    throw inOurFields(error, connection)
  }
  const attempt = already ? stamp.attempt : attemptOf(write.decisionId, raw, stamp)
  let refused: string | null = null
  if (edits && attempt) {
    const edit = marked(editOf(raw, connection, stamp, api), attempt, base.marks)
    refused = await sendEdit(api, base.id, edit).catch(throwInOurFields)
  }
  const settles = attempt !== null && (edits || attempt.decision === write.decisionId)
  const written = settles ? await settle(api, connection, base.id, stamp, attempt).catch(throwInOurFields) : nothing
  // A note follows its edit, so right after the edit there cannot be one yet.
  const noteId = write.note ? await noteOnce(api, connection, base, write.decisionId, write.note, edits) : null
  const notKept = { ...written.notKept, ...(refused !== null && { assignee: refused }) }
  return { ...written, notKept, noteId }
}

function leftAlone(held: Record<string, string>): HelpdeskError {
  const why = Object.entries(held).map(([field, words]) => `${field}: ${words}`)
  return new HelpdeskError('invalid', why.join('; '), { next: 'Map these fields to other places.', fields: held })
}

function attemptOf(decision: string, wrote: Raw, { lastChange, raws }: Stamp): Attempt {
  const before = Object.keys(wrote).map((key) => [key, raws[key] ?? null])
  return { decision, lastChange, before: Object.fromEntries(before), wrote }
}
