/**
 * The words of the field: what a ticket, an event, an answer and a decision are, and what an adapter must be able to
 * do. Everything in `src/` speaks these words; nothing outside `connectors/` knows a vendor's field names.
 */
import { z } from 'zod'

export type Vendor = 'jira' | 'zendesk'

// ---------------------------------------------------------------------------------------------------------- taxonomy

const Slug = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'use lower-case letters, digits and _, starting with a letter')

export type TaxonomyValue = z.infer<typeof TaxonomyValue>
export const TaxonomyValue = z.strictObject({
  id: Slug,
  title: z.string().max(120).optional(),
  /** One line that tells a newcomer, or a model, when this value is right. */
  description: z.string().max(500).default(''),
  /** Other words people use for it, in any language. */
  synonyms: z.array(z.string().min(1).max(120)).max(100).default([]),
  /** False: never decided without a person, however sure the model is. */
  automatic: z.boolean().default(true),
})

const anyField = {
  id: Slug,
  title: z.string().max(120).optional(),
  description: z.string().max(500).default(''),
  /** Who decides it. Only `model` fields are asked of a classifier; a rule may decide any field. */
  source: z.enum(['model', 'rule', 'metadata']).default('model'),
  /** With `source: 'metadata'`: the name of the ticket's metadata that holds the value. */
  metadata: z.string().min(1).max(120).optional(),
  /** A required field in doubt holds the ticket; another one is merely left out. */
  required: z.boolean().default(true),
}

/** Documents from before there were other kinds name none. */
const choiceKind = z
  .literal('choice')
  .optional()
  .transform(() => 'choice' as const)

/**
 * One thing to decide. Values are strings in every kind, as they stand in labels, mappings and routing rows: a value's id,
 * `true` or `false`, `73`, `12.5`, or the text of an entity.
 */
export const TaxonomyField = z.discriminatedUnion('kind', [
  z.strictObject({ ...anyField, kind: choiceKind, values: z.array(TaxonomyValue).min(1).max(500) }),
  z.strictObject({ ...anyField, kind: z.literal('flag') }),
  /** A whole number from 0 to 100. */
  z.strictObject({ ...anyField, kind: z.literal('score') }),
  z.strictObject({
    ...anyField,
    kind: z.literal('number'),
    unit: z.string().max(40).optional(),
    min: z.number().optional(),
    max: z.number().optional(),
  }),
  /** A span of the ticket, word for word. Personal data in it stays masked until it is written back. */
  z.strictObject({
    ...anyField,
    kind: z.literal('entity'),
    /** What it looks like (see triage/pattern). With `source: 'rule'` the first match decides the field. */
    pattern: z.string().min(1).max(1000).optional(),
    /** How the quoted span becomes the value: as it is, in capitals without spaces and dashes, or its digits only. */
    normal: z.enum(['text', 'code', 'digits']).default('text'),
  }),
])

/** The fields we decide and their allowed values. `version` grows by one with each saved change. */
export const TaxonomyDocument = z
  .strictObject({ fields: z.array(TaxonomyField).min(1).max(30) })
  .superRefine((taxonomy, ctx) => {
    const fieldIds = new Set<string>()
    for (const [f, field] of taxonomy.fields.entries()) {
      if (fieldIds.has(field.id))
        ctx.addIssue({ code: 'custom', path: ['fields', f, 'id'], message: `field ${field.id} is there twice` })
      if (field.id === 'group' || field.id === 'assignee')
        ctx.addIssue({
          code: 'custom',
          path: ['fields', f, 'id'],
          message: `${field.id} is decided by the routing map, not by the taxonomy`,
        })
      fieldIds.add(field.id)
      if (field.source === 'metadata' && field.metadata === undefined)
        ctx.addIssue({
          code: 'custom',
          path: ['fields', f, 'metadata'],
          message: `name the metadata that holds ${field.id}`,
        })
      if (field.kind === 'number' && (field.min ?? -Infinity) > (field.max ?? Infinity))
        ctx.addIssue({ code: 'custom', path: ['fields', f, 'min'], message: 'min is above max' })
      if (field.kind !== 'choice') continue
      const valueIds = new Set<string>()
      for (const [v, value] of field.values.entries()) {
        if (valueIds.has(value.id))
          ctx.addIssue({
            code: 'custom',
            path: ['fields', f, 'values', v, 'id'],
            message: `value ${value.id} is there twice`,
          })
        valueIds.add(value.id)
      }
    }
  })
