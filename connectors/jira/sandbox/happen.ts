/** The webhook bodies that Jira sends for a write, in the shapes of each edition. */
import type { Happening } from './deliver.ts'
import type { Comment, History, Model, StoredIssue } from './model.ts'
import { personJson } from './people.ts'
import { commentJson, issueJson, itemJson } from './shapes.ts'

export function created(model: Model, issue: StoredIssue, history: History | null): Happening {
  // Cloud sends a changelog with a new issue, Data Center does not.
  const changelog = model.edition === 'cloud' ? history : null
  return {
    kind: 'created',
    key: issue.key,
    body: issueBody(model, 'jira:issue_created', 'issue_created', issue, issue.reporter, changelog),
  }
}

export function updated(model: Model, issue: StoredIssue, history: History): Happening {
  const touched = history.items.map(({ fieldId }) => fieldId)
  const resolved = history.items.some(({ fieldId, to }) => fieldId === 'resolution' && to !== null)
  const isMove = touched.includes('Key')
  const type = isMove ? 'issue_moved' : typeOf(model, touched, resolved)
  const body = issueBody(model, 'jira:issue_updated', type, issue, history.author, history)
  return { kind: resolved ? 'resolved' : isMove ? 'moved' : 'updated', key: issue.key, body }
}

export function deleted(model: Model, issue: StoredIssue, by: string): Happening {
  const body = issueBody(model, 'jira:issue_deleted', null, issue, by, null)
  return { kind: 'other', key: issue.key, body }
}

export function commented(model: Model, issue: StoredIssue, comment: Comment): Happening {
  const { id, key, self, fields } = issueJson(model, issue, 2) as { fields: Record<string, unknown> } & Record<
    string,
    unknown
  >
  const { summary, issuetype, project, assignee, priority, status } = fields
  const shown = { id, self, key, fields: { summary, issuetype, project, assignee, priority, status } }
  return {
    kind: 'other',
    key: issue.key,
    body: {
      timestamp: comment.created.getTime(),
      webhookEvent: 'comment_created',
      comment: commentJson(model, issue, comment, 2),
      // Data Center leaves the issue out; its id is only in `comment.self`.
      ...(model.edition === 'cloud' ? { issue: shown } : {}),
    },
  }
}

/** On Cloud every transition is `issue_generic`. */
function typeOf(model: Model, touched: string[], resolved: boolean): string {
  if (touched.includes('status')) return resolved && model.edition === 'datacenter' ? 'issue_resolved' : 'issue_generic'
  return touched.length === 1 && touched[0] === 'assignee' ? 'issue_assigned' : 'issue_updated'
}

function issueBody(
  model: Model,
  event: string,
  type: string | null,
  issue: StoredIssue,
  by: string,
  history: History | null,
) {
  return {
    timestamp: model.now().getTime(),
    webhookEvent: event,
    ...(type ? { issue_event_type_name: type } : {}),
    user: personJson(model, by),
    issue: issueJson(model, issue, 2),
    ...(history ? { changelog: { id: history.id, items: history.items.map((item) => itemJson(model, item)) } } : {}),
  }
}
