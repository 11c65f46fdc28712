/** The settings of the edge. All of them are secrets of the Worker; only RETRY_SECONDS has a default. */
import { z } from 'zod'
import { type Connection, ConnectionSettings, Mapping, WebhookSecret } from '../contract/index.ts'
import { Rejected } from '../errors.ts'
import type { Outbox } from './queues.ts'

export type Env = {
  /** JSON: connection name -> `{kind, secrets, replayHours?}`, with the names and secrets that the service has. */
  CONNECTIONS?: string
  /** The URL of the service, without `/webhooks`. */
  SERVICE_URL?: string
  /** The same as the service's EDGE_TOKEN. */
  EDGE_TOKEN?: string
  /** The pause after the first failure, in seconds; each further one is twice as long. */
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

const connectionsOf = (kinds: string[]) =>
  z
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
          kind: z.enum(kinds),
          secrets: z.array(WebhookSecret).min(1, 'a connection without a secret accepts nothing'),
          replayHours: ConnectionSettings.shape.replayHours,
        }),
      ),
    )

const envOf = (kinds: string[]) =>
  z.object({
    CONNECTIONS: connectionsOf(kinds),
    SERVICE_URL: z.url({ protocol: /^https?$/, error: 'is not set to an http(s) URL; give the origin of the service' }),
    EDGE_TOKEN: z.string('is not set; give the EDGE_TOKEN of the service').min(24, 'must have 24 characters or more'),
    RETRY_SECONDS: z.coerce.number().int().min(1).max(3600).default(10),
  })
type Given = z.infer<ReturnType<typeof envOf>>['CONNECTIONS'][string]

let last: { env: Env; settings: Settings } | undefined

/**
 * `kinds` are the adapters that the edge has. Throws Rejected 503 that lists every fault; the helpdesk then sends its
 * delivery again later.
 */
export function readSettings(env: Env, kinds: string[]): Settings {
  // The runtime passes the same object until the settings change.
  if (last?.env === env) return last.settings
  const read = envOf(kinds).safeParse(env)
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`)
    throw new Rejected(503, `The edge is not set up: ${faults.join('; ')}`, {
      next: 'Set it with: npx wrangler secret put <NAME>. deploy/README.md explains each setting.',
      retryAfterMs: 60_000,
    })
  }
  const { CONNECTIONS, SERVICE_URL, EDGE_TOKEN, RETRY_SECONDS } = read.data
  const settings = {
    connections: new Map(Object.entries(CONNECTIONS).map(([name, given]) => [name, connectionOf(name, given)])),
    serviceUrl: SERVICE_URL.replace(/\/+$/, ''),
    edgeToken: EDGE_TOKEN,
    retrySeconds: RETRY_SECONDS,
  }
  last = { env, settings }
  return settings
}

/** Enough of a connection to verify a delivery and to read its event. Mapping and credentials stay in the service. */
function connectionOf(name: string, given: Given): Connection {
  return {
    id: name,
    name,
    kind: given.kind,
    baseUrl: '',
    mode: 'observe',
    credentials: { kind: 'none' },
    secrets: given.secrets,
    mapping: Mapping.parse({}),
    filters: {},
    settings: ConnectionSettings.parse({ replayHours: given.replayHours }),
    selfId: null,
  }
}
