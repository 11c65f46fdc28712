/** What plays a helpdesk with its agents where there is none: for the demo, and for trying a connection. */
import type { Mapping, Vendor, WebhookSecret } from './connection.ts'
import type { Labels } from './decision.ts'

export type PlayedDesk = {
  kind: Vendor
  /** Its API. */
  fetch(request: Request): Response | Promise<Response>
  /** Where its agents keep our fields. */
  mapping: Mapping
  /** The projects or forms that keep them in different places; empty: one mapping serves all. */
  places: string[]
  mappingAt(place: string | null): Mapping
  credentials: { kind: 'basic'; email: string; apiToken: string }
  /** Call when the API listens: links in its answers begin with this. */
  listensAt(baseUrl: string): void
  /** Call when the API listens and the service runs; webhooks are sent from then on. */
  connect(baseUrl: string, webhookUrl: string, secret: WebhookSecret & { kind: 'signature' }): void
  create(ticket: { subject: string; body: string }): Promise<{ id: string; key: string }>
  /** An agent changes these fields; `group` and `assignee` are names. */
  correct(ticketId: string, labels: Labels): Promise<void>
  resolve(ticketId: string): Promise<void>
  settled(): Promise<void>
}

/**
 * `configuration`: the name of one helpdesk that is set up as a company has it; absent: one plain helpdesk of each vendor.
 * `now`: its clock, for what happened in the past.
 */
export type OpenDesks = (options: {
  groups: string[]
  agents: { name: string; groups: string[] }[]
  configuration?: string
  now?: () => Date
}) => PlayedDesk[]
