/** The API: issues, comments and histories. The rest of the site is in `site-routes.ts`. */
import { type Context, Hono } from 'hono'
import { plainText } from '../adf.ts'
import { issueKey } from '../payload.ts'
import type { Happening } from './deliver.ts'
import * as happen from './happen.ts'
import { isRecord, parsed } from './input.ts'
import { schemaJson } from './kinds.ts'
import type { Comment, Model, StoredIssue } from './model.ts'
import type { Version } from './people.ts'
import { commentJson, fieldsJson, historyJson, issueJson } from './shapes.ts'
import { createIssue, type EditBody, editIssue, VendorError } from './store.ts'

export type Notify = (happening: Happening) => void

/** An edit, its webhook, and what automations do after it: each an entry of its own in the history. */
export function editAndTell(
  model: Model,
  issue: StoredIssue,
  body: EditBody,
  { by, version, notify, screen }: { by: string; version: Version; notify: Notify; screen?: null },
): void {
  const { history } = editIssue(model, issue, body, by, version, screen)
  if (!history) return
  notify(happen.updated(model, issue, history))
  for (const rule of model.rules) {
    const followed = editIssue(model, issue, { fields: rule.fields }, rule.by, 2, null).history
    if (followed) notify(happen.updated(model, issue, followed))
  }
}

export function issueRoutes(model: Model, version: Version, notify: Notify): Hono {
  const app = new Hono()
  const self = model.people.self.id
  app.post('/issue', async (c) => {
    const { fields = {} } = (await json(c)) as EditBody
    const project = isRecord(fields.project) ? String(fields.project.key) : undefined
    const { issue, history } = createIssue(model, { project, fields, by: self }, version)
    notify(happen.created(model, issue, history))
    return c.json({ id: issue.id, key: issue.key, self: `${model.baseUrl}/rest/api/${version}/issue/${issue.id}` }, 201)
  })
  app.get('/issue/:id', (c) => c.json(shown(model, issueAt(model, c), version, c.req.query())))
  app.put('/issue/:id', async (c) => {
    const issue = issueAt(model, c)
    editAndTell(model, issue, (await json(c)) as EditBody, { by: self, version, notify })
    return c.body(null, 204)
  })
  app.put('/issue/:id/assignee', async (c) => {
    const issue = issueAt(model, c)
    const assignee = (await json(c)) as Record<string, unknown>
    const nobody = assignee.accountId === null || assignee.name === null
    const body = { fields: { assignee: nobody ? null : assignee } }
    editAndTell(model, issue, body, { by: self, version, notify, screen: null })
    return c.body(null, 204)
  })
  app.delete('/issue/:id', (c) => {
    const issue = issueAt(model, c)
    model.issues.delete(issue.id)
    notify(happen.deleted(model, issue, self))
    return c.body(null, 204)
  })
  if (version === 3)
    app.get('/issue/:id/changelog', (c) => c.json(changelogPage(model, issueAt(model, c), c.req.query())))
  propertyRoutes(app, model)
  commentRoutes(app, model, version, notify)
  return app
}

function propertyRoutes(app: Hono, model: Model): void {
  app.get('/issue/:id/properties/:key', (c) => {
    const value = issueAt(model, c).properties.get(c.req.param('key'))
    if (value === undefined) throw new VendorError(404, {}, ['The property does not exist.'])
    return c.json({ key: c.req.param('key'), value })
  })
  app.put('/issue/:id/properties/:key', async (c) => {
    issueAt(model, c).properties.set(c.req.param('key'), await json(c))
    return c.json({}, 200)
  })
  app.get('/comment/:comment/properties/:key', (c) => {
    const comments = [...model.issues.values()].flatMap((issue) => issue.comments)
    const comment = comments.find(({ id }) => id === c.req.param('comment'))
    const property = comment?.properties.find(({ key }) => key === c.req.param('key'))
    if (!property) throw new VendorError(404, {}, ['The property does not exist.'])
    return c.json(property)
  })
}

