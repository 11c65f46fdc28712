/**
 * A decision into Jira: one edit that carries our marker, then the note. Jira has no conditional update, so after the
 * edit the changelog tells whether somebody was quicker, and their value goes back.
 */
import type { Connection, FreshTicket, Write, Written } from '../../src/ticket.ts'
import { type Api, openApi } from './api.ts'
import { changesOf, type Entry, type Known } from './changes.ts'
import { editOf, marked, type Raw, wantedOf } from './edit.ts'
import type { Stamp } from './fetch.ts'
import { entriesOf, knownOf, MARK } from './history.ts'
import { manyIds, placesOf, vendorField } from './mapping.ts'
import { noteOnce } from './note.ts'

export async function apply(connection: Connection, base: FreshTicket, write: Write): Promise<Written> {
  const already = base.marks.includes(write.decisionId)
  const wanted = already ? {} : wantedOf(connection, base, write.set)
  const edits = Object.keys(wanted).length > 0
  const nothing = { changeId: null, at: new Date().toISOString(), restored: [] }
  if (!edits && !write.note) return { ...nothing, ...(already && earlier(base, write)), noteId: null }
  const api = await openApi(connection)
  const written = edits ? await edit(api, connection, base, write, wanted) : nothing
  // A note follows its edit, so right after the edit there cannot be one yet.
  const noteId = write.note ? await noteOnce(api, connection, base, write.decisionId, write.note, edits) : null
  return { ...written, ...(already && earlier(base, write)), noteId }
}

/** What an earlier run of the same write did, before it was cut short. */
function earlier(base: FreshTicket, { decisionId }: Write): Partial<Written> {
  const change = base.history.findLast(({ decision }) => decision === decisionId)
  return change ? { changeId: change.id, at: change.at } : {}
}

async function edit(api: Api, connection: Connection, base: FreshTicket, write: Write, wanted: Raw) {
  const stamp = base.stamp as Stamp // made by fetchTicket: the contract passes it through unread
  const { quiet } = connection.settings
  await api.edit(base.id, marked(editOf(wanted, connection, stamp, api), write.decisionId, base.marks), quiet)
  const after = await readBack(api, connection, base.id)
  const mine = findOurs(after.newer(stamp.lastChange), write.decisionId, wanted, connection, after.known)
  if (!mine) return { changeId: null, at: new Date().toISOString(), restored: [] }
  const lost = lostValues(after.newer(stamp.lastChange), mine, base, wanted, connection, after.known)
  const restored = Object.keys(lost)
  if (restored.length > 0) {
    const back = editOf(lost, connection, { ...stamp, ...after.lists }, api)
    const historyMetadata = { type: `${MARK}:restore`, extraData: { decision: write.decisionId } }
    await api.edit(base.id, { ...back, historyMetadata }, quiet)
  }
  return { changeId: mine.id, at: mine.at, restored }
}

async function readBack(api: Api, connection: Connection, id: string) {
  const fields = [
    'assignee',
    'components',
    'labels',
    ...placesOf(connection.mapping).map(({ target }) => vendorField(target)),
  ]
  const expand = connection.settings.edition === 'datacenter' ? 'changelog,names' : 'changelog'
  const issue = await api.issue(id, { fields: [...new Set(fields)], expand, properties: [] })
  const histories = issue.changelog?.histories ?? []
  const entries = entriesOf(histories, connection)
  return {
    known: knownOf(issue, histories),
    lists: { labels: manyIds(issue.fields.labels), components: manyIds(issue.fields.components) },
    /** Changelog ids grow; the newest hundred are enough to reach back to our read. */
    newer: (last: string | null) => entries.filter(({ id: entry }) => last === null || Number(entry) > Number(last)),
  }
}

function findOurs(
  newer: Entry[],
  decisionId: string,
  wanted: Raw,
  connection: Connection,
  known: Known,
): Entry | undefined {
  const marker = newer.findLast(({ decision }) => decision === decisionId)
  if (marker) return marker
  // Should Jira drop the metadata: by our account, and exactly to what we wrote.
  return newer.findLast((entry) => {
    if (entry.by.kind !== 'self') return false
    const { changes } = changesOf(entry, connection.mapping, known)
    return changes.length > 0 && changes.every(({ field, toRaw }) => holds(toRaw, wanted[field]))
  })
}

/** Values of others that came after our read and are gone by our write. */
function lostValues(
  newer: Entry[],
  mine: Entry,
  base: FreshTicket,
  wanted: Raw,
  connection: Connection,
  known: Known,
): Raw {
  const ours = changesOf(mine, connection.mapping, known).changes
  const others = newer
    .slice(0, newer.indexOf(mine))
    .filter(({ decision }) => decision === undefined)
    .flatMap((entry) => changesOf(entry, connection.mapping, known).changes)
  const lost: Raw = {}
  for (const field of Object.keys(wanted)) {
    const our = ours.find((change) => change.field === field)
    const theirs = others.findLast((change) => change.field === field)
    const before = base.fields[field]?.raw
    if (!our || before === undefined) continue
    if (theirs && theirs.toRaw !== before) lost[field] = theirs.toRaw
    else if (!theirs && our.fromRaw !== before) lost[field] = our.fromRaw
  }
  return lost
}

function holds(toRaw: string | null, wanted: string | null | undefined): boolean {
  return wanted !== undefined && wanted !== null && (toRaw?.split(',').includes(wanted) ?? false)
}
