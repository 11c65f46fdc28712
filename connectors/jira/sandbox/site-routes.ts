/** The rest of the API: fields, priorities, people, screens, permissions, search. */
import { Hono } from 'hono'
import { isRecord, parsed } from './input.ts'
import { search } from './jql.ts'
import { ISSUE_TYPES, type Model, PRIORITIES } from './model.ts'
import { issueAt, schemaJson } from './routes.ts'
import { everyone, personJson, type Version } from './shapes.ts'
import { VendorError } from './store.ts'

export function siteRoutes(model: Model, version: Version): Hono {
  const app = new Hono()
  const self = model.people.self
  app.get('/myself', (c) => c.json({ ...personJson(model, self.id), emailAddress: self.email }))
  app.get('/serverInfo', (c) => c.json({ baseUrl: model.baseUrl, deploymentType: version === 3 ? 'Cloud' : 'Server' }))
  app.get('/field', (c) => c.json(fieldList(model)))
  app.get('/project/:key/components', (c) => c.json(projectAt(model, c.req.param('key')) && model.components))
  app.get('/user/assignable/search', (c) => c.json(assignable(model, c.req.query())))
  app.get('/mypermissions', (c) => c.json(permissions(model, c.req.query('permissions'))))
  screenRoutes(app, model, version)
  if (version === 3) cloudRoutes(app, model)
  else dataCenterRoutes(app, model)
  return app
}

function cloudRoutes(app: Hono, model: Model): void {
  app.get('/priority/search', (c) => c.json(page(PRIORITIES.map((one) => ({ isDefault: false, ...one })))))
  app.get('/project/search', (c) => c.json(page(model.projects.map(({ key, name }) => ({ key, name })))))
  app.post('/search/approximate-count', async (c) => c.json({ count: found(model, await c.req.text()).length }))
  app.post('/search/jql', async (c) => {
    const text = await c.req.text()
    const issues = found(model, text)
    const { maxResults = 50, nextPageToken } = parsed(text) as Record<string, number | string | undefined>
    const start = Number(nextPageToken ?? 0)
    const end = start + Number(maxResults)
    const more = end < issues.length ? { nextPageToken: String(end), isLast: false } : { isLast: true }
    return c.json({ issues: issues.slice(start, end).map(({ id }) => ({ id })), ...more })
  })
}

function dataCenterRoutes(app: Hono, model: Model): void {
  app.get('/user', (c) => {
    const person = everyone(model).find(({ key }) => key === c.req.query('key'))
    if (!person) throw new VendorError(404, {}, ['The user does not exist.'])
    return c.json(personJson(model, person.id))
  })
  app.get('/priority', (c) => c.json(PRIORITIES.map(({ id, name }) => ({ id, name }))))
  app.get('/project', (c) => c.json(model.projects.map(({ key, name }) => ({ key, name }))))
  app.post('/search', async (c) => {
    const text = await c.req.text()
    const issues = found(model, text)
    const { maxResults = 50 } = parsed(text) as { maxResults?: number }
    const shown = issues.slice(0, maxResults).map(({ id, key }) => ({ id, key }))
    return c.json({ startAt: 0, maxResults, total: issues.length, issues: shown })
  })
}

function screenRoutes(app: Hono, model: Model, version: Version): void {
  app.get('/issue/createmeta/:project/issuetypes', (c) => {
    const { key } = projectAt(model, c.req.param('project'))
    return c.json({
      startAt: 0,
      total: ISSUE_TYPES.length,
      [version === 3 ? 'issueTypes' : 'values']: key ? ISSUE_TYPES : [],
    })
  })
  app.get('/issue/createmeta/:project/issuetypes/:type', (c) => {
    const fields = screen(model)
    return c.json({ startAt: 0, total: fields.length, [version === 3 ? 'fields' : 'values']: fields })
  })
  app.get('/issue/:id/editmeta', (c) => {
    issueAt(model, c)
    return c.json({ fields: Object.fromEntries(screen(model).map((field) => [field.fieldId, field])) })
  })
}

function screen(model: Model) {
  const field = (fieldId: string, name: string, schema: unknown, allowedValues?: unknown[]) => {
    const shared = { fieldId, key: fieldId, name, required: false, operations: ['set'], schema }
    return allowedValues ? { ...shared, allowedValues } : shared
  }
  const system = [
    field('summary', 'Summary', { type: 'string' }),
    field('priority', 'Priority', { type: 'priority' }, PRIORITIES),
    field('assignee', 'Assignee', { type: 'user' }),
    field('labels', 'Labels', { type: 'array', items: 'string' }),
    field('components', 'Components', { type: 'array', items: 'component' }, model.components),
  ]
  const custom = model.fields.map(({ id, name, kind, options }) => field(id, name, schemaJson(kind), options))
  return [...system, ...custom].filter(({ fieldId }) => !model.offScreen.has(fieldId))
}

function fieldList(model: Model) {
  const system = ['summary', 'description', 'priority', 'assignee', 'labels', 'components', 'status'].map((id) => ({
    id,
    key: id,
    name: id.charAt(0).toUpperCase() + id.slice(1),
    custom: false,
    schema: { type: id === 'labels' || id === 'components' ? 'array' : 'string', system: id },
  }))
  const custom = model.fields.map(({ id, name, kind }) => ({
    id,
    key: id,
    name,
    custom: true,
    schema: schemaJson(kind),
  }))
  return [...system, ...custom]
}

function assignable(model: Model, { project = '', startAt = '0', maxResults = '50' }: Record<string, string>) {
  projectAt(model, project)
  const page = model.people.agents.slice(Number(startAt), Number(startAt) + Number(maxResults))
  return page.map(({ id }) => personJson(model, id))
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

function projectAt(model: Model, key: string): { key: string } {
  const project = model.projects.find((one) => one.key === key)
  if (!project) throw new VendorError(404, {}, [`No project could be found with key '${key}'.`])
  return project
}

function found(model: Model, text: string) {
  const body = parsed(text)
  return search(model, isRecord(body) ? String(body.jql ?? '') : '')
}

function page<Value>(values: Value[]) {
  return { startAt: 0, maxResults: 50, total: values.length, isLast: true, values }
}
