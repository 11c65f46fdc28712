/** Values of others that our edits replaced, as the history shows it. Pure. */
import type { Connection } from '../../src/contract/index.ts'
import { type Entry, type Known, type PlaceChange, placeChanges } from './changes.ts'
import { settingsOf } from './connection.ts'
import { joined, placesOf, type Raw } from './mapping.ts'
import type { Attempt, Stamp } from './stamp.ts'

/** An issue after our edit. */
export type Now = {
  known: Known
  raws: Raw
  lists: Stamp['lists']
  /** The changes since our read, oldest first. */
  newer: Entry[]
}

/** A change of one place since our read. */
type Step = PlaceChange & { ours: boolean }

/**
 * What others chose last and the issue does not have, because an edit of ours came after it: the decision itself, or one
 * that put an earlier value back.
 */
export function replaced(now: Now, attempt: Attempt, connection: Connection): Raw {
  const lost: Raw = {}
  for (const key of Object.keys(attempt.before)) {
    const theirs = lastOfOthers(key, now, attempt, connection)
    if (theirs !== undefined) lost[key] = theirs
  }
  return lost
}

/** The value to put back, null for an empty field; undefined: nothing was replaced. */
function lastOfOthers(key: string, now: Now, attempt: Attempt, connection: Connection): string | null | undefined {
  const steps = stepsOf(key, now, attempt, connection)
  const own = steps.findLast(({ ours }) => ours)
  if (!own) return undefined
  const before = attempt.before[key] ?? null
  const present = now.raws[key] ?? null
  const last = steps.findLast(({ ours }) => !ours)
  if (!last) {
    // No entry of somebody else, but we replaced a value that we had not read: clocks of Jira nodes can differ.
    const unseen = steps.length === 1 && own.fromRaw !== before && comparable(key, connection)
    return unseen && holds(present, attempt.wrote[key]) ? own.fromRaw : undefined
  }
  const theirs = isComponent(key, connection) ? resultOf(steps, before) : last.toRaw
  if (present === theirs || own.toRaw === theirs) return undefined
  const isNewer = steps.indexOf(own) > steps.indexOf(last)
  return isNewer || (comparable(key, connection) && holds(present, own.toRaw)) ? theirs : undefined
}

function stepsOf(key: string, { newer, known }: Now, { wrote }: Attempt, connection: Connection): Step[] {
  const steps: Step[] = []
  for (const entry of newer)
    for (const change of placeChanges(entry, connection.mapping, known)) {
      if (change.key !== key) continue
      // Without a marker: the assign call has none, and Jira may drop it. Then our account, and a value that we write.
      const written =
        holds(change.toRaw, wrote[key]) || steps.some(({ ours, toRaw }) => !ours && toRaw === change.toRaw)
      steps.push({ ...change, ours: entry.decision !== undefined || (entry.by.kind === 'self' && written) })
    }
  return steps
}

/** An entry of components names only those that were added or removed. */
function resultOf(steps: Step[], before: string | null): string | null {
  const values = new Set(before?.split(',') ?? [])
  for (const { ours, fromRaw, toRaw } of steps) {
    if (ours) continue
    for (const gone of fromRaw?.split(',') ?? []) values.delete(gone)
    for (const added of toRaw?.split(',') ?? []) values.add(added)
  }
  return joined([...values])
}

function targetOf(key: string, { mapping }: Connection) {
  return placesOf(mapping).find((place) => place.key === key)?.target
}

function isComponent(key: string, connection: Connection): boolean {
  return targetOf(key, connection)?.to === 'component'
}

/** Do changelog and issue show the value in the same form? Texts differ in markup; Data Center uses keys for people. */
function comparable(key: string, connection: Connection): boolean {
  if (key === 'assignee') return settingsOf(connection).edition === 'cloud'
  const target = targetOf(key, connection)
  return target !== undefined && (target.to !== 'field' || target.type === 'select')
}

/** Is it the value that we wrote, or a list with it? */
export function holds(raw: string | null, wanted: string | null | undefined): boolean {
  if (wanted === undefined) return false
  return raw === wanted || (wanted !== null && (raw?.split(',').includes(wanted) ?? false))
}
