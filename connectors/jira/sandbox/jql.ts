/** The part of JQL that the adapter uses: clauses joined by AND, and an order. */
import { type Model, STATUSES, type StoredIssue } from './model.ts'
import { VendorError } from './store.ts'

type Test = (issue: StoredIssue) => boolean

export function search(model: Model, jql: string): StoredIssue[] {
  const [conditions = '', order = ''] = jql.split(/\border\s+by\b/i)
  // Jira refuses to search everything.
  if (conditions.trim() === '') throw new VendorError(400, {}, ['Unbounded JQL queries are not allowed here.'])
  const tests = conditions
    .trim()
    .split(/\s+AND\s+/i)
    .map(test)
  const by = /updated/i.test(order) ? 'updated' : 'created'
  const found = [...model.issues.values()].filter((issue) => tests.every((one) => one(issue)))
  const sorted = found.sort((a, b) => a[by].getTime() - b[by].getTime())
  return /desc/i.test(order) ? sorted.reverse() : sorted
}

function test(clause: string): Test {
  const [, field, operator, rest] = /^(\w+)\s*(=|!=|>=|in)\s*(.+)$/i.exec(clause.trim()) ?? []
  const values = [...(rest ?? '').matchAll(/"((?:[^"\\]|\\.)*)"|([^\s(),"]+)/g)].map(
    (m) => m[1]?.replace(/\\(.)/g, '$1') ?? m[2]!,
  )
  switch (`${field?.toLowerCase()} ${operator?.toLowerCase()}`) {
    case 'project =':
    case 'project in':
      return (issue) => values.includes(issue.project)
    case 'issuetype =':
      return ({ type }) => values.includes(type)
    case 'assignee =':
    case 'assignee in':
      return ({ values: { assignee } }) => typeof assignee === 'string' && values.includes(assignee)
    case 'statuscategory !=':
      return (issue) => !isDone(issue)
    case 'statuscategory =':
      return isDone
    case 'updated >=':
      return ({ updated }) => updated.getTime() >= minutesAgo(values[0])
    case 'created >=':
      return ({ created }) => created.getTime() >= minutesAgo(values[0])
    default:
      throw new VendorError(400, {}, [`Error in the JQL Query: ${clause}`])
  }
}

function minutesAgo(text = ''): number {
  return Date.now() - Number(/^-(\d+)m$/.exec(text)?.[1] ?? 0) * 60_000
}

function isDone({ values }: StoredIssue): boolean {
  return STATUSES.find(({ id }) => id === values.status)?.category.key === 'done'
}
