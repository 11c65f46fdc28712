/** Jira Cloud, REST v3, through jira.js. */

import {
  addComment,
  countIssues,
  deleteComment,
  editIssue,
  findAssignableUsers,
  getAllUsers,
  getBulkChangelogs,
  getChangeLogs,
  getCommentProperty,
  getComments,
  getCreateIssueMetaIssueTypeId,
  getCreateIssueMetaIssueTypes,
  getCurrentUser,
  getEditIssueMeta,
  getFields,
  getIssue,
  getMyPermissions,
  getProject,
  getProjectComponents,
  getUser,
  searchAndReconsileIssuesUsingJqlPost,
  searchPriorities,
  searchProjects,
} from 'jira.js/cloud'
import type { Client } from 'jira.js/core'
import { noteToAdf, textToAdf } from './adf.ts'
import * as answers from './answers.ts'
import { checked } from './answers.ts'
import {
  type Api,
  type CommentApi,
  everyPage,
  type IssueApi,
  keysOf,
  nullIfGone,
  type PeopleApi,
  SEARCH_PAGE,
  type SiteApi,
  safeIssueId,
  safeSegment,
  WHOLE,
} from './api.ts'
import { brokenAnswer, openClient, type Reach } from './client.ts'
import { settingsOf } from './connection.ts'
import { serviceDesk } from './service-desk.ts'
import { MARK } from './stamp.ts'

// A hundred issues with more history than this were written by a program in a loop.
const PAGES = 100

export function cloud(reach: Reach): Api {
  const client = openClient(reach)
  return {
    ...issues(client, settingsOf(reach).quiet),
    ...comments(client),
    ...people(client),
    ...site(client),
    ...serviceDesk(reach),
  }
}

function issues(client: Client, quiet: boolean): IssueApi {
  return {
    async issue(id, want) {
      const answer = await getIssue(client, { issueIdOrKey: safeIssueId(id), ...want })
      return checked(answers.IssueAnswer, answer, 'the issue')
    },
    async changelog(id, startAt) {
      const answer = await getChangeLogs(client, { issueIdOrKey: safeIssueId(id), startAt, maxResults: 100 })
      return checked(answers.ChangelogPage, answer, 'the changelog')
    },
    async edit(id, edit) {
      await editIssue(client, { issueIdOrKey: safeIssueId(id), ...edit, ...(quiet ? { notifyUsers: false } : {}) })
    },
    async assign(id, person) {
      // The library's own function does not let anybody be unassigned.
      const url = `/rest/api/3/issue/${safeIssueId(id)}/assignee`
      await client.sendRequest({ url, method: 'PUT', body: person ?? { accountId: null } })
    },
    async newest(jql) {
      const answer = await searchAndReconsileIssuesUsingJqlPost(client, { jql, maxResults: 1, fields: ['id'] })
      return checked(answers.FoundIssues, answer, 'the search').issues[0]?.id ?? null
    },
    async search(jql, token) {
      const page = {
        maxResults: SEARCH_PAGE,
        fields: WHOLE,
        properties: [MARK],
        ...(token && { nextPageToken: token }),
      }
      const answer = await searchAndReconsileIssuesUsingJqlPost(client, { jql, ...page })
      const { issues, nextPageToken } = checked(answers.IssuePage, answer, 'the search')
      return { issues, token: nextPageToken }
    },
    async histories(ids) {
      const found = new Map<string, answers.History[]>()
      for (let nextPageToken: string | null | undefined, page = 0; nextPageToken !== null; page++) {
        if (page === PAGES) throw brokenAnswer('the changelogs', `more than ${PAGES} pages for ${ids.length} issues`)
        const asked = {
          issueIdsOrKeys: ids.map(safeIssueId),
          maxResults: 1000,
          ...(nextPageToken && { nextPageToken }),
        }
        const answer = checked(answers.BulkChangelogs, await getBulkChangelogs(client, asked), 'the changelogs')
        for (const { issueId, changeHistories } of answer.issueChangeLogs)
          if (issueId !== null) found.set(issueId, [...(found.get(issueId) ?? []), ...changeHistories])
        nextPageToken = answer.nextPageToken
      }
      return found
    },
    // The new search has no total. The approximate count lags by seconds, which does not matter for sharing out work.
    count: async (jql) => checked(answers.CountAnswer, await countIssues(client, { jql }), 'the count').count,
  }
}

