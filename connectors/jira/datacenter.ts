/**
 * Jira Data Center, REST v2 by plain fetch: jira.js knows Cloud only, and `/rest/api/3` is not there.
 * https://developer.atlassian.com/server/jira/platform/rest/
 */

import { HelpdeskError } from '../../src/errors.ts'
import { noteToWiki } from './adf.ts'
import * as answers from './answers.ts'
import { checked } from './answers.ts'
import { type Api, safeIssueId, safeSegment } from './api.ts'
import { type Reach, type Request, send } from './client.ts'
import { personId } from './people.ts'

export function dataCenter(reach: Reach): Api {
  const call = (path: string, request: Omit<Request, 'url'> = {}) =>
    send(reach, { url: `/rest/api/2${path}`, ...request })
  const issuePath = (id: string) => `/issue/${safeIssueId(id)}`
  const get = (path: string, searchParams: Record<string, unknown> = {}) => call(path, { searchParams })
  return {
    issue: async (id, want) => checked(answers.IssueAnswer, await get(issuePath(id), want), 'the issue'),
    changelog: null,
    async edit(id, body, quiet) {
      await call(issuePath(id), { method: 'PUT', body, searchParams: quiet ? { notifyUsers: false } : {} })
    },
    async comments(id) {
      const page = { maxResults: 50, orderBy: '-created', expand: 'properties' }
      return checked(answers.CommentsAnswer, await get(`${issuePath(id)}/comment`, page), 'comments')
    },
    async commentProperty(comment, key) {
      try {
        const answer = await get(`/comment/${safeSegment(comment)}/properties/${safeSegment(key)}`)
        return checked(answers.PropertyAnswer, answer, 'the property').value
      } catch (error) {
        if (error instanceof HelpdeskError && error.fault === 'gone') return null
        throw error
      }
    },
    async addNote(id, note, properties) {
      const body = { body: noteToWiki(note), properties }
      return checked(
        answers.CommentAnswer,
        await call(`${issuePath(id)}/comment`, { method: 'POST', body }),
        'the comment',
      )
    },
    async deleteComment(id, comment) {
      await call(`${issuePath(id)}/comment/${safeSegment(comment)}`, { method: 'DELETE' })
    },
    textArea: (value) => value,
    person: (name) => ({ name }),
    async personOf(logged) {
      // User keys since Jira 8.4; older ones equal the name.
      if (!/^JIRAUSER\d+$/.test(logged)) return logged
      return personId(checked(answers.Me, await get('/user', { key: logged }), 'the person')) ?? logged
    },
    myself: async () => checked(answers.Me, await get('/myself'), 'our own account'),
    fields: async () => checked(answers.FieldList, await get('/field'), 'the fields'),
    // This list does not tell the default.
    priorities: async () => checked(answers.PriorityList, await get('/priority'), 'priorities'),
    async projects() {
      const projects = checked(answers.ProjectList, await get('/project'), 'the projects')
      return projects.map(({ key }) => key).filter((key) => key !== null)
    },
    components: async (project) =>
      checked(answers.ComponentList, await get(`/project/${safeSegment(project)}/components`), 'components'),
    async assignable(project, startAt, maxResults) {
      return checked(
        answers.PersonList,
        await get('/user/assignable/search', { project, startAt, maxResults }),
        'people',
      )
    },
    async issueTypes(project) {
      const path = `/issue/createmeta/${safeSegment(project)}/issuetypes`
      return checked(answers.IssueTypes, await get(path, { maxResults: 50 }), 'issue types')
    },
    async createScreen(project, issueType) {
      const path = `/issue/createmeta/${safeSegment(project)}/issuetypes/${safeSegment(issueType)}`
      return checked(answers.ScreenFields, await get(path, { maxResults: 200 }), 'fields')
    },
    editScreen: async (id) => checked(answers.ScreenFields, await get(`${issuePath(id)}/editmeta`), 'the edit screen'),
    async newest(jql) {
      const answer = await call('/search', { method: 'POST', body: { jql, maxResults: 1, fields: ['id'] } })
      return checked(answers.FoundIssues, answer, 'the search').issues[0]?.id ?? null
    },
    async granted(project) {
      const where = project === null ? {} : { projectKey: project }
      return checked(answers.Granted, await get('/mypermissions', where), 'permissions')
    },
    async count(jql) {
      const answer = await call('/search', { method: 'POST', body: { jql, maxResults: 0, fields: ['id'] } })
      return checked(answers.SearchTotal, answer, 'the count').total
    },
  }
}
