/** A ticket's history, from Jira's changelog, oldest first. */
import type { Change, Connection } from '../../src/contract/index.ts'
import type { History, IssueAnswer } from './answers.ts'
import { type Api, nullIfGone } from './api.ts'
import { changesOf, type Entry, type Known } from './changes.ts'
import { rawsOf } from './issue.ts'
import type { Raw } from './mapping.ts'
import { instant, isRecord, Person, Text } from './payload.ts'
import { actorOf, aliasesOf } from './people.ts'
import { type Attempt, MARK } from './stamp.ts'

// 50 pages of 100 entries: a longer history was written by a program in a loop.
const PAGES = 50

export async function wholeHistory(api: Api, issue: IssueAnswer): Promise<History[]> {
  const shown = issue.changelog?.histories ?? []
  if (!api.changelog || (issue.changelog?.total ?? 0) <= shown.length) return shown
  const all: History[] = []
  for (let page = 0; page < PAGES; page++) {
    const { values, isLast, total } = await api.changelog(issue.id, all.length)
    all.push(...values)
    if (isLast === true || values.length === 0 || all.length >= total) break
  }
  return all
}

/** Sorted by time: an issue on Cloud shows the newest first; the changelog pages and Data Center show the oldest first. */
export function entriesOf(histories: History[], connection: Connection): Entry[] {
  const entries = histories.map((history): Entry => {
    const decision = decisionOf(history)
    return {
      id: history.id,
      at: instant(history.created) ?? new Date(0).toISOString(),
      by: actorOf(history.author, connection),
      items: history.items,
      ...(decision === null ? {} : { decision }),
    }
  })
  return entries.sort((a, b) => (a.at === b.at ? Number(a.id) - Number(b.id) : a.at < b.at ? -1 : 1))
}

// More people than this never handled one issue.
const LOOK_UPS = 20

/** Names of fields and people, for reading the changelog. Asks Jira for keys of people whom the issue does not show. */
export async function knownOf(api: Api, issue: IssueAnswer, histories: History[]): Promise<Known> {
  const shown = Object.values(issue.fields).filter((value) => isRecord(value) && 'displayName' in value)
  const aliases = aliasesOf([...shown.map((one) => Person.parse(one)), ...histories.map(({ author }) => author)])
  const logged = histories.flatMap(({ items }) => items.flatMap(({ from, to }) => [from, to]))
  const unknown = new Set(logged.filter((id) => id !== null && /^JIRAUSER\d+$/.test(id) && !aliases.has(id)))
  await Promise.all(
    [...unknown].slice(0, LOOK_UPS).map(async (key) => {
      if (key === null) return
      const id = await nullIfGone(() => api.personOf(key))
      if (id !== null) aliases.set(key, id)
    }),
  )
  return { aliases, ...(issue.names && { names: issue.names }) }
}

export function historyOf(issue: IssueAnswer, histories: History[], connection: Connection, known: Known): Change[] {
  // From the newest to the oldest, so that the values before and after each entry are known.
  let after = rawsOf(issue.fields, connection)
  const newestFirst = entriesOf(histories, connection).reverse()
  const changes = newestFirst.map((entry) => {
    const found = changesOf(entry, connection.mapping, { ...known, after })
    after = found.before
    return found.changes
  })
  return changes.reverse().flat()
}

/** Ids of our decisions, from the issue property that each of our edits sets together with the fields. */
export function marksOf(issue: IssueAnswer): string[] {
  const mark = issue.properties?.[MARK]
  if (!isRecord(mark)) return []
  const listed = Array.isArray(mark.decisions) ? mark.decisions : []
  const ids = [...listed, mark.decision].map((id) => Text.parse(id)).filter((id) => id !== null)
  return [...new Set(ids)]
}

/** Our newest write, from its marker. */
export function attemptOf(issue: IssueAnswer): Attempt | null {
  const mark = issue.properties?.[MARK]
  const decision = isRecord(mark) ? Text.parse(mark.decision) : null
  if (!isRecord(mark) || decision === null) return null
  return { decision, lastChange: Text.parse(mark.lastChange), before: rawIn(mark.before), wrote: rawIn(mark.wrote) }
}

function rawIn(values: unknown): Raw {
  const entries = Object.entries(isRecord(values) ? values : {})
  return Object.fromEntries(entries.map(([field, raw]) => [field, Text.parse(raw)]))
}

/** Our edits carry history metadata, which the changelog returns. */
function decisionOf({ historyMetadata }: History): string | null {
  if (!historyMetadata?.type?.startsWith(`${MARK}:`)) return null
  return Text.parse(historyMetadata.extraData?.decision)
}
