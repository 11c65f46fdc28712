/** The rest of the API: fields, priorities, projects, permissions, search. Screens are in `screen-routes.ts`. */
import { Hono } from 'hono'
import { isRecord, parsed } from './input.ts'
import { search } from './jql.ts'
import { schemaJson } from './kinds.ts'
import type { Model, StoredIssue } from './model.ts'
import { personJson, type Version } from './people.ts'
import { peopleRoutes } from './people-routes.ts'
import { shown } from './routes.ts'
import { projectAt, screenRoutes } from './screen-routes.ts'
import { historyJson } from './shapes.ts'

export function siteRoutes(model: Model, version: Version): Hono {
  const app = new Hono()
  app.get('/serverInfo', (c) => c.json({ baseUrl: model.baseUrl, deploymentType: version === 3 ? 'Cloud' : 'Server' }))
  app.get('/field', (c) => c.json(fieldList(model)))
  app.get('/project/:key/components', (c) => {
    const { key } = projectAt(model, c.req.param('key'))
    return c.json(
      model.components.filter(({ project }) => (project ?? key) === key).map((one) => componentJson(model, one)),
    )
  })
  app.get('/mypermissions', (c) => c.json(permissions(model, c.req.query('permissions'))))
  peopleRoutes(app, model)
  screenRoutes(app, model, version)
  if (version === 3) cloudRoutes(app, model)
  else dataCenterRoutes(app, model)
  app.get('/project/:key', (c) => {
    const { key, name, lead } = projectAt(model, c.req.param('key'))
    return c.json({ key, name, assigneeType: lead ? 'PROJECT_LEAD' : 'UNASSIGNED', lead: personJson(model, lead) })
  })
  return app
}

/** Service projects have an API of their own. */
export function deskRoutes(model: Model): Hono {
  const app = new Hono()
  const desks = model.projects
    .filter(({ type }) => type === 'service_desk')
    .map(({ key, name }, n) => ({ id: String(n + 1), projectKey: key, projectName: name }))
  app.get('/servicedesk', (c) => c.json({ start: 0, isLastPage: true, values: desks }))
  app.get('/servicedesk/:id/requesttype', (c) => c.json({ start: 0, isLastPage: true, values: model.requestTypes }))
  return app
}

function componentJson(model: Model, { id, name, archived = false, lead }: Model['components'][number]) {
  const who = lead ? { lead: personJson(model, lead), realAssignee: personJson(model, lead) } : {}
  return { id, name, archived, assigneeType: lead ? 'COMPONENT_LEAD' : 'PROJECT_DEFAULT', ...who }
}

function cloudRoutes(app: Hono, model: Model): void {
  app.get('/priority/search', (c) => c.json(page(model.priorities.map((one) => ({ isDefault: false, ...one })))))
  app.get('/project/search', (c) => c.json(page(model.projects.map(({ key, name }) => ({ key, name })))))
  app.post('/search/approximate-count', async (c) => c.json({ count: found(model, await c.req.text()).length }))
  app.post('/search/jql', async (c) => {
    const text = await c.req.text()
    const issues = found(model, text)
    const { maxResults = 50, nextPageToken } = parsed(text) as Record<string, number | string | undefined>
    const start = Number(nextPageToken ?? 0)
    const end = start + Math.min(Number(maxResults), model.searchPage)
    const more = end < issues.length ? { nextPageToken: String(end), isLast: false } : { isLast: true }
    return c.json({ issues: issues.slice(start, end).map((issue) => inSearch(model, issue, 3, text)), ...more })
  })
  app.post('/changelog/bulkfetch', async (c) => {
    const { issueIdsOrKeys = [], maxResults = 1000, nextPageToken } = parsed(await c.req.text()) as BulkAsked
    const all = issueIdsOrKeys.flatMap((id) =>
      (model.issues.get(id)?.histories ?? []).map((history) => ({ id, history: historyJson(model, history) })),
    )
    const start = Number(nextPageToken ?? 0)
    const end = start + maxResults
    const byIssue = Map.groupBy(all.slice(start, end), ({ id }) => id)
    return c.json({
      issueChangeLogs: [...byIssue].map(([issueId, of]) => ({
        issueId,
        // The one place where Jira writes times as numbers.
        changeHistories: of.map(({ history }) => ({ ...history, created: Date.parse(String(history.created)) / 1000 })),
      })),
      ...(end < all.length && { nextPageToken: String(end) }),
    })
  })
}

function dataCenterRoutes(app: Hono, model: Model): void {
  app.get('/priority', (c) => c.json(model.priorities.map(({ id, name }) => ({ id, name }))))
  app.get('/project', (c) => c.json(model.projects.map(({ key, name }) => ({ key, name }))))
  app.post('/search', async (c) => {
    const text = await c.req.text()
    const issues = found(model, text)
    const {
      maxResults = 50,
      startAt = 0,
      expand,
    } = parsed(text) as {
      maxResults?: number
      startAt?: number
      expand?: string[]
    }
    const page = issues.slice(startAt, startAt + Math.min(maxResults, model.searchPage))
    const names = Object.fromEntries(model.fields.map(({ id, name }) => [id, name]))
    return c.json({
      startAt,
      maxResults,
      total: issues.length,
      issues: page.map((issue) => inSearch(model, issue, 2, text)),
      ...(expand?.includes('names') && { names }),
    })
  })
}

type BulkAsked = { issueIdsOrKeys?: string[]; maxResults?: number; nextPageToken?: string }

/** Only ids, unless fields are asked for. The names of fields are beside the issues, not in them. */
function inSearch(model: Model, issue: StoredIssue, version: Version, text: string): Record<string, unknown> {
  const { fields, expand = [], properties = [] } = parsed(text) as Record<string, string[] | undefined>
  if (!fields || fields.join() === 'id') return { id: issue.id, ...(version === 2 && { key: issue.key }) }
  const inEach = expand.filter((one) => one !== 'names')
  return shown(model, issue, version, { fields: fields.join(), expand: inEach.join(), properties: properties.join() })
}

function fieldList(model: Model) {
  const system = ['summary', 'description', 'priority', 'assignee', 'labels', 'components', 'status'].map((id) => ({
    id,
    key: id,
    name: id.charAt(0).toUpperCase() + id.slice(1),
    custom: false,
    schema: { type: id === 'labels' || id === 'components' ? 'array' : 'string', system: id },
  }))
  const custom = model.fields.map((field) => ({
    id: field.id,
    key: field.id,
    name: field.name,
    custom: true,
    schema: schemaJson(field),
  }))
  return [...system, ...custom]
}

function permissions(model: Model, wanted: string | undefined) {
  const keys = wanted?.split(',') ?? [...model.permissions]
  const one = (key: string) => ({
    id: '1',
    key,
    name: key,
    type: 'PROJECT',
    havePermission: model.permissions.has(key),
  })
  return { permissions: Object.fromEntries(keys.map((key) => [key, one(key)])) }
}

function found(model: Model, text: string) {
  const body = parsed(text)
  return search(model, isRecord(body) ? String(body.jql ?? '') : '')
}

function page<Value>(values: Value[]) {
  return { startAt: 0, maxResults: 50, total: values.length, isLast: true, values }
}
