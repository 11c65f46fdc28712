/**
 * Jira has no conditional update, so after our edit the changelog tells whether somebody had been quicker than we, and
 * their value goes back. Safe to repeat: what has gone back, or was changed again since, no longer holds our value.
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
  const mine = findOurs(now.newer, attempt, connection, now.known)
  // Nothing was logged: every value was there already.
  if (!mine) return { changeId: null, at: new Date().toISOString(), restored: [] }
  const lost = lostValues(now, mine, attempt, connection)
  const restored = Object.keys(lost)
  if (restored.length > 0) {
    if (lost.assignee) lost.assignee = await api.personOf(lost.assignee)
    const back = editOf(lost, connection, { ...stamp, ...now.lists }, api)
    const historyMetadata = { type: `${MARK}:restore`, extraData: { decision: attempt.decision } }
    await api.edit(id, { ...back, historyMetadata })
  }
  return { changeId: mine.id, at: mine.at, restored }
}

type Now = {
  known: Known
  states: Record<string, FieldState>
  lists: { labels: string[]; components: string[] }
  /** What happened since we read, oldest first. */
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
    // Ids grow. The newest hundred, all that an issue shows, reach back to our read.
    newer: entriesOf(histories, connection).filter(({ id: entry }) => Number(entry) > Number(lastChange ?? 0)),
  }
}

/** The first entry with our marker: a second one would be the values that went back. */
function findOurs(
  newer: Entry[],
  { decision, wrote }: Attempt,
  connection: Connection,
  known: Known,
): Entry | undefined {
  const marker = newer.find((entry) => entry.decision === decision)
  if (marker) return marker
  // Should Jira drop the metadata: by our account, and exactly to what we wrote.
  return newer.find((entry) => {
    if (entry.by.kind !== 'self') return false
    const { changes } = changesOf(entry, connection.mapping, known)
    return changes.length > 0 && changes.every(({ field, toRaw }) => holds(toRaw, wrote[field]))
  })
}

/** Values of others that came after our read and are gone by our write. */
function lostValues({ newer, known, states }: Now, mine: Entry, attempt: Attempt, connection: Connection): Raw {
  const changes = (entry: Entry) => changesOf(entry, connection.mapping, known).changes
  const ours = changes(mine)
  const earlier = newer.slice(0, newer.indexOf(mine)).filter(({ decision }) => decision === undefined)
  const others = earlier.flatMap(changes)
  const lost: Raw = {}
  for (const [field, before] of Object.entries(attempt.before)) {
    const our = ours.find((change) => change.field === field)
    const theirs = others.findLast((change) => change.field === field)
    if (!our || !holds(states[field]?.raw ?? null, attempt.wrote[field])) continue
    if (theirs && theirs.toRaw !== before) lost[field] = theirs.toRaw
    // No entry of another, yet we replaced something else than we had read: clocks of two Jira nodes can differ.
    if (!theirs && comparable(field, connection) && our.fromRaw !== before) lost[field] = our.fromRaw
  }
  return lost
}

/** Where changelog and issue write a value alike: texts differ in markup, and Data Center names people by key. */
function comparable(field: string, connection: Connection): boolean {
  if (field === 'assignee') return settingsOf(connection).edition === 'cloud'
  const target = placesOf(connection.mapping).find((place) => place.field === field)?.target
  return target !== undefined && (target.to !== 'field' || target.type === 'select')
}

function holds(raw: string | null, wanted: string | null | undefined): boolean {
  return wanted !== undefined && wanted !== null && (raw === wanted || (raw?.split(',').includes(wanted) ?? false))
}
