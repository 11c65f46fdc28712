/**
 * Writes a decision into Jira: one edit that carries our marker, then the values that `settle.ts` puts back, then the
 * note. An interrupted run is completed from the marker, never repeated.
 */
import type { Connection, FreshTicket, Write, Written } from '../../src/contract/index.ts'
import { editOf, marked, wantedOf } from './edit.ts'
import { noteOnce } from './note.ts'
import { openApi } from './open.ts'
import { settle } from './settle.ts'
import type { Attempt, Raw, Stamp } from './stamp.ts'

export async function apply(connection: Connection, base: FreshTicket, write: Write): Promise<Written> {
  const stamp = base.stamp as Stamp // from fetchTicket; nobody else reads it
  const already = base.marks.includes(write.decisionId)
  const wanted = already ? {} : wantedOf(connection, base, write.set)
  const edits = Object.keys(wanted).length > 0
  const nothing = { changeId: null, at: new Date().toISOString(), restored: [] }
  if (!edits && !already && !write.note) return { ...nothing, noteId: null }
  const api = await openApi(connection)
  const attempt = already ? stamp.attempt : attemptOf(write.decisionId, base, wanted, stamp)
  if (edits && attempt) {
    const edit = marked(editOf(wanted, connection, stamp, api), attempt, base.marks)
    await api.edit(base.id, edit)
  }
  const settles = attempt !== null && (edits || attempt.decision === write.decisionId)
  const written = settles ? await settle(api, connection, base.id, stamp, attempt) : nothing
  // A note follows its edit, so right after the edit there cannot be one yet.
  const noteId = write.note ? await noteOnce(api, connection, base, write.decisionId, write.note, edits) : null
  return { ...written, noteId }
}

function attemptOf(decision: string, base: FreshTicket, wrote: Raw, { lastChange }: Stamp): Attempt {
  const before = Object.keys(wrote).map((field) => [field, base.fields[field]?.raw ?? null])
  return { decision, lastChange, before: Object.fromEntries(before), wrote }
}
