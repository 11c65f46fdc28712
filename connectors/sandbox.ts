/**
 * What a sandbox helpdesk offers beside the vendor's API: functions to act as its customers and agents, to see what was
 * written, and to make it fail. The API itself is a Hono app in the vendor's shapes: tests reach it through msw, the demo
 * over HTTP.
 */
import type { Hono } from 'hono'

export type SandboxTicket = {
  id: string
  key: string
  subject: string
  body: string
  /** Vendor values as the sandbox stores them, by vendor field name. */
  fields: Record<string, unknown>
  status: string
  comments: { id: string; text: string; public: boolean; author: string }[]
  /** Every write with its author, oldest first. */
  history: { at: string; by: string; field: string; from: unknown; to: unknown; changeId: string }[]
}

/** Makes requests fail: the first `times` that match `method` and `path` (all by default). */
export type Fault = {
  method?: string
  path?: RegExp
  times?: number
  status?: number
  headers?: Record<string, string>
  /** Sent unchanged; an error body in the vendor's shape when absent. */
  body?: string
  /** Do not answer. */
  hang?: boolean
  /** Cut the connection after the headers. */
  cut?: boolean
  /** Do the work, then fail: the caller does not know that it was done. */
  after?: boolean
}

export type Webhook = {
  url: string
  secret: { kind: 'signature' | 'token'; secret: string; header?: string }
  /** Full events, or the thin body of an automation rule or a trigger. */
  style: 'events' | 'thin'
  /** The names of the events that it was made for; absent: all. */
  subscriptions?: string[]
}

export type Sandbox = {
  app: Hono
  /** Base URL under which people and adapters reach it; set once it listens. */
  baseUrl: string
  /** Deliveries go to each of these, signed, and are retried as the vendor retries (on 408, 409, 429, 5xx, refused). */
  webhooks: Webhook[]
  /** Resolves when every delivery so far was answered with 2xx or was given up. */
  settled(): Promise<void>
  /** A customer creates a ticket; sends the created webhook. */
  create(input: {
    subject: string
    body: string
    fields?: Record<string, unknown>
    by?: string
  }): Promise<SandboxTicket>
  /**
   * A person changes vendor fields, through the same code as the API; sends the update webhooks. `by` is an account id;
   * default: the first agent.
   */
  edit(id: string, fields: Record<string, unknown>, by?: string): Promise<void>
  comment(id: string, text: string, options?: { by?: string; public?: boolean }): Promise<void>
  /** Solves the ticket as an agent; sends the resolution webhooks. */
  resolve(id: string, by?: string): Promise<void>
  remove(id: string): Promise<void>
  ticket(id: string): SandboxTicket | undefined
  tickets(): SandboxTicket[]
  agents: { id: string; name: string; groups: string[] }[]
  /** The account that our credentials belong to. */
  self: { id: string; name: string }
  fail(fault: Fault): void
  /** Requests the API has answered, newest last, for assertions; bodies are parsed JSON or text. */
  requests: { method: string; path: string; query: Record<string, string>; body: unknown; status: number; at: string }[]
}
