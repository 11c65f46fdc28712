/** The API: the screens on which issues are created and edited. */
import type { Hono } from 'hono'
import { optionsOnScreen, schemaJson } from './kinds.ts'
import { type Model, onScreen, prioritiesOf, type SandboxProject } from './model.ts'
import type { Version } from './people.ts'
import { issueAt } from './routes.ts'
import { VendorError } from './store.ts'

type Screen = Parameters<typeof onScreen>[2]

export function screenRoutes(app: Hono, model: Model, version: Version): void {
  app.get('/issue/createmeta/:project/issuetypes', (c) => {
    projectAt(model, c.req.param('project'))
    const name = version === 3 ? 'issueTypes' : 'values'
    return c.json({ startAt: 0, total: model.issueTypes.length, [name]: model.issueTypes })
  })
  app.get('/issue/createmeta/:project/issuetypes/:type', (c) => {
    const { project, type } = c.req.param()
    const all = fieldsOn(model, { project, type, screen: 'create' })
    const startAt = Number(c.req.query('startAt') ?? 0)
    const page = all.slice(startAt, startAt + Number(c.req.query('maxResults') ?? 50))
    return c.json({ startAt, total: all.length, [version === 3 ? 'fields' : 'values']: page })
  })
  app.get('/issue/:id/editmeta', (c) => {
    const { project, type } = issueAt(model, c)
    const fields = fieldsOn(model, { project, type, screen: 'edit' })
    return c.json({ fields: Object.fromEntries(fields.map((field) => [field.fieldId, field])) })
  })
}

function fieldsOn(model: Model, at: Screen) {
  const field = (fieldId: string, name: string, schema: unknown, allowedValues?: unknown[], given?: unknown) => ({
    fieldId,
    key: fieldId,
    name,
    required: false,
    operations: ['set'],
    schema,
    hasDefaultValue: given !== undefined,
    ...(given === undefined ? {} : { defaultValue: given }),
    ...(allowedValues && { allowedValues }),
  })
  const priorities = prioritiesOf(model, at.project)
  const given = priorities.find(({ id }) => id === projectAt(model, at.project).defaultPriority)
  const components = model.components.filter(
    ({ project, archived }) => (project ?? at.project) === at.project && !archived,
  )
  const system = [
    field('summary', 'Summary', { type: 'string', system: 'summary' }),
    field('priority', 'Priority', { type: 'priority', system: 'priority' }, priorities, given),
    field('assignee', 'Assignee', { type: 'user', system: 'assignee' }),
    field('labels', 'Labels', { type: 'array', items: 'string', system: 'labels' }),
    field('components', 'Components', { type: 'array', items: 'component', system: 'components' }, components),
  ]
  const custom = model.fields.map((one) => field(one.id, one.name, schemaJson(one), optionsOnScreen(one, at.project)))
  return [...system, ...custom].filter(({ fieldId }) => onScreen(model, fieldId, at))
}

export function projectAt(model: Model, key: string): SandboxProject {
  const project = model.projects.find((one) => one.key === key)
  if (!project) throw new VendorError(404, {}, [`No project could be found with key '${key}'.`])
  return project
}
