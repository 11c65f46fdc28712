/**
 * One account at a helpdesk (a Jira site, a Zendesk account): how it is reached, what is written where, and how far it
 * is trusted.
 */
import { z } from 'zod'
import { HelpdeskError } from '../errors.ts'

/** The name of an adapter: `jira`, `zendesk`. `connectors/index.ts` lists them. */
export type Vendor = string

/** How far a connection is trusted: decide only, add an internal note, or write the fields. */
export const Mode = z.enum(['observe', 'suggest', 'automate'])
export type Mode = z.infer<typeof Mode>

/**
 * How we sign in to the helpdesk; stored encrypted. Which kinds there are and what each holds is defined by the adapter
 * (`Connector.credentials`). The core knows one kind, `oauth`, because it renews the tokens.
 */
export const Credentials = z.looseObject({ kind: z.string() })
export type Credentials = z.infer<typeof Credentials>

/** For adapters: an e-mail address and an API token. */
export const BasicCredentials = z.strictObject({
  kind: z.literal('basic'),
  email: z.email(),
  apiToken: z.string().min(1),
})

/** For adapters: a token that does not expire by itself. */
export const BearerCredentials = z.strictObject({ kind: z.literal('bearer'), token: z.string().min(1) })

/**
 * For adapters: OAuth 2.0. With `refreshToken` the refresh grant is used and the token rotates; without it the client
 * credentials grant. `tokenUrl` defaults to the vendor's. `expiresAt` is ISO 8601.
 */
export const OAuthCredentials = z.strictObject({
  kind: z.literal('oauth'),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  refreshToken: z.string().min(1).optional(),
  accessToken: z.string().min(1).optional(),
  expiresAt: z.iso.datetime().optional(),
  tokenUrl: z.url().optional(),
  scope: z.string().optional(),
})
export type OAuthCredentials = z.infer<typeof OAuthCredentials>

/** The credentials as OAuth credentials; null when they are of another kind. */
export function oauthOf(credentials: Credentials): OAuthCredentials | null {
  // Every adapter that has this kind uses the schema above, and credentials are checked when they are saved.
  return credentials.kind === 'oauth' ? (credentials as OAuthCredentials) : null
}

/** What `Connector.credentials` is: a union of strict objects by `kind`. */
export type CredentialsUnion = z.ZodDiscriminatedUnion<readonly z.ZodObject<{ kind: z.ZodLiteral<string> }>[], 'kind'>

/** For adapters: the credentials as one of the adapter's own kinds. Throws HelpdeskError `auth` for another kind. */
export function readCredentials<Own extends CredentialsUnion>(own: Own, credentials: Credentials): z.output<Own> {
  // Only the kind is compared: the rest was checked when the connection was saved.
  if (own.options.some(({ shape }) => shape.kind.value === credentials.kind)) return credentials as z.output<Own>
  throw new HelpdeskError('auth', `The adapter has no credentials of kind ${credentials.kind}`, {
    next: 'Save the connection again with new credentials.',
  })
}

/** What an adapter gets back from the vendor's token endpoint. */
export type Tokens = { accessToken: string; refreshToken?: string; expiresAt?: string }

/**
 * How deliveries prove that they come from the helpdesk. `signature`: HMAC key of the vendor's webhook. `token`: a
 * shared token in a header (Jira Automation, and Zendesk triggers that cannot sign). Several are accepted at once, so
 * that a secret can be rotated.
 */
export const WebhookSecret = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('signature'), secret: z.string().min(16) }),
  z.strictObject({
    kind: z.literal('token'),
    header: z
      .string()
      .regex(/^[A-Za-z0-9-]+$/)
      .default('X-Pointsman-Token'),
    secret: z.string().min(16),
  }),
])
export type WebhookSecret = z.infer<typeof WebhookSecret>

/**
 * Where one of our fields is stored in the helpdesk. `values` maps our value ids to the vendor's (option id, priority id,
 * component id, tag); a value without an entry is held, never guessed. `blank` lists vendor values that nobody chose
 * (a default priority, for example). We overwrite those and an empty field, nothing else.
 */
