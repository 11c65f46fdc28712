/** A connection to the Zendesk sandbox, reached through msw in place of the network. */
import { type HttpResponse, http, type RequestHandler } from 'msw'
import type { ZendeskSandbox } from '../../connectors/zendesk/sandbox.ts'
import { zendeskSandboxMapping } from '../../connectors/zendesk/sandbox.ts'
import { type Connection, ConnectionSettings } from '../../src/ticket.ts'

export function zendeskConnection(sandbox: ZendeskSandbox, changes: Partial<Connection> = {}): Connection {
  return {
    id: '0192f0c1-0000-7000-8000-000000000001',
    name: 'zendesk',
    kind: 'zendesk',
    baseUrl: sandbox.baseUrl,
    mode: 'automate',
    credentials: sandbox.credentials.bearer,
    secrets: [{ kind: 'signature', secret: 'a-signing-secret-of-the-sandbox' }],
    mapping: zendeskSandboxMapping(sandbox),
    filters: { projects: [], issueTypes: [], brands: [], forms: [], channels: [], tags: [], withoutTags: [] },
    settings: ConnectionSettings.parse({ timeoutMs: 1000 }),
    selfId: sandbox.self.id,
    ...changes,
  }
}

export function zendeskHandlers(sandbox: ZendeskSandbox): RequestHandler[] {
  return [http.all(`${sandbox.baseUrl}/*`, ({ request }) => sandbox.app.fetch(request) as Promise<HttpResponse<never>>)]
}
