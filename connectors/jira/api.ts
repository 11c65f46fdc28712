/** The calls we make, the same for both editions; `cloud.ts` and `datacenter.ts` say how each is made. */

import type { z } from 'zod'
import type { Note } from '../../src/contract/index.ts'
import { HelpdeskError } from '../../src/errors.ts'
import type * as answers from './answers.ts'
import type { Reach } from './client.ts'
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

export type Api = {
  issue(id: string, want: { fields: string[]; expand: string; properties: string[] }): Promise<answers.IssueAnswer>
  /** The whole history, beyond what fits into an issue; null where the edition always sends all of it. */
  changelog: ((id: string, startAt: number) => Promise<Out<'ChangelogPage'>>) | null
  edit(id: string, edit: Edit, quiet: boolean): Promise<void>
  comments(id: string): Promise<Out<'CommentsAnswer'>>
  /** The value of a comment's property, null without one. */
  commentProperty(comment: string, key: string): Promise<unknown>
  addNote(id: string, note: Note, properties: Property[]): Promise<Out<'CommentAnswer'>>
  deleteComment(id: string, comment: string): Promise<void>
  /** Text areas hold documents on Cloud and wiki text on Data Center. */
  textArea(value: string): unknown
  /** How an edit names a person. */
  person(id: string): Record<string, string>
  /** The id by which an edit names the person whom a changelog names. */
  personOf(logged: string): Promise<string>
  myself(): Promise<Out<'Me'>>
  fields(): Promise<Out<'FieldList'>>
  priorities(): Promise<Out<'PriorityList'>>
  projects(): Promise<string[]>
  components(project: string): Promise<Out<'ComponentList'>>
  assignable(project: string, startAt: number, limit: number): Promise<Out<'PersonList'>>
  issueTypes(project: string): Promise<Out<'IssueTypes'>>
  createScreen(project: string, issueType: string): Promise<Out<'ScreenFields'>>
  editScreen(id: string): Promise<Out<'ScreenFields'>>
  newest(jql: string): Promise<string | null>
  granted(project: string | null, permissions: string[]): Promise<string[]>
  count(jql: string): Promise<number>
}

/** jira.js takes 0.9 s and 80 MB to load, so an installation without Jira, and the start, go without it. */
export async function openApi(reach: Reach): Promise<Api> {
  if (reach.settings.edition === 'datacenter') return (await import('./datacenter.ts')).dataCenter(reach)
  return (await import('./cloud.ts')).cloud(reach)
}

/** jira.js puts ids into the path as they are, so one that is no id would reach another endpoint. */
export function safeIssueId(text: string): string {
  const id = issueId(text) ?? issueKey(text)
  if (id !== null) return id
  throw new HelpdeskError('invalid', 'This is neither the id nor the key of a Jira issue.', {
    next: 'Send {"key": "ABC-123"} or the numeric id of the issue.',
  })
}

export function safeSegment(text: string): string {
  if (/^[A-Za-z0-9_.-]{1,255}$/.test(text) && !/^\.+$/.test(text)) return text
  throw new HelpdeskError('invalid', 'This is no id or key that Jira knows.', {
    next: 'Check project keys and field ids in the settings of this connection.',
  })
}

/** A string of JQL, with whatever an id holds kept inside the quotes. */
export function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
