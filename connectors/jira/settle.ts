/**
 * Jira has no conditional update. So after our edit we read the changelog: if somebody changed a field between our read
 * and our write, their value is put back. Putting back is such an edit too, so we read again after it, until the history
 * shows nothing of anybody's that we replaced. Safe to repeat.
 */
import type { Connection, Written } from '../../src/contract/index.ts'
import { HelpdeskError } from '../../src/errors.ts'
import type { Api } from './api.ts'
import { type Entry, type Known, placeChanges } from './changes.ts'
import { editOf } from './edit.ts'
import { expandFor, listsOf } from './fetch.ts'
import { entriesOf, knownOf } from './history.ts'
import { rawsOf } from './issue.ts'
import { placesOf, vendorField } from './mapping.ts'
import { holds, type Now, replaced } from './replaced.ts'
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
  const restored = await restore(api, connection, id, { stamp, attempt, now })
  return { changeId: own.id, at: own.at, restored, notKept }
}

/** Nobody edits one field this often while we read and write: it is another program that answers each edit of ours. */
const ROUNDS = 10

/** Puts back what we replaced; returns the fields of ours. */
async function restore(
  api: Api,
  connection: Connection,
  id: string,
  { stamp, attempt, now }: { stamp: Stamp; attempt: Attempt; now: Now },
): Promise<string[]> {
  const restored = new Set<string>()
  for (let round = 0, shown = now; ; round++) {
    const lost = replaced(shown, attempt, connection)
    if (Object.keys(lost).length === 0) break
    if (round === ROUNDS)
      throw new HelpdeskError('conflict', `Issue ${id} changed each time a value was put back.`, {
        next: 'Wait: it is tried again. If another program writes the same fields, keep it off them.',
      })
    for (const key of Object.keys(lost)) restored.add(fieldOf(key, connection))
    const back = editOf(lost, connection, { ...stamp, lists: shown.lists }, api)
    const historyMetadata = { type: `${MARK}:restore`, extraData: { decision: attempt.decision } }
    await sendEdit(api, id, { ...back, historyMetadata })
    const before = shown.newer.length
    shown = await readBack(api, connection, id, attempt.lastChange)
    // Nothing was logged: Jira refused, or shows the value in another form.
    if (shown.newer.length === before) break
  }
  return [...restored]
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

function isText(key: string, connection: Connection): boolean {
  const target = placesOf(connection.mapping).find((place) => place.key === key)?.target
  return target?.to === 'field' && target.type === 'text'
}

function fieldOf(key: string, connection: Connection): string {
  return placesOf(connection.mapping).find((place) => place.key === key)?.field ?? key
}
