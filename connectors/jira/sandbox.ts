/**
 * An imitation of Jira, Cloud or Data Center: the API as far as the adapter uses it, the webhooks, and its people.
 * Tests reach it through msw, the demo over HTTP.
 */
import { type Connection, ConnectionSettings, Filters, type Mapping } from '../../src/contract/index.ts'
import type { Sandbox, SandboxTicket } from '../sandbox.ts'
import { createPost } from './sandbox/deliver.ts'
import { createFront } from './sandbox/front.ts'
import * as happen from './sandbox/happen.ts'
import { createModel, type JiraSandboxOptions, type Model, type StoredIssue } from './sandbox/model.ts'
import { addComment, editAndTell, issueRoutes, valuesOf } from './sandbox/routes.ts'
import { stamp } from './sandbox/shapes.ts'
import { deskRoutes, siteRoutes } from './sandbox/site-routes.ts'
import { createIssue, moveIssue } from './sandbox/store.ts'
import { webhookRoutes } from './sandbox/webhook-routes.ts'

export { jiraConfigurations } from './sandbox/configurations.ts'
export type { JiraSandboxOptions } from './sandbox/model.ts'

/** `site` is the state of the sandbox: screens, licences, permissions and tokens that a test may change. */
export type JiraSandbox = Sandbox & {
  site: Model
  /** A person moves an issue to another project of the site. */
  move(id: string, project: string, by?: string): Promise<void>
}

export function createJiraSandbox(options: JiraSandboxOptions = {}): JiraSandbox {
  const model = createModel(options)
  const post = createPost(model, options)
  const requests: Sandbox['requests'] = []
  const app = createFront(model, requests)
  const version = model.edition === 'cloud' ? 3 : 2
  // Screens first: otherwise `/issue/createmeta/...` would match as an issue.
  app.route(`/rest/api/${version}`, siteRoutes(model, version))
  app.route(`/rest/api/${version}`, issueRoutes(model, version, post.fire))
  app.route('/rest/servicedeskapi', deskRoutes(model))
  app.route(`/rest/${version === 3 ? 'webhooks/1.0/webhook' : 'jira-webhook/1.0/webhooks'}`, webhookRoutes(model))
  const { self, agents } = model.people
  return {
    app,
    site: model,
    get baseUrl() {
      return model.baseUrl
    },
    set baseUrl(url) {
      model.baseUrl = url
    },
    webhooks: model.webhooks,
    settled: post.settled,
    ...acts(model, post.fire),
    ticket: (id) => ticketOf(model, model.issues.get(id) ?? [...model.issues.values()].find(({ key }) => key === id)),
    tickets: () => [...model.issues.values()].map((issue) => ticketOf(model, issue)!),
    agents: agents.map(({ id, name, groups }) => ({ id, name, groups })),
    self: { id: self.id, name: self.name },
    fail: (fault) => model.faults.push({ ...fault, left: fault.times ?? Number.POSITIVE_INFINITY }),
    requests,
  }
}

/** What people do, through the same code as the API. Texts are plain, as v2 accepts them. */
function acts(model: Model, notify: (happening: ReturnType<typeof happen.created>) => void) {
  const customer = model.people.others.find(({ type }) => type === 'customer')!.id
  const firstAgent = model.people.agents[0]!.id
  const at = (id: string) => {
    const issue = model.issues.get(id) ?? [...model.issues.values()].find(({ key }) => key === id)
    if (!issue) throw new Error(`The sandbox has no issue ${id}`)
    return issue
  }
  const edit = async (id: string, fields: Record<string, unknown>, by = firstAgent) => {
    // Agents assign in a dialog of its own, which needs no screen.
    const isAssigned = Object.keys(fields).join() === 'assignee'
    editAndTell(model, at(id), { fields }, { by, version: 2, notify, ...(isAssigned && { screen: null }) })
  }
  return {
    async create({ subject, body, fields = {}, by = customer }: Parameters<Sandbox['create']>[0]) {
      const { project, ...rest } = fields as { project?: { key: string } }
      const all = { summary: subject, description: body, ...rest }
      const { issue, history } = createIssue(model, { project: project?.key, fields: all, by }, 2)
      notify(happen.created(model, issue, history))
      return ticketOf(model, issue)!
    },
    edit,
    async comment(id: string, text: string, { by = firstAgent, public: open = true } = {}) {
      const properties = open ? [] : [{ key: 'sd.public.comment', value: { internal: true } }]
      notify(happen.commented(model, at(id), addComment(model, at(id), { by, text, properties })))
    },
    async move(id: string, project: string, by = firstAgent) {
      const { issue, history } = moveIssue(model, at(id), project, by)
      if (history) notify(happen.updated(model, issue, history))
    },
    resolve: (id: string, by = firstAgent) => edit(id, { resolution: { id: '10000' }, status: { id: '10003' } }, by),
    async remove(id: string) {
      const issue = at(id)
      model.issues.delete(issue.id)
      notify(happen.deleted(model, issue, firstAgent))
    },
  }
}

function ticketOf(model: Model, issue: StoredIssue | undefined): SandboxTicket | undefined {
  if (!issue) return undefined
  const fields = valuesOf(model, issue)
  return {
    id: issue.id,
    key: issue.key,
    subject: issue.summary,
    body: issue.description,
    fields,
    status: (fields.status as { name: string }).name,
    comments: issue.comments.map((one) => ({ id: one.id, text: one.body, public: one.public, author: one.author })),
    history: issue.histories.flatMap(({ id, author, created, items }) =>
      items.map((item) => ({
        at: stamp(created),
        by: author,
        field: item.fieldId,
        from: item.from ?? item.fromString,
        to: item.to ?? item.toString,
        changeId: id,
      })),
    ),
  }
}

/** A mapping for this sandbox: custom fields, the priority, and components for groups. */
export function jiraSandboxMapping({ site }: JiraSandbox): Mapping {
  const select = (id: string) => {
    const options = site.fields.find((field) => field.id === id)?.options ?? []
    const values = Object.fromEntries(options.map((option) => [option.value.toLowerCase(), option.id]))
    return { to: 'field' as const, id, type: 'select' as const, values, blank: [] }
  }
  return {
    fields: {
      service: select('customfield_10050'),
      category: select('customfield_10051'),
      // Medium is what every new issue gets.
      priority: { to: 'priority', values: site.priorityValues, blank: ['3'] },
    },
    group: { to: 'component', values: {}, blank: [] },
    groups: Object.fromEntries(site.components.map(({ id, name }) => [name, id])),
    people: Object.fromEntries(site.people.agents.map(({ id, name }) => [name, id])),
    assignee: { blank: [] },
    robots: [],
  }
}

/** A tested connection to this sandbox. */
export function jiraSandboxConnection(sandbox: JiraSandbox, more: Partial<Connection> = {}): Connection {
  const { edition, credentials } = sandbox.site
  const [token = ''] = sandbox.site.bearers
  return {
    id: '01900000-0000-7000-8000-000000000001',
    name: 'jira-sandbox',
    kind: 'jira',
    baseUrl: sandbox.baseUrl,
    mode: 'automate',
    credentials: edition === 'cloud' ? { kind: 'basic', ...credentials } : { kind: 'bearer', token },
    secrets: [{ kind: 'signature', secret: 'sandbox-webhook-secret' }],
    mapping: jiraSandboxMapping(sandbox),
    filters: Filters.parse({}),
    settings: ConnectionSettings.parse({ edition }),
    selfId: sandbox.self.id,
    ...more,
  }
}