export const Target = z.discriminatedUnion('to', [
  z.strictObject({
    to: z.literal('priority'),
    values: z.record(z.string(), z.string()),
    blank: z.array(z.string()).default([]),
  }),
  z.strictObject({
    to: z.literal('field'),
    /** `customfield_10050` in Jira, the numeric id in Zendesk. */
    id: z.string().min(1),
    /** A `cascading` value is written as `parent/child`, both option ids. */
    type: z.enum(['select', 'cascading', 'text', 'tagger']),
    values: z.record(z.string(), z.string()),
    blank: z.array(z.string()).default([]),
  }),
  z.strictObject({
    to: z.literal('component'),
    values: z.record(z.string(), z.string()),
    blank: z.array(z.string()).default([]),
  }),
  /** A label (Jira) or tag (Zendesk): prefix + our value id, unless `values` says otherwise. */
  z.strictObject({
    to: z.literal('label'),
    prefix: z.string().default(''),
    values: z.record(z.string(), z.string()).default({}),
    blank: z.array(z.string()).default([]),
  }),
])
export type Target = z.infer<typeof Target>

export const Mapping = z.strictObject({
  /** Taxonomy field id -> where it is written. A field without a target is decided and stored, but not written. */
  fields: z.record(z.string(), Target).default({}),
  /**
   * Where the route's group is written: to the helpdesk's own groups (`native`), or, where it has none, to a component, a
   * custom field or a label. `groups` maps the routing map's group names to vendor ids.
   */
  group: z.discriminatedUnion('to', [z.strictObject({ to: z.literal('native') }), ...Target.options]).optional(),
  groups: z.record(z.string(), z.string()).default({}),
  /** The routing map's names of people -> vendor account ids. */
  people: z.record(z.string(), z.string()).default({}),
  /** Vendor ids of accounts that are robots. Their changes do not count as corrections. */
  robots: z.array(z.string()).default([]),
})
export type Mapping = z.infer<typeof Mapping>

/**
 * Which tickets we act on: filter name -> accepted values. An empty list accepts every ticket. The adapter defines the
 * names (`Connector.filters`).
 */
export const Filters = z.record(z.string(), z.array(z.string()))
export type Filters = z.infer<typeof Filters>

/** Settings of every connection. The adapter's own settings (`Connector.settings`) stand beside these. */
export const ConnectionSettings = z.looseObject({
  /** A required field with a confidence (0 to 1) below this holds the ticket. */
  threshold: z.number().min(0).max(1).default(0.6),
  /** Thresholds for single fields, or single values as `field/value`. */
  thresholds: z.record(z.string(), z.number().min(0).max(1)).default({}),
  /** Cascade: the embedded classifier answers where at least this share of its answers is right, the endpoint elsewhere. */
  cascadePrecision: z.number().min(0.5).max(0.999).default(0.95),
  /** Add an internal note that explains the decision. */
  note: z.boolean().default(true),
  /** How many requests may run at once against this helpdesk, and how many in a minute. */
  concurrency: z.number().int().min(1).max(50).default(4),
  perMinute: z.number().int().min(1).max(100_000).default(300),
  /** How old a signed timestamp may be, in hours. It must cover all retries of the vendor. */
  replayHours: z
    .number()
    .min(1)
    .max(24 * 14)
    .default(48),
  timeoutMs: z.number().int().min(100).max(120_000).default(15_000),
  /** Personal data that only this helpdesk has, to be masked too: `{ name: 'CONTRACT', pattern: 'K-\\d{6}' }`. */
  mask: z
    .array(
      z.strictObject({ name: z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,19}$/), pattern: z.string().min(1).max(500) }),
    )
    .max(20)
    .default([]),
})
export type ConnectionSettings = z.infer<typeof ConnectionSettings>

/** One account at a helpdesk, decrypted for the moment of use. `baseUrl` has no trailing slash. */
export type Connection = {
  id: string
  name: string
  kind: Vendor
  baseUrl: string
  mode: Mode
  credentials: Credentials
  secrets: WebhookSecret[]
  mapping: Mapping
  filters: Filters
  settings: ConnectionSettings
  /** Our own account in the helpdesk, from `inspect`; null until the connection was tested. */
  selfId: string | null
}

/** The confidence that this value of this field must reach before it is applied. */
export function thresholdOf(
  { thresholds, threshold }: Pick<ConnectionSettings, 'threshold' | 'thresholds'>,
  field: string,
  value: string,
): number {
  return thresholds[`${field}/${value}`] ?? thresholds[field] ?? threshold
}
