/**
 * Jira has no conditional update. So after our edit we read the changelog: if somebody changed a field between our read
 * and our write, their value is put back. Safe to repeat: a field that was put back, or changed again, no longer has our
 * value.
 */
import type { Connection, FieldState, Written } from '../../src/contract/index.ts'
import type { Api } from './api.ts'
import { changesOf, type Entry, type Known } from './changes.ts'
import { settingsOf } from './connection.ts'
import { editOf } from './edit.ts'
import { expandFor } from './fetch.ts'
import { entriesOf, knownOf } from './history.ts'
import { statesOf } from './issue.ts'
import { manyIds, placesOf, vendorField } from './mapping.ts'
import { type Attempt, MARK, type Raw, type Stamp } from './stamp.ts'

type Settled = Omit<Written, 'noteId'>

export async function settle(
  api: Api,
  connection: Connection,
  id: string,
  stamp: Stamp,
  attempt: Attempt,
): Promise<Settled> {
  const now = await readBack(api, connection, id, attempt.lastChange)
  const own = findOurs(now.newer, attempt, connection, now.known)
  // Nothing was logged: the issue had every value already.
  if (!own) return { changeId: null, at: new Date().toISOString(), restored: [] }
  const lost = lostValues(now, own, attempt, connection)
  const restored = Object.keys(lost)
  if (restored.length > 0) {
    if (lost.assignee) lost.assignee = await api.personOf(lost.assignee)
    const back = editOf(lost, connection, { ...stamp, ...now.lists }, api)
    const historyMetadata = { type: `${MARK}:restore`, extraData: { decision: attempt.decision } }
    await api.edit(id, { ...back, historyMetadata })
  }
  return { changeId: own.id, at: own.at, restored }
}

type Now = {
  known: Known
  states: Record<string, FieldState>
  lists: { labels: string[]; components: string[] }
  /** The changes since our read, oldest first. */
  newer: Entry[]
}

async function readBack(api: Api, connection: Connection, id: string, lastChange: string | null): Promise<Now> {
  const written = placesOf(connection.mapping).map(({ target }) => vendorField(target))
  const fields = [...new Set(['assignee', 'components', 'labels', ...written])]
  const issue = await api.issue(id, { fields, expand: expandFor(connection), properties: [] })
  const histories = issue.changelog?.histories ?? []
  return {
    known: knownOf(issue, histories),
    states: statesOf(issue.fields, connection),
    lists: { labels: manyIds(issue.fields.labels), components: manyIds(issue.fields.components) },
    // Ids grow. An issue shows its newest hundred entries, which reach back to our read.
    newer: entriesOf(histories, connection).filter(({ id: entry }) => Number(entry) > Number(lastChange ?? 0)),
  }
}

/** The first entry with our marker; a second one is the edit that put values back. */
function findOurs(
  newer: Entry[],
  { decision, wrote }: Attempt,
  connection: Connection,
  known: Known,
): Entry | undefined {
  const marker = newer.find((entry) => entry.decision === decision)
  if (marker) return marker
  // If Jira dropped the metadata: by our account, and with exactly the values that we wrote.
  return newer.find((entry) => {
    if (entry.by.kind !== 'self') return false
    const { changes } = changesOf(entry, connection.mapping, known)
    return changes.length > 0 && changes.every(({ field, toRaw }) => holds(toRaw, wrote[field]))
  })
}

/** Values that others set after our read and that our write replaced. */
function lostValues({ newer, known, states }: Now, own: Entry, attempt: Attempt, connection: Connection): Raw {
  const changes = (entry: Entry) => changesOf(entry, connection.mapping, known).changes
  const ourChanges = changes(own)
  const earlier = newer.slice(0, newer.indexOf(own)).filter(({ decision }) => decision === undefined)
  const others = earlier.flatMap(changes)
  const lost: Raw = {}
  for (const [field, before] of Object.entries(attempt.before)) {
    const our = ourChanges.find((change) => change.field === field)
    const theirs = others.findLast((change) => change.field === field)
    if (!our || !holds(states[field]?.raw ?? null, attempt.wrote[field])) continue
    if (theirs && theirs.toRaw !== before) lost[field] = theirs.toRaw
    // No entry of somebody else, but we replaced a value that we had not read: clocks of Jira nodes can differ.
    if (!theirs && comparable(field, connection) && our.fromRaw !== before) lost[field] = our.fromRaw
  }
  return lost
}

/** Do changelog and issue show the value in the same form? Texts differ in markup; Data Center uses keys for people. */
function comparable(field: string, connection: Connection): boolean {
  if (field === 'assignee') return settingsOf(connection).edition === 'cloud'
  const target = placesOf(connection.mapping).find((place) => place.field === field)?.target
  return target !== undefined && (target.to !== 'field' || target.type === 'select')
}

function holds(raw: string | null, wanted: string | null | undefined): boolean {
  return wanted !== undefined && wanted !== null && (raw === wanted || (raw?.split(',').includes(wanted) ?? false))
}
