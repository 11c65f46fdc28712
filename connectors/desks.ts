/** Both sandbox helpdesks behind one interface, for the demo. */
import type { Hono } from 'hono'
import {
  type Labels,
  type Mapping,
  partsOf,
  type SingleTarget,
  type WebhookSecret,
  writtenValue,
} from '../src/contract/index.ts'
import { createJiraSandbox, jiraSandboxMapping } from './jira/sandbox.ts'
import type { Sandbox } from './sandbox.ts'
import { createZendeskSandbox, zendeskSandboxMapping } from './zendesk/sandbox.ts'

export type Desk = {
  kind: string
  app: Hono
  mapping: Mapping
  credentials: { kind: 'basic'; email: string; apiToken: string }
  /** Call when the API listens: links in its answers begin with this. */
  listensAt(baseUrl: string): void
  /** Call when the API listens and the service runs; webhooks are sent from then on. */
  connect(baseUrl: string, webhookUrl: string, secret: WebhookSecret & { kind: 'signature' }): void
  create(ticket: { subject: string; body: string }): Promise<{ id: string; key: string }>
  /** An agent changes these fields. */
  correct(ticketId: string, labels: Labels): Promise<void>
  resolve(ticketId: string): Promise<void>
  settled(): Promise<void>
}

export function openDesks(options: { groups: string[]; agents: { name: string; groups: string[] }[] }): Desk[] {
  const jira = createJiraSandbox({ groups: options.groups })
  const zendesk = createZendeskSandbox({ groups: options.groups, agents: options.agents })
  return [
    desk('jira', jira, jiraSandboxMapping(jira), { kind: 'basic', ...jira.site.credentials }, jiraFields),
    desk('zendesk', zendesk, zendeskSandboxMapping(zendesk), zendesk.credentials.basic, zendeskFields),
  ]
}

function desk(
  kind: Desk['kind'],
  sandbox: Sandbox,
  mapping: Mapping,
  credentials: Desk['credentials'],
  fieldsOf: (labels: Labels, mapping: Mapping) => Record<string, unknown>,
): Desk {
  return {
    kind,
    app: sandbox.app,
    mapping,
    credentials,
    listensAt(baseUrl) {
      sandbox.baseUrl = baseUrl
    },
    connect(baseUrl, url, secret) {
      sandbox.baseUrl = baseUrl
      sandbox.webhooks.push({ url, secret, style: 'events' })
    },
    create: (ticket) => sandbox.create(ticket),
    correct: (ticketId, labels) => sandbox.edit(ticketId, fieldsOf(labels, mapping)),
    resolve: (ticketId) => sandbox.resolve(ticketId),
    settled: () => sandbox.settled(),
  }
}

function jiraFields(labels: Labels, mapping: Mapping): Record<string, unknown> {
  return translate(labels, mapping, (target, value) =>
    target.to === 'field' ? [target.id, { id: value }] : ['priority', { id: value }],
  )
}

function zendeskFields(labels: Labels, mapping: Mapping): Record<string, unknown> {
  return translate(labels, mapping, (target, value) =>
    target.to === 'field' ? [target.id, value] : ['priority', value],
  )
}

function translate(
  labels: Labels,
  mapping: Mapping,
  entry: (target: SingleTarget, value: string) => [string, unknown],
) {
  const entries = Object.entries(labels).flatMap(([field, id]) => {
    const target = mapping.fields[field]
    return (target ? partsOf(target) : []).flatMap((part) => {
      const value = writtenValue(part, id)
      return value === null ? [] : [entry(part, value)]
    })
  })
  return Object.fromEntries(entries)
}
