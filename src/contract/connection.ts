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

/** A client secret is not sent in the clear over a network. */
export function isSafeTokenUrl(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || (protocol === 'http:' && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname))
}

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
  tokenUrl: z.url().refine(isSafeTokenUrl, 'must begin with https://, unless it is on this machine').optional(),
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

const Secret = z
  .string()
  .min(16)
  .refine(
    (text) => text.length < 16 || new Set(text).size >= 8,
    'is too easy to guess: make one with openssl rand -hex 32',
  )

/**
 * How deliveries prove that they come from the helpdesk. `signature`: HMAC key of the vendor's webhook. `token`: a
 * shared token in a header (Jira Automation, and Zendesk triggers that cannot sign). Several are accepted at once, so
 * that a secret can be rotated.
 */
export const WebhookSecret = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('signature'), secret: Secret }),
  z.strictObject({
    kind: z.literal('token'),
    // A standard header has a value of its own in every request, which anybody can send.
    header: z
      .string()
      .regex(/^X-[A-Za-z0-9-]{1,60}$/i, 'must be a header of its own, with a name that starts with X-')
      .default('X-Pointsman-Token'),
    secret: Secret,
  }),
])
export type WebhookSecret = z.infer<typeof WebhookSecret>

/**
 * Our value id -> the vendor's value (option id, priority id, component id, tag). A list: the first one is written, and
 * each of them is read as our value. A value without an entry is held, never guessed.
 */
const Values = z.record(z.string(), z.union([z.string(), z.array(z.string()).min(1).max(2000)]))

/** Vendor values that nobody chose, such as a default priority. We overwrite those and an empty field, nothing else. */
const Blank = z.array(z.string()).default([])

/** A target that is one place in the helpdesk. */
const SingleTarget = z.discriminatedUnion('to', [
  z.strictObject({ to: z.literal('priority'), values: Values, blank: Blank }),
  z.strictObject({
    to: z.literal('field'),
    /** `customfield_10050` in Jira, the numeric id in Zendesk. */
    id: z.string().min(1),
    /** How the field is written: one of the adapter's `fieldTypes`. */
    type: z.string().min(1).max(40),
    /** Empty for a field that takes our value as it is: a text, a number, a date. */
    values: Values.default({}),
    blank: Blank,
    /**
     * For a field of parent and child (`cascading`): a parent that the form chose stays, whatever `blank` says, and only
     * its empty child is filled in. Default: true. False: a parent without a child is a value like any other: it is left
     * alone, unless it is in `blank`.
     */
    keepParent: z.boolean().optional(),
  }),
  z.strictObject({ to: z.literal('component'), values: Values, blank: Blank }),
  /** A label (Jira) or tag (Zendesk): prefix + our value id, unless `values` says otherwise. */
  z.strictObject({ to: z.literal('label'), prefix: z.string().default(''), values: Values.default({}), blank: Blank }),
])
export type SingleTarget = z.infer<typeof SingleTarget>

/**
 * Where one of our fields is stored in the helpdesk. `all` writes one of our values into several places at once: a
 * priority into Impact and Urgency. It has our value when every part has it, and is blank when every part is.
 */
export const Target = z.discriminatedUnion('to', [
  ...SingleTarget.options,
  z.strictObject({ to: z.literal('all'), parts: z.array(SingleTarget).min(2).max(4) }),
])
export type Target = z.infer<typeof Target>

/** The places of a target. */
export const partsOf = (target: Target): SingleTarget[] => (target.to === 'all' ? target.parts : [target])

/** The vendor's value that is written for ours; null when the mapping has none. */
export function writtenValue({ values }: Pick<SingleTarget, 'values'>, value: string): string | null {
  if (!Object.hasOwn(values, value)) return null
  const mapped = values[value]!
  return typeof mapped === 'string' ? mapped : mapped[0]!
}

/** Every vendor value that is read as ours, with our value. */
export function readValues({ values }: Pick<SingleTarget, 'values'>): { value: string; raw: string }[] {
  return Object.entries(values).flatMap(([value, raws]) => [raws].flat().map((raw) => ({ value, raw })))
}

/** Does the field take our value as it is? Only a text, a number or a date may have no values (the check says so). */
export const isFree = (target: SingleTarget): boolean =>
  target.to === 'field' && Object.keys(target.values).length === 0

