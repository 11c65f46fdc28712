/** The Zendesk sandbox instead of the network. */
import { type HttpResponse, http, type RequestHandler } from 'msw'
import { type ZendeskSandbox, zendeskSandboxConnection } from '../../connectors/zendesk/sandbox.ts'
import { type Connection, ConnectionSettings } from '../../src/contract/index.ts'

export function zendeskConnection(sandbox: ZendeskSandbox, more: Partial<Connection> = {}): Connection {
  return zendeskSandboxConnection(sandbox, { settings: ConnectionSettings.parse({ timeoutMs: 1000 }), ...more })
}

export function zendeskHandlers(sandbox: ZendeskSandbox): RequestHandler[] {
  return [http.all(`${sandbox.baseUrl}/*`, ({ request }) => sandbox.app.fetch(request) as Promise<HttpResponse<never>>)]
}
