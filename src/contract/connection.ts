/** One Jira site or Zendesk account: how it is reached, what is written where, and how far it is trusted. */
import { z } from 'zod'

export type Vendor = 'jira' | 'zendesk'

/** How far a connection is trusted: decide only, add an internal note, or write the fields. */
export const Mode = z.enum(['observe', 'suggest', 'automate'])
export type Mode = z.infer<typeof Mode>

/** How we prove who we are to the helpdesk. Stored encrypted. */
export const Credentials = z.discriminatedUnion('kind', [
  /** Jira Cloud e-mail + API token, or Zendesk e-mail + API token (`email/token`, legacy: ends 2027-04-30). */
  z.strictObject({ kind: z.literal('basic'), email: z.email(), apiToken: z.string().min(1) }),
  /** A token that does not expire by itself: Jira Data Center personal access token, or a fixed OAuth token. */
  z.strictObject({ kind: z.literal('bearer'), token: z.string().min(1) }),
  /**
   * OAuth 2.0. With `refreshToken` the refresh grant is used and the token rotates; without it the client credentials
   * grant. `tokenUrl` defaults to the vendor's. `expiresAt` is ISO 8601.
   */
  z.strictObject({
    kind: z.literal('oauth'),
    clientId: z.string().min(1),
    clientSecret: z.string().min(1),
    refreshToken: z.string().min(1).optional(),
    accessToken: z.string().min(1).optional(),
    expiresAt: z.iso.datetime().optional(),
    tokenUrl: z.url().optional(),
    scope: z.string().optional(),
  }),
])
export type Credentials = z.infer<typeof Credentials>

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
 * Where one of our fields lives in the helpdesk. `values` maps our value ids to the vendor's (option id, priority id,
 * component id, tag); a value without an entry is held, never guessed. `blank` lists vendor values that nobody chose
 * (a default priority, for example): we may write over them, and over an empty field, and over nothing else.
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
    /** `cascading` values are written `parent/child` by option id. */
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
  /** Taxonomy field id -> where it is written. A field without a target is decided and kept, not written. */
  fields: z.record(z.string(), Target).default({}),
  /**
   * Where the route's group is written. Zendesk has groups (`native`). Jira has none: a component, a custom field or
   * a label stands for it. `groups` maps the routing map's group names to vendor ids.
   */
  group: z.discriminatedUnion('to', [z.strictObject({ to: z.literal('native') }), ...Target.options]).optional(),
  groups: z.record(z.string(), z.string()).default({}),
  /** The routing map's names of people -> vendor account ids. */
  people: z.record(z.string(), z.string()).default({}),
  /** Vendor ids of accounts that are robots: their changes are not corrections. */
  robots: z.array(z.string()).default([]),
})
export type Mapping = z.infer<typeof Mapping>

/** Which tickets we act on. An empty list lets everything through. */
export const Filters = z.strictObject({
  /** Jira project keys. */
  projects: z.array(z.string()).default([]),
  /** Jira issue type names or ids. */
  issueTypes: z.array(z.string()).default([]),
  /** Zendesk brand ids. */
  brands: z.array(z.string()).default([]),
  /** Zendesk ticket form ids. */
  forms: z.array(z.string()).default([]),
  /** Zendesk `via.channel` values. */
  channels: z.array(z.string()).default([]),
  /** Tags or labels, one of which must be there. */
  tags: z.array(z.string()).default([]),
  /** Tags or labels that keep us out. */
  withoutTags: z.array(z.string()).default([]),
})
export type Filters = z.infer<typeof Filters>

export const ConnectionSettings = z.strictObject({
  /** Below this confidence (0 to 1) a required field holds the ticket. */
  threshold: z.number().min(0).max(1).default(0.6),
  /** Thresholds for single fields, or single values as `field/value`. */
  thresholds: z.record(z.string(), z.number().min(0).max(1)).default({}),
  /** Cascade: the embedded classifier answers where this share of its answers is right; the endpoint takes the rest. */
  cascadePrecision: z.number().min(0.5).max(0.999).default(0.95),
  /** Add an internal note that explains the decision. */
  note: z.boolean().default(true),
  /** Jira only: ask for no notification e-mails; needs admin rights of the project, else the vendor ignores it. */
  quiet: z.boolean().default(false),
  /** Data Center speaks REST v2 only and names people by `name`. */
  edition: z.enum(['cloud', 'datacenter']).default('cloud'),
  /** Requests at once against this helpdesk, and requests a minute. */
  concurrency: z.number().int().min(1).max(50).default(4),
  perMinute: z.number().int().min(1).max(100_000).default(300),
  /** How old a signed timestamp may be, in hours. Longer than the vendor's whole retry span. */
  replayHours: z
    .number()
    .min(1)
    .max(24 * 14)
    .default(48),
  timeoutMs: z.number().int().min(100).max(120_000).default(15_000),
  /** What this desk calls personal beyond what is known everywhere: `{ name: 'CONTRACT', pattern: 'K-\\d{6}' }`. */
  mask: z
    .array(
      z.strictObject({ name: z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,19}$/), pattern: z.string().min(1).max(500) }),
    )
    .max(20)
    .default([]),
})
export type ConnectionSettings = z.infer<typeof ConnectionSettings>

/** One Jira site or Zendesk account, decrypted for the moment of use. `baseUrl` has no trailing slash. */
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

/** The confidence that a value of a field must reach before it is applied. */
export function thresholdOf(
  { thresholds, threshold }: Pick<ConnectionSettings, 'threshold' | 'thresholds'>,
  field: string,
  value: string,
): number {
  return thresholds[`${field}/${value}`] ?? thresholds[field] ?? threshold
}