function commentRoutes(app: Hono, model: Model, version: Version, notify: Notify): void {
  app.get('/issue/:id/comment', (c) => {
    const issue = issueAt(model, c)
    const { startAt = '0', maxResults = '50', orderBy, expand } = c.req.query()
    const sorted = orderBy === '-created' ? issue.comments.toReversed() : issue.comments
    const page = sorted.slice(Number(startAt), Number(startAt) + Number(maxResults))
    const comments = page.map((one) => commentJson(model, issue, one, version, expand?.includes('properties')))
    return c.json({ startAt: Number(startAt), maxResults: Number(maxResults), total: issue.comments.length, comments })
  })
  app.post('/issue/:id/comment', async (c) => {
    const issue = issueAt(model, c)
    const body = (await json(c)) as Record<string, unknown>
    if (version === 3 && (!isRecord(body.body) || body.body.type !== 'doc')) {
      throw new VendorError(400, { comment: 'Comment body is not valid!' })
    }
    const properties = Array.isArray(body.properties) ? (body.properties as Comment['properties']) : []
    const comment = addComment(model, issue, { by: model.people.self.id, text: plainText(body.body), properties })
    notify(happen.commented(model, issue, comment))
    return c.json(commentJson(model, issue, comment, version), 201)
  })
  app.delete('/issue/:id/comment/:comment', (c) => {
    const issue = issueAt(model, c)
    const at = issue.comments.findIndex(({ id }) => id === c.req.param('comment'))
    if (at < 0) throw new VendorError(404, {}, ['Can not find a comment for the id.'])
    issue.comments.splice(at, 1)
    return c.body(null, 204)
  })
}

type NewComment = { by: string; text: string; properties: Comment['properties'] }

/** In a service project a comment is public unless its property says otherwise; in other projects it is always public. */
export function addComment(model: Model, issue: StoredIssue, { by, text, properties }: NewComment): Comment {
  const wantsInternal = properties.some(
    ({ key, value }) => key === 'sd.public.comment' && isRecord(value) && value.internal === true,
  )
  const serviceDesk = model.projects.find(({ key }) => key === issue.project)?.type === 'service_desk'
  const internal = serviceDesk && wantsInternal && (model.licensed || by !== model.people.self.id)
  const comment = { id: model.id(), author: by, body: text, public: !internal, properties, created: model.now() }
  issue.comments.push(comment)
  return comment
}

export function issueAt(model: Model, c: Context): StoredIssue {
  const name = c.req.param('id') ?? ''
  const key = issueKey(name)
  const issue =
    model.issues.get(name) ??
    [...model.issues.values()].find((one) => one.key === key) ??
    model.issues.get(model.formerKeys.get(key ?? '') ?? '')
  if (!issue) throw new VendorError(404, {}, ['Issue does not exist or you do not have permission to see it.'])
  return issue
}

async function json(c: Context): Promise<unknown> {
  return parsed(await c.req.text())
}

/** As `GET /issue` shows it, and as a search does that asks for fields. */
export function shown(
  model: Model,
  issue: StoredIssue,
  version: Version,
  query: Record<string, string>,
): Record<string, unknown> {
  const expand = query.expand?.split(',') ?? []
  const { fields, ...head } = issueJson(model, issue, version)
  const answer: Record<string, unknown> = { ...head, fields: narrowed(fields as Record<string, unknown>, query.fields) }
  if (expand.includes('changelog')) answer.changelog = changelogInside(model, issue)
  if (expand.includes('names')) answer.names = Object.fromEntries(model.fields.map(({ id, name }) => [id, name]))
  if (expand.includes('schema'))
    answer.schema = Object.fromEntries(model.fields.map((field) => [field.id, schemaJson(field)]))
  if (query.properties) {
    const wanted = query.properties.split(',')
    answer.properties = Object.fromEntries([...issue.properties].filter(([key]) => wanted.includes(key)))
  }
  return answer
}

function narrowed(fields: Record<string, unknown>, wanted: string | undefined): Record<string, unknown> {
  const names = wanted?.split(',') ?? ['*all']
  if (names.includes('*all') || names.includes('*navigable')) return fields
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)))
}

/** Cloud: the newest first, one page at most. Data Center: all, oldest first. */
function changelogInside(model: Model, issue: StoredIssue): Record<string, unknown> {
  const all = issue.histories
  const histories = model.edition === 'cloud' ? all.toReversed().slice(0, model.historyPage) : all
  return {
    startAt: 0,
    maxResults: histories.length,
    total: all.length,
    histories: histories.map((one) => historyJson(model, one)),
  }
}

function changelogPage(model: Model, issue: StoredIssue, query: Record<string, string>): Record<string, unknown> {
  const startAt = Number(query.startAt ?? 0)
  const maxResults = Math.min(Number(query.maxResults ?? 100), model.historyPage)
  const values = issue.histories.slice(startAt, startAt + maxResults).map((one) => historyJson(model, one))
  const total = issue.histories.length
  return { startAt, maxResults, total, isLast: startAt + values.length >= total, values }
}

/** Vendor values as the sandbox shows them. */
export function valuesOf(model: Model, issue: StoredIssue): Record<string, unknown> {
  return fieldsJson(model, issue, 2)
}
