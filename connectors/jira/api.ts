/** Our calls to Jira's REST API, for both editions: `cloud.ts` and `datacenter.ts` make them. */

import type { z } from 'zod'
import type { Note } from '../../src/contract/index.ts'
import { HelpdeskError } from '../../src/errors.ts'
import type * as answers from './answers.ts'
import { issueId, issueKey } from './payload.ts'

type Out<Name extends keyof typeof answers> = (typeof answers)[Name] extends z.ZodType
  ? z.output<(typeof answers)[Name]>
  : never

type Property = { key: string; value: unknown }

export type Edit = {
  fields?: Record<string, unknown>
  update?: Record<string, Record<string, unknown>[]>
  properties?: Property[]
  historyMetadata?: { type: string; extraData: Record<string, string> }
}

/** The calls we make; both editions have all of them. */
export type Api = IssueApi & CommentApi & PeopleApi & SiteApi

export type IssueApi = {
  issue(id: string, want: { fields: string[]; expand: string; properties: string[] }): Promise<answers.IssueAnswer>
  /** The whole history, when an issue does not contain all of it; null where it always does. */
  changelog: ((id: string, startAt: number) => Promise<Out<'ChangelogPage'>>) | null
  edit(id: string, edit: Edit): Promise<void>
  /** What the assign dialog calls: it needs no edit screen. Null: nobody. */
  assign(id: string, person: Record<string, string> | null): Promise<void>
  newest(jql: string): Promise<string | null>
  /** A page of whole issues; `token` of the page before, null: the first one. */
  search(jql: string, token: string | null): Promise<{ issues: answers.IssueAnswer[]; token: string | null }>
  /** The histories of issues by id; null where a search shows them whole. */
  histories: ((ids: string[]) => Promise<Map<string, answers.History[]>>) | null
  count(jql: string): Promise<number>
}

export type CommentApi = {
  comments(id: string): Promise<Out<'CommentsAnswer'>>
  /** The value of a comment's property; null when it has none. */
  commentProperty(comment: string, key: string): Promise<unknown>
  addNote(id: string, note: Note, properties: Property[]): Promise<Out<'CommentAnswer'>>
  deleteComment(id: string, comment: string): Promise<void>
  /** Text areas hold documents on Cloud and wiki text on Data Center. */
  textArea(value: string): unknown
}

export type PeopleApi = {
  /** How an edit names a person, and a group. */
  person(id: string): Record<string, string>
  group(id: string): Record<string, string>
  /** The id by which an edit names a person, from the id in a changelog. */
  personOf(logged: string): Promise<string>
  myself(): Promise<Out<'Me'>>
  /** Jira searches its first thousand users only. */
  assignable(project: string): Promise<Out<'PersonList'>>
  /** Those of this name or id who can be assigned; Jira may ignore the id and answer with others. */
  assignableOne(project: string, id: string): Promise<Out<'PersonList'>>
  /** The account itself; null where there is none. */
  account(id: string): Promise<Out<'Me'> | null>
  /** Has the site more users than the list of assignable people searches? */
  beyondList(): Promise<boolean>
  granted(project: string | null, permissions: string[]): Promise<string[]>
}

export type SiteApi = {
  fields(): Promise<Out<'FieldList'>>
  priorities(): Promise<Out<'PriorityList'>>
  /** The projects that our account sees, at most `limit`, and how many there are. */
  projects(limit: number): Promise<{ keys: string[]; total: number }>
  project(key: string): Promise<Out<'ProjectAnswer'>>
  components(project: string): Promise<Out<'ComponentList'>>
  issueTypes(project: string): Promise<Out<'IssueTypes'>['values']>
  createScreen(project: string, issueType: string): Promise<Out<'ScreenFields'>>
  editScreen(id: string): Promise<Out<'ScreenFields'>>
  /** The request types of a service project; null where it has no portal. */
  requestTypes(project: string): Promise<Out<'RequestTypes'>['values'] | null>
}

export async function nullIfGone<T>(call: () => Promise<T>): Promise<T | null> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof HelpdeskError && error.fault === 'gone') return null
    throw error
  }
}

/** What a search shows of an issue: all fields, as in webhooks, without the lists that can be very long. */
export const WHOLE = ['*all', '-comment', '-worklog', '-attachment']
export const SEARCH_PAGE = 100

type Page<Value> = { values: Value[]; total?: number | null; isLastPage?: boolean | null }

// No list that we read has more: a server that repeats a page must not keep us for ever.
const PAGES = 50

/** All values of a list that comes in pages. */
export async function everyPage<Value>(page: (startAt: number) => Promise<Page<Value>>): Promise<Value[]> {
  const all: Value[] = []
  for (let n = 0; n < PAGES; n++) {
    const { values, total, isLastPage } = await page(all.length)
    all.push(...values)
    if (values.length === 0 || isLastPage === true) break
    if (isLastPage === undefined && all.length >= (total ?? 0)) break
  }
  return all
}

export function keysOf(projects: { key: string | null }[]): string[] {
  return projects.map(({ key }) => key).filter((key) => key !== null)
}

/** jira.js puts ids into the path unchanged, so a text that is not an id could reach another endpoint. */
export function safeIssueId(text: string): string {
  const id = issueId(text) ?? issueKey(text)
  if (id !== null) return id
  throw new HelpdeskError('invalid', 'This is neither the id nor the key of a Jira issue.', {
    next: 'Send {"key": "ABC-123"} or the numeric id of the issue.',
  })
}

export function safeSegment(text: string): string {
  if (/^[A-Za-z0-9_.-]{1,255}$/.test(text) && !/^\.+$/.test(text)) return text
  throw new HelpdeskError('invalid', 'This is not the form of an id or key in Jira.', {
    next: 'Check project keys and field ids in the settings of this connection.',
  })
}

/** A string in JQL; quotes and backslashes are escaped, so that the text stays inside it. */
export function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
