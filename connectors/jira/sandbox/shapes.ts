/** Stored issues in the shapes of Jira's answers (v3 on Cloud, v2 on Data Center) and webhooks (always v2). */
import { textToAdf } from '../adf.ts'
import { KINDS } from './kinds.ts'
import { type Comment, type History, type Item, type Model, RESOLUTIONS, STATUSES, type StoredIssue } from './model.ts'
import { everyone, personJson, type Version } from './people.ts'

export function fieldsJson(model: Model, issue: StoredIssue, version: Version): Record<string, unknown> {
  const { values } = issue
  const project = model.projects.find(({ key }) => key === issue.project)
  const status = STATUSES.find(({ id }) => id === values.status) ?? STATUSES[0]!
  const prose = (text: string) => (text === '' ? null : version === 3 ? textToAdf(text) : text)
  const custom = model.fields.map((field) => {
    const stored = values[field.id] ?? null
    const empty = stored === null || stored.length === 0
    return [field.id, empty ? null : KINDS[field.kind].show(stored, { model, field, project: issue.project, version })]
  })
  return {
    summary: issue.summary,
    description: prose(issue.description),
    issuetype: model.issueTypes.find(({ id }) => id === issue.type),
    project: { id: '10000', key: issue.project, name: project?.name, projectTypeKey: project?.type },
    priority: model.priorities.find(({ id }) => id === values.priority) ?? null,
    assignee: personJson(model, values.assignee as string | null),
    reporter: personJson(model, issue.reporter),
    creator: personJson(model, issue.reporter),
    status: { id: status.id, name: status.name, statusCategory: status.category },
    resolution: RESOLUTIONS.find(({ id }) => id === values.resolution) ?? null,
    labels: values.labels ?? [],
    components: model.components.filter(({ id }) => values.components?.includes(id)),
    created: stamp(issue.created),
    updated: stamp(issue.updated),
    customfield_10019: '0|i0001r:',
    environment: null,
    ...Object.fromEntries(custom),
  }
}

export function issueJson(model: Model, issue: StoredIssue, version: Version): Record<string, unknown> {
  return {
    id: issue.id,
    // As in recent recordings of Cloud: `/issue/` is missing in webhooks, so the URL cannot be called.
    self: `${model.baseUrl}/rest/api/${version}/${version === 3 ? 'issue/' : ''}${issue.id}`,
    key: issue.key,
    fields: fieldsJson(model, issue, version),
  }
}

export function itemJson(model: Model, item: Item): Record<string, unknown> {
  if (model.edition === 'cloud') return item
  const { fieldId: _, ...rest } = item
  // Data Center identifies people by key in its changelog and by name elsewhere.
  if (item.fieldId !== 'assignee') return rest
  const key = (id: string | null) => everyone(model).find((one) => one.id === id)?.key ?? id
  return { ...rest, from: key(item.from), to: key(item.to) }
}

export function historyJson(model: Model, history: History): Record<string, unknown> {
  return {
    id: history.id,
    author: personJson(model, history.author),
    created: stamp(history.created),
    items: history.items.map((item) => itemJson(model, item)),
    ...(history.historyMetadata ? { historyMetadata: history.historyMetadata } : {}),
  }
}

export function commentJson(model: Model, issue: StoredIssue, comment: Comment, version: Version, properties = false) {
  return {
    self: `${model.baseUrl}/rest/api/${version}/issue/${issue.id}/comment/${comment.id}`,
    id: comment.id,
    author: personJson(model, comment.author),
    body: version === 3 ? textToAdf(comment.body) : comment.body,
    updateAuthor: personJson(model, comment.author),
    created: stamp(comment.created),
    updated: stamp(comment.created),
    ...(model.edition === 'cloud' ? { jsdPublic: comment.public } : {}),
    ...(properties ? { properties: comment.properties } : {}),
  }
}

/** A time in Jira's format, with its zone as +0000. */
export function stamp(date: Date): string {
  return date.toISOString().replace('Z', '+0000')
}