export type TaxonomyDocument = z.infer<typeof TaxonomyDocument>
export type TaxonomyField = z.infer<typeof TaxonomyField>
export type Taxonomy = TaxonomyDocument & { version: number }

const FLAG = ['false', 'true'].map((id) => TaxonomyValue.parse({ id }))

/** The values a field can have, in order; none for those that cannot be listed (score, number, entity). */
export function valuesOf(field: TaxonomyField): TaxonomyValue[] {
  if (field.kind === 'choice') return field.values
  return field.kind === 'flag' ? FLAG : []
}

/** Can the field have this value? */
export function accepts(field: TaxonomyField, value: string): boolean {
  switch (field.kind) {
    case 'choice':
    case 'flag':
      return valuesOf(field).some(({ id }) => id === value)
    case 'score':
      return /^(\d|[1-9]\d|100)$/.test(value)
    case 'number':
      return (
        /^-?\d{1,15}(\.\d{1,10})?$/.test(value) &&
        Number(value) >= (field.min ?? Number.NEGATIVE_INFINITY) &&
        Number(value) <= (field.max ?? Number.POSITIVE_INFINITY)
      )
    case 'entity':
      return value.trim() !== '' && value.length <= ENTITY_LENGTH
    default:
      return field satisfies never
  }
}

export const ENTITY_LENGTH = 200

/** Place of a value in the field's order, for guards; null where it has none. */
export function rankOf(field: TaxonomyField, value: string): number | null {
  if (field.kind === 'entity' || !accepts(field, value)) return null
  const place = valuesOf(field).findIndex(({ id }) => id === value)
  return place < 0 ? Number(value) : place
}

/** What the field can have, for people. */
export function sayValues(field: TaxonomyField): string {
  switch (field.kind) {
    case 'choice':
    case 'flag':
      return `one of ${valuesOf(field)
        .map(({ id }) => id)
        .join(', ')}`
    case 'score':
      return 'a whole number from 0 to 100'
    case 'number':
      return `a number${field.min === undefined ? '' : ` from ${field.min}`}${field.max === undefined ? '' : ` to ${field.max}`}`
    case 'entity':
      return `a text of at most ${ENTITY_LENGTH} characters`
    default:
      return field satisfies never
  }
}

/** Decided or final values by taxonomy field id: `{ service: 'internet', priority: 'high' }`. */
export type Labels = Record<string, string>

// -------------------------------------------------------------------------------------------------------- connection

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

// ------------------------------------------------------------------------------------------------------------ ticket

/**
 * Who did it. `self`: our service account. `robot`: an app, a trigger, an automation or a listed account. `customer`:
 * the requester. `unknown`: the event does not say.
 */
export type Actor = { id: string | null; kind: 'self' | 'person' | 'robot' | 'customer' | 'unknown'; name?: string }

/** The state of one field we may write, in our words. */
export type FieldState = {
  /** Our value id, group name or person name; null when empty or when the vendor's value has no entry in the mapping. */
  value: string | null
  /** The vendor's value (an id where there is one); null when empty. */
  raw: string | null
  /** Empty, or a value that nobody chose (`Target.blank`). */
  blank: boolean
}

/** Fields that a decision can touch: every taxonomy field, and these two. */
export const ROUTE_FIELDS = ['group', 'assignee'] as const

/** One change of one field, in our words where the mapping knows them. */
export type Change = {
  /** Taxonomy field id, `group`, `assignee`, or `status`. */
  field: string
  from: string | null
  to: string | null
  fromRaw: string | null
  toRaw: string | null
  /** The vendor's id of the change (changelog id, audit id, event id); null where it gives none. */
  id: string | null
  /** Changes of one action share it (Zendesk `meta.sequence.id`, Jira changelog id). */
  action: string | null
  /** ISO 8601. */
  at: string
  by: Actor
  /** Our decision whose marker the change carries (Zendesk audit metadata), if any. */
  decision?: string
}

/** What filters look at. Absent: the event does not say. */
export type Place = {
  project?: string
  issueType?: { id: string; name: string }
  brand?: string | null
  form?: string | null
  channel?: string
  tags?: string[]
}

