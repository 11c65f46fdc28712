/** Jira Cloud, REST v3, through jira.js. */

import {
  addComment,
  countIssues,
  deleteComment,
  editIssue,
  findAssignableUsers,
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
  getProjectComponents,
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
  type IssueApi,
  keysOf,
  nullIfGone,
  type PeopleApi,
  type SiteApi,
  safeIssueId,
  safeSegment,
} from './api.ts'
import { openClient, type Reach } from './client.ts'
import { settingsOf } from './connection.ts'

export function cloud(reach: Reach): Api {
  const client = openClient(reach)
  return { ...issues(client, settingsOf(reach).quiet), ...comments(client), ...people(client), ...site(client) }
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
    async newest(jql) {
      const answer = await searchAndReconsileIssuesUsingJqlPost(client, { jql, maxResults: 1, fields: ['id'] })
      return checked(answers.FoundIssues, answer, 'the search').issues[0]?.id ?? null
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
    personOf: async (accountId) => accountId,
    myself: async () => checked(answers.Me, await getCurrentUser(client), 'our own account'),
    async assignable(project, startAt, maxResults) {
      const answer = await findAssignableUsers(client, { project: safeSegment(project), startAt, maxResults })
      return checked(answers.PersonList, answer, 'people')
    },
    async granted(project, permissions) {
      const where = project === null ? {} : { projectKey: safeSegment(project) }
      const answer = await getMyPermissions(client, { ...where, permissions: permissions.join(',') })
      return checked(answers.Granted, answer, 'permissions')
    },
  }
}

function site(client: Client): SiteApi {
  return {
    fields: async () => checked(answers.FieldList, await getFields(client), 'the fields'),
    // Deprecated, as the older list is, but no successor says which priority is the default.
    async priorities() {
      const answer = await searchPriorities(client, { maxResults: '100' })
      return checked(answers.PriorityPage, answer, 'priorities').values
    },
    async projects() {
      const answer = await searchProjects(client, { maxResults: 50, orderBy: 'key' })
      return keysOf(checked(answers.ProjectPage, answer, 'the projects').values)
    },
    async components(project) {
      const answer = await getProjectComponents(client, { projectIdOrKey: safeSegment(project) })
      return checked(answers.ComponentList, answer, 'components')
    },
    async issueTypes(project) {
      const page = { projectIdOrKey: safeSegment(project), maxResults: 50 }
      return checked(answers.IssueTypes, await getCreateIssueMetaIssueTypes(client, page), 'issue types')
    },
    async createScreen(project, issueType) {
      const ids = { projectIdOrKey: safeSegment(project), issueTypeId: safeSegment(issueType) }
      const answer = await getCreateIssueMetaIssueTypeId(client, { ...ids, maxResults: 200 })
      return checked(answers.ScreenFields, answer, 'fields')
    },
    async editScreen(id) {
      const answer = await getEditIssueMeta(client, { issueIdOrKey: safeIssueId(id) })
      return checked(answers.ScreenFields, answer, 'the edit screen')
    },
  }
}