export const Mapping = z.strictObject({
  /** Taxonomy field id -> where it is written. A field without a target is decided and stored, but not written. */
  fields: z.record(z.string(), Target).default({}),
  /**
   * Where the route's group is written: to the helpdesk's own groups (`native`), or, where it has none, to a component, a
   * custom field or a label. `groups` maps the routing map's group names to vendor ids.
   */
  group: z
    .discriminatedUnion('to', [z.strictObject({ to: z.literal('native'), blank: Blank }), ...SingleTarget.options])
    .optional(),
  groups: z.record(z.string(), z.string()).default({}),
  /** The routing map's names of people -> vendor account ids. */
  people: z.record(z.string(), z.string()).default({}),
  /** Account ids that a ticket has as assignee without anybody's choice: a default assignee, a project or component lead. */
  assignee: z.strictObject({ blank: Blank }).default({ blank: [] }),
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

const Precision = z.number().min(0.5).max(0.999)

/** Settings of every connection. The adapter's own settings (`Connector.settings`) stand beside these. */
export const ConnectionSettings = z.looseObject({
  /** How often an applied value must be right: 0.95 is 95 of 100. Only what handled tickets prove is applied. */
  precision: Precision.default(0.95),
  /** The same for single fields, or single values as `field/value`. */
  precisions: z.record(z.string(), Precision).default({}),
  /** Instead of a precision: a required field with a confidence (0 to 1) below this holds the ticket, proven or not. */
  threshold: z.number().min(0).max(1).optional(),
  /** Thresholds for single fields, or single values as `field/value`. */
  thresholds: z.record(z.string(), z.number().min(0).max(1)).default({}),
  /**
   * Modes for single fields, `group` and `assignee` among them: a field is trusted as far as its own mode and that of the
   * connection both allow.
   */
  modes: z.record(z.string(), Mode).default({}),
  /** How many people must promote a value before it is automated: nobody (the mode is enough), one person, or two. */
  promotion: z.enum(['none', 'one', 'two']).default('none'),
  /**
   * The share of what was decided without a person that goes to the review queue all the same, drawn at random: only so
   * it is known how often nobody objects to something wrong.
   */
  sample: z.number().min(0).max(1).default(0.02),
  /** Add an internal note that explains the decision. */
  note: z.boolean().default(true),
  /** How many requests may run at once against this helpdesk, and how many in a minute. */
  concurrency: z.number().int().min(1).max(50).default(4),
  perMinute: z.number().int().min(1).max(100_000).default(300),
  /**
   * Every so many minutes the helpdesk is asked what changed, for tickets and changes whose webhook never came; 0: never.
   */
  reconcileMinutes: z.number().int().min(0).max(1440).default(5),
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

/** How far a field is trusted: the lower one of its own mode and the connection's. */
export function modeOf({ mode, settings }: Pick<Connection, 'mode' | 'settings'>, field: string): Mode {
  const own = Object.hasOwn(settings.modes, field) ? settings.modes[field]! : mode
  return isMore(own, mode) ? mode : own
}

/** Is the first mode more trust than the second? */
export const isMore = (mode: Mode, than: Mode): boolean => Mode.options.indexOf(mode) > Mode.options.indexOf(than)

/** What decides whether a value is applied: a precision that handled tickets must prove, or a plain threshold. */
export type Bar = { precision: number } | { threshold: number }
type BarSettings = Pick<ConnectionSettings, 'precision' | 'precisions' | 'threshold' | 'thresholds'>

/** The bar of this value of this field: the most specific setting counts; of two as specific, the threshold. */
export function barOf({ precisions, thresholds, ...general }: BarSettings, field: string, value: string): Bar {
  for (const name of [`${field}/${value}`, field]) {
    if (Object.hasOwn(thresholds, name)) return { threshold: thresholds[name]! }
    if (Object.hasOwn(precisions, name)) return { precision: precisions[name]! }
  }
  return general.threshold === undefined ? { precision: general.precision } : { threshold: general.threshold }
}

/** The precision that is asked of this value of this field, also where a threshold decides. */
export const precisionOf = (
  { precisions, precision }: Pick<BarSettings, 'precision' | 'precisions'>,
  field: string,
  value: string,
): number => precisions[`${field}/${value}`] ?? precisions[field] ?? precision