/** A ticket as a helpdesk showed it at one moment. */
export type Ticket = {
  /** The vendor's stable id, as a string; never the key. */
  id: string
  key: string
  /** For people: opens the ticket in the helpdesk. */
  url: string
  subject: string
  /** As it came: text or wiki markup, HTML, or an ADF document. */
  body: unknown
  format: 'plain' | 'wiki' | 'html' | 'adf'
  place: Place
  createdAt: string | null
  updatedAt: string | null
  /** Done: solved or in a status of category done. Closed: nothing can be written any more. */
  status: { name: string; done: boolean; closed: boolean }
  /** By taxonomy field id, `group` and `assignee`; a field that the event does not tell is absent. */
  fields: Record<string, FieldState>
  /** Vendor's urgency in our priority values if the mapping knows it: a hint for the queue. */
  requester: Actor
  /** Form fields and facts that a classifier may use, as short strings. */
  metadata: Record<string, string>
}

/** The ticket now, with what is needed to write to it safely. */
export type FreshTicket = Ticket & {
  /** Changes of the fields we may write, oldest first. */
  history: Change[]
  /** Ids of our decisions that the ticket already carries. */
  marks: string[]
  /** What the adapter needs to detect a change between reading and writing; opaque. */
  stamp: unknown
}

// ------------------------------------------------------------------------------------------------------------ events

/** One HTTP call from a helpdesk. `headers` are lower-case. */
export type Delivery = { headers: Record<string, string>; body: Uint8Array }

type Happened = { ticketId: string; at: string | null; by: Actor }

/** What a delivery means to us. `changes: null` means that the body does not say: the history must be read. */
export type TicketEvent =
  | (Happened & { kind: 'created'; ticket: Ticket | null })
  | (Happened & { kind: 'updated'; changes: Change[] | null; ticket: Ticket | null })
  | (Happened & { kind: 'commented'; public: boolean | null })
  /** Work on the ticket is done; may carry changes of the same action. */
  | (Happened & { kind: 'resolved'; changes: Change[] | null; ticket: Ticket | null })
  | (Happened & { kind: 'removed'; why: 'deleted' | 'merged' | 'spam'; into: string | null })
  | { kind: 'ignored'; ticketId: string | null; reason: string }

// ---------------------------------------------------------------------------------------------------------- adapters

/** One line of an internal note: plain text, with optional parts set in bold. */
export type Note = { title: string; lines: { name: string; text: string }[]; link: string | null }

/** What to carry into the helpdesk, in our words. */
export type Write = {
  decisionId: string
  /** Taxonomy field id, `group` or `assignee` -> our value id, group name or person name. */
  set: Labels
  /** Never public. */
  note: Note | null
}

export type Written = {
  /** The vendor's id of the change or audit, by which we know our own write again. */
  changeId: string | null
  at: string
  /** Fields that another account changed between our read and our write, and that we gave back to it. */
  restored: string[]
  noteId: string | null
}

/** What the helpdesk offers, for mapping checks, `doctor` and the admin page. */
export type Metadata = {
  self: { id: string; name: string; email?: string }
  fields: {
    id: string
    name: string
    type: string
    options: { id: string; name: string; children?: { id: string; name: string }[] }[]
  }[]
  priorities: { id: string; name: string; isDefault: boolean }[]
  components: { id: string; name: string; project: string }[]
  groups: { id: string; name: string; active: boolean }[]
  people: { id: string; name: string; active: boolean; groups: string[] }[]
  /** Permissions that are missing for what the mode wants; empty when all is well. */
  missing: { what: string; next: string }[]
}

/** One thing wrong with a mapping, with the place in it (`fields.service.values.vpn`). */
export type MappingFault = { path: string; message: string; next: string }

/**
 * An adapter: one per vendor. Functions take the connection they act for. Those that talk to the helpdesk throw
 * HelpdeskError, time out by `settings.timeoutMs`, and never retry by themselves.
 */
