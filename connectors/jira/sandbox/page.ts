/** The page behind a link to an issue: enough to see how it was routed. */
import { html } from 'hono/html'
import type { Model, StoredIssue } from './model.ts'
import { everyone } from './people.ts'
import { fieldsJson } from './shapes.ts'

export function issuePage(model: Model, issue: StoredIssue) {
  const name = (id: string) => everyone(model).find((one) => one.id === id)?.name ?? id
  const { priority, status, assignee, labels, components, ...fields } = fieldsJson(model, issue, 2)
  const shown = { priority, status, assignee, labels, components }
  const custom = model.fields.map((field) => [field.name, fields[field.id]])
  const rows = [...Object.entries(shown), ...custom].map(
    ([title, value]) => html`<tr><th>${title}</th><td>${words(value)}</td></tr>`,
  )
  const comments = issue.comments.map(
    ({ author, body, public: open }) =>
      html`<li><b>${name(author)}</b> ${open ? '' : '(internal)'}<pre>${body}</pre></li>`,
  )
  return html`<!doctype html><meta charset="utf-8" /><title>${issue.key}</title>
    <h1>${issue.key} ${issue.summary}</h1><pre>${issue.description}</pre><table>${rows}</table><ul>${comments}</ul>`
}

function words(value: unknown): string {
  if (Array.isArray(value)) return value.map(words).join(', ')
  if (typeof value !== 'object' || value === null) return String(value ?? '')
  const { displayName, name, value: option } = value as Record<string, unknown>
  return String(displayName ?? name ?? option ?? '')
}
