/** What the edge is told: all of it secrets of the Worker, none with a default. */
import { z } from 'zod'
import { type Connection, ConnectionSettings, Filters, Mapping, WebhookSecret } from '../contract/index.ts'
import { Rejected } from '../errors.ts'
import type { Outbox } from './queues.ts'

export type Env = {
  /** JSON: connection name -> `{kind, secrets, replayHours?}`, with the names and secrets that the service has. */
  CONNECTIONS?: string
  /** Where the service answers, without `/webhooks`. */
  SERVICE_URL?: string
  /** The same as the service's EDGE_TOKEN. */
  EDGE_TOKEN?: string
  /** The first pause after a failure; each further one is twice as long. */
  RETRY_SECONDS?: string
  DELIVERIES: Outbox
  DEAD: Outbox
}

export type Settings = {
  connections: Map<string, Connection>
  serviceUrl: string
  edgeToken: string
  retrySeconds: number
}

const Told = z.object({
  CONNECTIONS: z
    .string(
      'is not set; give JSON such as {"jira": {"kind": "jira", "secrets": [{"kind": "signature", "secret": "..."}]}}',
    )
    .transform((text, ctx) => {
      try {
        return JSON.parse(text) as unknown
      } catch {
        ctx.addIssue({ code: 'custom', message: 'is not JSON' })
        return z.NEVER
      }
    })
    .pipe(
      z.record(
        z.string(),
        z.strictObject({
          kind: z.enum(['jira', 'zendesk']),
          secrets: z.array(WebhookSecret).min(1, 'a connection without a secret accepts nothing'),
          replayHours: ConnectionSettings.shape.replayHours,
        }),
      ),
    ),
  SERVICE_URL: z.url({ protocol: /^https?$/, error: 'is not set to an http(s) URL; give the origin of the service' }),
  EDGE_TOKEN: z.string('is not set; give the EDGE_TOKEN of the service').min(24, 'must have 24 characters or more'),
  RETRY_SECONDS: z.coerce.number().int().min(1).max(3600).default(10),
})

let last: { env: Env; settings: Settings } | undefined

/** Throws Rejected 503 that lists every fault: the helpdesk then sends its delivery again, later. */
export function readSettings(env: Env): Settings {
  // The runtime hands over the same object again as long as the settings stay.
  if (last?.env === env) return last.settings
  const told = Told.safeParse(env)
  if (!told.success) {
    const faults = told.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
    throw new Rejected(503, `The edge is not set up: ${faults.map((f) => `${f.path} ${f.message}`).join('; ')}`, {
      next: 'Set it with: npx wrangler secret put <NAME>. deploy/README.md tells what each one holds.',
      retryAfterMs: 60_000,
    })
  }
  const { CONNECTIONS, SERVICE_URL, EDGE_TOKEN, RETRY_SECONDS } = told.data
  const settings = {
    connections: new Map(Object.entries(CONNECTIONS).map(([name, given]) => [name, connectionOf(name, given)])),
    serviceUrl: SERVICE_URL.replace(/\/+$/, ''),
    edgeToken: EDGE_TOKEN,
    retrySeconds: RETRY_SECONDS,
  }
  last = { env, settings }
  return settings
}

/** Enough of a connection to verify and to tell what an event is. The mapping and the credentials stay in the service. */
function connectionOf(name: string, given: z.infer<typeof Told>['CONNECTIONS'][string]): Connection {
  return {
    id: name,
    name,
    kind: given.kind,
    baseUrl: '',
    mode: 'observe',
    credentials: { kind: 'bearer', token: '' },
    secrets: given.secrets,
    mapping: Mapping.parse({}),
    filters: Filters.parse({}),
    settings: ConnectionSettings.parse({ replayHours: given.replayHours }),
    selfId: null,
  }
}