export type Connector = {
  kind: Vendor
  /** Throws Rejected 401 unless the raw body was sent by the helpdesk, within the replay window. A connection without secrets refuses everything. */
  verify(delivery: Delivery, connection: Pick<Connection, 'secrets' | 'settings'>, now: Date): Promise<void>
  /** The vendor's identifier of the delivery, the same across its retries; null where it has none (hash the body). */
  identify(delivery: Delivery, body: unknown): string | null
  /** Pure. Throws Rejected 400 or 422 for a body that is none of the vendor's. */
  read(body: unknown, connection: Connection): TicketEvent
  /** The ticket as it is now. */
  fetch(connection: Connection, ticketId: string): Promise<FreshTicket>
  /** One write, with our marker. Throws HelpdeskError `conflict` when the ticket changed after `base` was read. */
  apply(connection: Connection, base: FreshTicket, write: Write): Promise<Written>
  inspect(connection: Connection): Promise<Metadata>
  /** Pure. */
  checkMapping(mapping: Mapping, metadata: Metadata, taxonomy: Taxonomy): MappingFault[]
  /** Open tickets per person (vendor account id). */
  countOpen(connection: Connection, people: string[]): Promise<Record<string, number>>
  /** Trades the refresh token, or the client credentials, for new tokens. */
  refresh(connection: Connection): Promise<Tokens>
}

export type Connectors = Record<Vendor, Connector>

// ------------------------------------------------------------------------------------------------------------ triage

/** Text that a classifier reads: markup, quotes and signatures off, personal data masked. */
export type Prepared = {
  subject: string
  text: string
  /** ISO 639-1, `und` when it cannot be told. */
  language: { code: string; confidence: number }
  /** What was cut, for the trace: `signature`, `quote`, `log` ..., with how many characters. */
  dropped: { what: string; characters: number }[]
  /** Placeholder -> original. Lives in memory only: never stored, logged or sent. */
  masked: Record<string, string>
  metadata: Record<string, string>
}

/** Who decided a field. */
export type Source = 'rule' | 'endpoint' | 'embedded' | 'memory' | 'cache' | 'human'

export type FieldAnswer = {
  value: string
  /** 0 to 1 from token probabilities or softmax; null when the server gives none: unknown is not 0. */
  raw: number | null
  /** `raw` after calibration; null as long as there is no calibration for this field and model. */
  calibrated: number | null
  /** Ranked, without the value itself. */
  alternatives: { value: string; confidence: number }[]
  /** Share of probability on legal values at the first branch; low: the model wanted to say something else. */
  legalMass?: number
  /** Entity: the words of the ticket that the value comes from. */
  span?: string
  /** A person gave this value to a ticket with the same words; absent: the classifier's own. */
  source?: 'memory'
  /** Why the classifier itself would not use it, however high the confidence: the ticket is like none it knows. */
  doubt?: string
  /** What pulled most towards the value (embedded), for the trace. */
  because?: { feature: string; weight: number }[]
}

/** What one classifier says of one ticket. */
export type Answer = {
  source: 'endpoint' | 'embedded' | 'memory' | 'cache'
  /** Name and version of the model, as it is kept with the decision. */
  model: string
  fields: Record<string, FieldAnswer>
  /** Why, in its own words and masked; where its prompt format asks for that. */
  rationale?: string
  /** Fields that it answered in a way we do not take, with the reason. */
  refused?: Record<string, string>
  tokens: { prompt: number; completion: number; cached: number } | null
  ms: number
}

/** An urgent ticket, or one that a person waits for, goes before the others and only to the fastest endpoints. */
export type Haste = {
  urgent?: boolean
  /** `performance.now()` when the ticket was first asked about: its one deadline runs from then. Absent: from this question. */
  since?: number
}

/** Asks for the model fields of the taxonomy. Throws ModelError. */
export type Classifier = {
  kind: 'endpoint' | 'embedded'
  model: string
  classify(prepared: Prepared, taxonomy: Taxonomy, signal: AbortSignal, haste?: Haste): Promise<Answer>
  /** The confidence from which on the values of a field kept this precision on tickets held out; null: none does. */
  sureFrom?(field: string, precision: number): number | null
  /** How many times our estimate of tokens its server counts in a text like this; null: the server cannot be asked. */
  tokenScale?(prepared: Prepared): Promise<number | null>
}

/** A ticket with the final values of its fields, to train and to measure on. */
export type LabelledTicket = {
  id: string
  subject: string
  text: string
  language?: string
  metadata?: Record<string, string>
  labels: Labels
  /** A person dealt with it in the helpdesk: it came as new tickets will come, and was not written to learn from. */
  handled?: boolean
}
