import type { Hono } from 'hono'
import type { Labels, Mapping, Vendor, WebhookSecret } from '../contract/index.ts'
import type { Ledger } from '../decisions/index.ts'

/** A sandbox helpdesk with its simulated agents; `connectors/desks.ts` makes them. */
export type PlayedDesk = {
  kind: Vendor
  app: Hono
  mapping: Mapping
  credentials: { kind: 'basic'; email: string; apiToken: string }
  listensAt(baseUrl: string): void
  connect(baseUrl: string, webhookUrl: string, secret: WebhookSecret & { kind: 'signature' }): void
  create(ticket: { subject: string; body: string }): Promise<{ id: string; key: string }>
  correct(ticketId: string, labels: Labels): Promise<void>
  resolve(ticketId: string): Promise<void>
  settled(): Promise<void>
}

export type OpenDesks = (options: { groups: string[]; agents: { name: string; groups: string[] }[] }) => PlayedDesk[]

/** What the demo ends with: the ledger of its run, and how often its decisions were right. */
export type Summary = Omit<Ledger, 'ignored' | 'duplicates'> & {
  accuracy: Record<string, { n: number; accuracy: number }>
  classifier: string
  seconds: number
}
