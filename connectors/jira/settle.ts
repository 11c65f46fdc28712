/**
 * Jira has no conditional update. So after our edit we read the changelog: if somebody changed a field between our read
 * and our write, their value is put back. Safe to repeat: a field that was put back, or changed again, no longer has our
 * value.
 */
import type { Connection, Written } from '../../src/contract/index.ts'
import type { Api } from './api.ts'
import { type Entry, type Known, type PlaceChange, placeChanges } from './changes.ts'
import { settingsOf } from './connection.ts'
import { editOf } from './edit.ts'
import { expandFor, listsOf } from './fetch.ts'
import { entriesOf, knownOf } from './history.ts'
import { rawsOf } from './issue.ts'
import { placesOf, type Raw, vendorField } from './mapping.ts'
import { sendEdit } from './send.ts'
import { type Attempt, MARK, type Stamp } from './stamp.ts'

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
  const notKept = dropped(now, own, attempt, connection)
  // Nothing was logged: the issue had every value already, or Jira kept none.
  if (!own) return { changeId: null, at: new Date().toISOString(), restored: [], notKept }
  const lost = lostValues(now, own, attempt, connection)
  if (Object.keys(lost).length > 0) {
    const back = editOf(lost, connection, { ...stamp, lists: now.lists }, api)
    const historyMetadata = { type: `${MARK}:restore`, extraData: { decision: attempt.decision } }
    await sendEdit(api, id, { ...back, historyMetadata })
  }
  const restored = [...new Set(Object.keys(lost).map((key) => fieldOf(key, connection)))]
  return { changeId: own.id, at: own.at, restored, notKept }
}

type Now = {
  known: Known
  raws: Raw
  lists: Stamp['lists']
  /** The changes since our read, oldest first. */
  newer: Entry[]
}

async function readBack(api: Api, connection: Connection, id: string, lastChange: string | null): Promise<Now> {
  const written = placesOf(connection.mapping).map(({ target }) => vendorField(target))
  const fields = [...new Set(['assignee', 'components', 'labels', ...written])]
  const issue = await api.issue(id, { fields, expand: expandFor(connection), properties: [] })
  const histories = issue.changelog?.histories ?? []
  return {
    known: await knownOf(api, issue, histories),
    raws: rawsOf(issue.fields, connection),
    lists: listsOf(issue.fields, connection),
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
    const changes = placeChanges(entry, connection.mapping, known)
    return changes.length > 0 && changes.every(({ key, toRaw }) => holds(toRaw, wrote[key]))
  })
}

/** Values that others set after our read and that our write replaced. */
function lostValues({ newer, known, raws }: Now, own: Entry, attempt: Attempt, connection: Connection): Raw {
  const changes = (entry: Entry) => placeChanges(entry, connection.mapping, known)
  const lost: Raw = {}
  for (const [key, before] of Object.entries(attempt.before)) {
    const at = ourEntry(key, newer, own, attempt, changes)
    const our = at && changes(at).find((change) => change.key === key)
    if (!our || !holds(raws[key] ?? null, attempt.wrote[key])) continue
    const earlier = newer.slice(0, newer.indexOf(at)).filter(({ decision }) => decision === undefined)
    const theirs = earlier.flatMap(changes).findLast((change) => change.key === key)
    if (theirs && theirs.toRaw !== before) lost[key] = theirs.toRaw
    // No entry of somebody else, but we replaced a value that we had not read: clocks of Jira nodes can differ.
    if (!theirs && comparable(key, connection) && our.fromRaw !== before) lost[key] = our.fromRaw
  }
  return lost
}

/** The entry in which we wrote this: the assign call carries no marker, so it has an entry of its own. */
function ourEntry(
  key: string,
  newer: Entry[],
  own: Entry,
  { wrote }: Attempt,
  changes: (entry: Entry) => PlaceChange[],
): Entry | undefined {
  const here = (entry: Entry) => changes(entry).some((change) => change.key === key && holds(change.toRaw, wrote[key]))
  if (changes(own).some((change) => change.key === key) || key !== 'assignee') return own
  return newer.slice(newer.indexOf(own) + 1).find((entry) => entry.by.kind === 'self' && here(entry))
}

/** Fields whose values Jira accepted and did not store, and that nobody else changed since. */
function dropped(now: Now, own: Entry | undefined, { wrote, before }: Attempt, connection: Connection) {
  const since = own ? now.newer.slice(now.newer.indexOf(own) + 1) : now.newer
  const changed = new Set(
    since.flatMap((entry) => placeChanges(entry, connection.mapping, now.known)).map(({ key }) => key),
  )
  const notKept: Settled['notKept'] = {}
  for (const [key, wanted] of Object.entries(wrote)) {
    const raw = now.raws[key]
    if (raw === undefined || holds(raw, wanted) || changed.has(key)) continue
    // Jira may store a text in another form; only one that is absent was not stored.
    if (isText(key, connection) && raw !== null && raw !== before[key]) continue
    notKept[fieldOf(key, connection)] =
      `Jira accepted ${wanted ?? 'the empty value'}, but the ticket has ${raw ?? 'none'}`
  }
  return notKept
}

/** Do changelog and issue show the value in the same form? Texts differ in markup; Data Center uses keys for people. */
function comparable(key: string, connection: Connection): boolean {
  if (key === 'assignee') return settingsOf(connection).edition === 'cloud'
  const target = placesOf(connection.mapping).find((place) => place.key === key)?.target
  return target !== undefined && (target.to !== 'field' || target.type === 'select')
}

function isText(key: string, connection: Connection): boolean {
  const target = placesOf(connection.mapping).find((place) => place.key === key)?.target
  return target?.to === 'field' && target.type === 'text'
}

function fieldOf(key: string, connection: Connection): string {
  return placesOf(connection.mapping).find((place) => place.key === key)?.field ?? key
}

function holds(raw: string | null, wanted: string | null | undefined): boolean {
  if (wanted === undefined) return false
  return raw === wanted || (wanted !== null && (raw?.split(',').includes(wanted) ?? false))
}