function comments(client: Client): CommentApi {
  return {
    async comments(id) {
      const page = { maxResults: 50, orderBy: '-created', expand: 'properties' } as const
      const answer = await getComments(client, { issueIdOrKey: safeIssueId(id), ...page })
      return checked(answers.CommentsAnswer, answer, 'comments')
    },
    commentProperty: (comment, propertyKey) =>
      nullIfGone(async () => {
        const answer = await getCommentProperty(client, { commentId: safeSegment(comment), propertyKey })
        return answer.value
      }),
    async addNote(id, note, properties) {
      // Always a document: given a string, jira.js uses v2 and drops the properties, and the note would be public.
      const answer = await addComment(client, { issueIdOrKey: safeIssueId(id), body: noteToAdf(note), properties })
      return checked(answers.CommentAnswer, answer, 'the comment')
    },
    async deleteComment(issueIdOrKey, id) {
      await deleteComment(client, { issueIdOrKey: safeIssueId(issueIdOrKey), id: safeSegment(id) })
    },
    textArea: textToAdf,
  }
}

function people(client: Client): PeopleApi {
  return {
    person: (accountId) => ({ accountId }),
    // Ids of groups are UUIDs; names can be anything else.
    group: (id): Record<string, string> => (/^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(id) ? { groupId: id } : { name: id }),
    personOf: async (accountId) => accountId,
    myself: async () => checked(answers.Me, await getCurrentUser(client), 'our own account'),
    async assignable(project) {
      const answer = await findAssignableUsers(client, { project: safeSegment(project), maxResults: 1000 })
      return checked(answers.PersonList, answer, 'people')
    },
    async assignableOne(project, accountId) {
      const answer = await findAssignableUsers(client, { project: safeSegment(project), accountId })
      return checked(answers.PersonList, answer, 'people')
    },
    account: (accountId) =>
      nullIfGone(async () => checked(answers.Me, await getUser(client, { accountId }), 'the account')),
    async beyondList() {
      const answer = await getAllUsers(client, { startAt: 1000, maxResults: 1 })
      return checked(answers.PersonList, answer, 'people').length > 0
    },
    async granted(project, permissions) {
      const where = project === null ? {} : { projectKey: safeSegment(project) }
      const answer = await getMyPermissions(client, { ...where, permissions: permissions.join(',') })
      return checked(answers.Granted, answer, 'permissions')
    },
  }
}

function site(client: Client): Omit<SiteApi, 'requestTypes'> {
  return {
    fields: async () => checked(answers.FieldList, await getFields(client), 'the fields'),
    // Deprecated, as the older list is, but no successor says which priority is the default.
    priorities: () =>
      everyPage(async (startAt) => {
        const answer = await searchPriorities(client, { startAt: String(startAt), maxResults: '100' })
        return checked(answers.PriorityPage, answer, 'priorities')
      }),
    async projects(limit) {
      const answer = await searchProjects(client, { maxResults: limit, orderBy: 'key' })
      const { values, total } = checked(answers.ProjectPage, answer, 'the projects')
      return { keys: keysOf(values).slice(0, limit), total: total ?? values.length }
    },
    async project(key) {
      const answer = await getProject(client, { projectIdOrKey: safeSegment(key) })
      return checked(answers.ProjectAnswer, answer, 'the project')
    },
    async components(project) {
      const answer = await getProjectComponents(client, { projectIdOrKey: safeSegment(project) })
      return checked(answers.ComponentList, answer, 'components')
    },
    issueTypes: (project) =>
      everyPage(async (startAt) => {
        const page = { projectIdOrKey: safeSegment(project), startAt, maxResults: 200 }
        return checked(answers.IssueTypes, await getCreateIssueMetaIssueTypes(client, page), 'issue types')
      }),
    createScreen: (project, issueType) =>
      everyPage(async (startAt) => {
        const ids = { projectIdOrKey: safeSegment(project), issueTypeId: safeSegment(issueType) }
        const answer = await getCreateIssueMetaIssueTypeId(client, { ...ids, startAt, maxResults: 200 })
        return checked(answers.CreateScreen, answer, 'fields')
      }),
    async editScreen(id) {
      const answer = await getEditIssueMeta(client, { issueIdOrKey: safeIssueId(id) })
      return checked(answers.ScreenFields, answer, 'the edit screen')
    },
  }
}
