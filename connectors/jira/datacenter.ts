/**
 * Jira Data Center, REST v2 by plain fetch: jira.js supports Cloud only, and Data Center has no `/rest/api/3`.
 * https://developer.atlassian.com/server/jira/platform/rest/
 */
import { noteToWiki } from './adf.ts'
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
import { type Reach, type Request, send } from './client.ts'
import { settingsOf } from './connection.ts'
import { personId } from './people.ts'
import { serviceDesk } from './service-desk.ts'

export function dataCenter(reach: Reach): Api {
  const call: Call = (path, request = {}) => send(reach, { url: `/rest/api/2${path}`, ...request })
  const get: Get = (path, searchParams = {}) => call(path, { searchParams })
  return {
    ...issues(get, call, settingsOf(reach).quiet),
    ...comments(get, call),
    ...people(get),
    ...site(get),
    ...serviceDesk(reach),
  }
}

type Call = (path: string, request?: Omit<Request, 'url'>) => Promise<unknown>
type Get = (path: string, searchParams?: Record<string, unknown>) => Promise<unknown>

const issuePath = (id: string) => `/issue/${safeIssueId(id)}`

function issues(get: Get, call: Call, quiet: boolean): IssueApi {
  const search = (jql: string, maxResults: number) =>
    call('/search', { method: 'POST', body: { jql, maxResults, fields: ['id'] } })
  return {
    issue: async (id, want) => checked(answers.IssueAnswer, await get(issuePath(id), want), 'the issue'),
    changelog: null,
    async edit(id, body) {
      await call(issuePath(id), { method: 'PUT', body, searchParams: quiet ? { notifyUsers: false } : {} })
    },
    async assign(id, person) {
      await call(`${issuePath(id)}/assignee`, { method: 'PUT', body: person ?? { name: null } })
    },
    async newest(jql) {
      return checked(answers.FoundIssues, await search(jql, 1), 'the search').issues[0]?.id ?? null
    },
    async search(jql, token) {
      const startAt = Number(token ?? 0)
      const body = { jql, startAt, maxResults: SEARCH_PAGE, fields: WHOLE, expand: ['changelog', 'names'] }
      const answer = await call('/search', { method: 'POST', body })
      const { issues, total, names } = checked(answers.IssuePage, answer, 'the search')
      const end = startAt + issues.length
      return {
        issues: issues.map((issue) => ({ ...issue, names })),
        token: issues.length > 0 && end < total ? String(end) : null,
      }
    },
    histories: null,
    count: async (jql) => checked(answers.SearchTotal, await search(jql, 0), 'the count').total,
  }
}

function comments(get: Get, call: Call): CommentApi {
  return {
    async comments(id) {
      const page = { maxResults: 50, orderBy: '-created', expand: 'properties' }
      return checked(answers.CommentsAnswer, await get(`${issuePath(id)}/comment`, page), 'comments')
    },
    commentProperty: (comment, key) =>
      nullIfGone(async () => {
        const answer = await get(`/comment/${safeSegment(comment)}/properties/${safeSegment(key)}`)
        return checked(answers.PropertyAnswer, answer, 'the property').value
      }),
    async addNote(id, note, properties) {
      const body = { body: noteToWiki(note), properties }
      const answer = await call(`${issuePath(id)}/comment`, { method: 'POST', body })
      return checked(answers.CommentAnswer, answer, 'the comment')
    },
    async deleteComment(id, comment) {
      await call(`${issuePath(id)}/comment/${safeSegment(comment)}`, { method: 'DELETE' })
    },
    textArea: (value) => value,
  }
}

function people(get: Get): PeopleApi {
  return {
    person: (name) => ({ name }),
    group: (name) => ({ name }),
    async personOf(logged) {
      // User keys since Jira 8.4; older ones equal the name.
      if (!/^JIRAUSER\d+$/.test(logged)) return logged
      return personId(checked(answers.Me, await get('/user', { key: logged }), 'the person')) ?? logged
    },
    myself: async () => checked(answers.Me, await get('/myself'), 'our own account'),
    assignable: async (project) => {
      const answer = await get('/user/assignable/search', { project, maxResults: 1000 })
      return checked(answers.PersonList, answer, 'people')
    },
    assignableOne: async (project, username) => {
      const answer = await get('/user/assignable/search', { project, username, maxResults: 50 })
      return checked(answers.PersonList, answer, 'people')
    },
    account: (username) => nullIfGone(async () => checked(answers.Me, await get('/user', { username }), 'the account')),
    async beyondList() {
      // A dot is in every e-mail address, by which Jira searches too.
      const answer = await get('/user/search', { username: '.', startAt: 1000, maxResults: 1 })
      return checked(answers.PersonList, answer, 'people').length > 0
    },
    async granted(project) {
      const where = project === null ? {} : { projectKey: project }
      return checked(answers.Granted, await get('/mypermissions', where), 'permissions')
    },
  }
}

function site(get: Get): Omit<SiteApi, 'requestTypes'> {
  return {
    fields: async () => checked(answers.FieldList, await get('/field'), 'the fields'),
    // This list does not say which priority is the default.
    priorities: async () => checked(answers.PriorityList, await get('/priority'), 'priorities'),
    async projects(limit) {
      const keys = keysOf(checked(answers.ProjectList, await get('/project'), 'the projects'))
      return { keys: keys.slice(0, limit), total: keys.length }
    },
    project: async (key) => checked(answers.ProjectAnswer, await get(`/project/${safeSegment(key)}`), 'the project'),
    components: async (project) =>
      checked(answers.ComponentList, await get(`/project/${safeSegment(project)}/components`), 'components'),
    issueTypes(project) {
      const path = `/issue/createmeta/${safeSegment(project)}/issuetypes`
      return everyPage(async (startAt) =>
        checked(answers.IssueTypes, await get(path, { startAt, maxResults: 200 }), 'issue types'),
      )
    },
    createScreen(project, issueType) {
      const path = `/issue/createmeta/${safeSegment(project)}/issuetypes/${safeSegment(issueType)}`
      return everyPage(async (startAt) =>
        checked(answers.CreateScreen, await get(path, { startAt, maxResults: 200 }), 'fields'),
      )
    },
    editScreen: async (id) => checked(answers.ScreenFields, await get(`${issuePath(id)}/editmeta`), 'the edit screen'),
  }
}
