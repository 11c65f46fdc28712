/** All tables, each with a line on what a row means. Queries are in the module that owns the table. */
import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  customType,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import type {
  Answer,
  ConnectionSettings,
  EvidenceKind,
  FieldAnswer,
  Filters,
  Labels,
  Mapping,
  Mode,
  Plan,
  Provenance,
  Role,
  Source,
  TaxonomyDocument,
  Vendor,
  WritebackState,
} from '../contract/index.ts'

const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' })

/** AES-256-GCM: key id, nonce and ciphertext in base64. `bound`: to its row and column. */
export type Sealed = { kid: string; iv: string; data: string; bound?: boolean }

/** One Jira site or Zendesk account. */
export const connections = pgTable('connections', {
  id: uuid().primaryKey(),
  name: text().notNull().unique(),
  kind: text().$type<Vendor>().notNull(),
  baseUrl: text('base_url').notNull(),
  mode: text().$type<Mode>().notNull(),
  credentials: jsonb().$type<Sealed>().notNull(),
  secrets: jsonb().$type<Sealed>().notNull(),
  mapping: jsonb().$type<Mapping>().notNull(),
  filters: jsonb().$type<Filters>().notNull(),
  settings: jsonb().$type<ConnectionSettings>().notNull(),
  selfId: text('self_id'),
  /** The helpdesk asked us to make no call until then; shared by all processes. */
  pausedUntil: at('paused_until'),
  /** Only the process that set this may use the refresh token: it works once. */
  refreshingUntil: at('refreshing_until'),
  createdAt: at('created_at').notNull().defaultNow(),
  updatedAt: at('updated_at').notNull().defaultNow(),
  /** Set when it was deleted: credentials and secrets are destroyed, the row stays for the history. */
  deletedAt: at('deleted_at'),
})

/** A running process, with the ids of its encryption keys: the one that encrypts, and all that decrypt. */
export const processes = pgTable('processes', {
  id: uuid().primaryKey(),
  name: text().notNull(),
  seals: text().notNull(),
  opens: jsonb().$type<string[]>().notNull(),
  startedAt: at('started_at').notNull().defaultNow(),
  /** A process that was killed is recognised by its silence. */
  seenAt: at('seen_at').notNull().defaultNow(),
})

/** A person stopped deciding and writing: everything, a connection, or write-backs with a field or value. */
export const pauses = pgTable(
  'pauses',
  {
    id: uuid().primaryKey(),
    /** Null: every connection. */
    connectionId: uuid('connection_id').references(() => connections.id),
    field: text(),
    value: text(),
    why: text().notNull(),
    who: text().notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
    endedAt: at('ended_at'),
    endedBy: text('ended_by'),
  },
  (t) => [
    // Pausing twice is one pause; few rows have not ended, and every job looks for them.
    uniqueIndex('pauses_once')
      .on(sql`coalesce(${t.connectionId}::text, '')`, sql`coalesce(${t.field}, '')`, sql`coalesce(${t.value}, '')`)
      .where(sql`ended_at is null`),
  ],
)

/** One HTTP call from a helpdesk: the inbox. Written before we answer; later only the columns that settle it change. */
export const deliveries = pgTable(
  'deliveries',
  {
    id: uuid().primaryKey(),
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id),
    /** The vendor's identifier, bound to the body, or a hash of the body. */
    dedupeKey: text('dedupe_key').notNull(),
    receivedAt: at('received_at').notNull().defaultNow(),
    /** How often the helpdesk sent it again. */
    repeats: integer().notNull().default(0),
    event: text()
      .$type<'created' | 'updated' | 'commented' | 'resolved' | 'removed' | 'forgotten' | 'ignored' | 'rejected'>()
      .notNull(),
    /** The vendor's ticket id or, in thin bodies, its key; null when the event is about no ticket. */
    ticketId: text('ticket_id'),
    /** The JSON as it came, or its ids if it was too large; empty for a rejected one. Text, because it is read once and never searched. */
    body: text().notNull(),
    /** `waiting` until its job is done, then the result. */
    state: text().$type<'waiting' | 'done' | 'ignored' | 'failed'>().notNull(),
    reason: text(),
    settledAt: at('settled_at'),
  },
  (t) => [
    // Helpdesks redeliver; the second copy is the same row.
    uniqueIndex('deliveries_once').on(t.connectionId, t.dedupeKey),
    index('deliveries_waiting').on(t.event, t.receivedAt).where(sql`state = 'waiting'`),
    index('deliveries_by_ticket').on(t.connectionId, t.ticketId),
    index('deliveries_by_time').on(t.connectionId, t.receivedAt),
    index('deliveries_refused').on(t.connectionId, t.receivedAt).where(sql`event = 'rejected'`),
  ],
)

/** Reading the past tickets of a connection, a page after the other. */
export const backfills = pgTable(
  'backfills',
  {
    id: uuid().primaryKey(),
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id),
    /** Tickets created from then on. */
    since: at('since').notNull(),
    state: text().$type<'running' | 'done' | 'stopped' | 'failed'>().notNull(),
    /** The adapter's place of the next page, stored with what the pages before left; null: the first page. */
    cursor: text(),
    /** About how many there are; null: the helpdesk did not say. */
    total: integer(),
    counts: jsonb().$type<Record<BackfillCount, number>>().notNull(),
    /** How many labels each field got. */
    labels: jsonb().$type<Record<string, number>>().notNull(),
    /** Field -> the vendor's value -> how many tickets have it: values that are not in the mapping or the taxonomy. */
    outside: jsonb().$type<Record<string, Record<string, number>>>().notNull(),
    /** Why it failed, and what to do. */
    reason: text(),
    actor: text().notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
    updatedAt: at('updated_at').notNull().defaultNow(),
    finishedAt: at('finished_at'),
  },
  // Two at once would only read the same tickets twice.
  (t) => [uniqueIndex('backfills_one_running').on(t.connectionId).where(sql`state = 'running'`)],
)

/** What a backfill did with the tickets it read; `read` counts all of them. */
export type BackfillCount = 'read' | 'labelled' | 'unlabelled' | 'open' | 'decided' | 'filtered'

/** How far a connection was compared with its helpdesk, for tickets and changes whose webhook never came. */
export const reconciliations = pgTable('reconciliations', {
  connectionId: uuid('connection_id')
    .primaryKey()
    .references(() => connections.id),
  /** The tickets that changed from then on are read. */
  since: at('since').notNull(),
  /** The adapter's place of the next page; null: the first one. */
  cursor: text(),
  /** When this pass began: the next one reads from then on. */
  startedAt: at('started_at').notNull(),
  finishedAt: at('finished_at'),
  /** In all passes: tickets and changes whose webhook had not come. */
  created: integer().notNull().default(0),
  updated: integer().notNull().default(0),
})

/** Our record of one ticket: what we last saw of it. */
export const tickets = pgTable(
  'tickets',
  {
    id: uuid().primaryKey(),
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id),
    /** The vendor's stable id; the key changes when an issue moves. */
    externalId: text('external_id').notNull(),
    key: text().notNull(),
    url: text().notNull(),
    subject: text().notNull(),
    /** Prepared and masked: what a classifier reads and what an export may carry. */
    text: text().notNull(),
    language: text().notNull(),
    metadata: jsonb().$type<Record<string, string>>().notNull(),
    /** The vendor's account id of who asked, so that all tickets of a person can be erased; null in rows of older releases. */
    requesterId: text('requester_id'),
    status: text().$type<'open' | 'done' | 'removed'>().notNull().default('open'),
    /** Set when the ticket was deleted, merged or marked as spam. */
    removedWhy: text('removed_why'),
    /** The first group that the ticket had and the last one, by name; null: not read, or not in the mapping. */
    routed: jsonb().$type<{ first: string; last: string } | null>(),
    createdAt: at('created_at').notNull(),
    seenAt: at('seen_at').notNull().defaultNow(),
  },
  (t) => [uniqueIndex('tickets_once').on(t.connectionId, t.externalId), index('tickets_by_key').on(t.key)],
)

/** What we decided for a ticket, and why. Appended, never changed. */
export const decisions = pgTable(
  'decisions',
  {
    id: uuid().primaryKey(),
    ticketId: uuid('ticket_id')
      .notNull()
      .references(() => tickets.id),
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id),
    /** What caused it: `delivery:<id>`, `retry:<id>`, or `review:<id>` with the decision that a person reviewed. */
    cause: text().notNull(),
    plan: text().$type<Plan>().notNull(),
    reason: text().notNull(),
    values: jsonb().$type<Labels>().notNull(),
    sources: jsonb().$type<Record<string, Source>>().notNull(),
    /** Raw and calibrated confidence, alternatives and explanation for each field. */
    answers: jsonb().$type<Record<string, FieldAnswer>>().notNull(),
    route: jsonb().$type<{ group: string | null; assignee: string | null; because: string } | null>(),
    /** Step by step, for the page that explains the decision; holds no unmasked text. */
    trace: jsonb().$type<Record<string, unknown>>().notNull(),
    model: text(),
    taxonomyVersion: integer('taxonomy_version').notNull(),
    mapVersion: integer('map_version'),
    rulesVersion: integer('rules_version').notNull(),
    /** Name of the prompt format that an endpoint's model was asked with. */
    promptFormat: text('prompt_format'),
    /** The token scale that the text was prepared with (see `prepareFor`): write-back prepares it again to restore masked parts. */
    tokenScale: doublePrecision('token_scale'),
    tokens: jsonb().$type<{ prompt: number; completion: number; cached: number } | null>(),
    /** Whole step and model call, in milliseconds. */
    ms: real().notNull(),
    modelMs: real('model_ms'),
    createdAt: at('created_at').notNull().defaultNow(),
    /** The person who asked for it, if one did. */
    actor: text(),
    /** The share with which it was drawn at random, to be looked at by a person although nothing was in doubt; null: it was not. */
    sample: real(),
  },
  (t) => [
    // Every event is decided exactly once, however often its job runs.
    uniqueIndex('decisions_once').on(t.cause),
    index('decisions_by_ticket').on(t.ticketId, t.createdAt),
    index('decisions_by_time').on(t.createdAt, t.id),
    index('decisions_by_connection').on(t.connectionId, t.id),
    index('decisions_held_by_priority').on(sql`(values->>'priority')`, t.id).where(sql`plan = 'hold'`),
    // lists of one group or person, and what a person got in the last hours: ids grow with time
    index('decisions_of_group').on(sql`(route->>'group')`, t.id),
    index('decisions_of_person').on(sql`(route->>'assignee')`, t.id).where(sql`route->>'assignee' is not null`),
    // few are not carried into the helpdesk; the others are found by the state of their write-back
    index('decisions_by_plan').on(t.plan, t.id).where(sql`plan in ('hold', 'skip')`),
    index('decisions_sampled').on(t.id).where(sql`sample is not null`),
  ],
)

/** A person looks at a decision to settle it, so that others take another one. Ends by itself. */
export const claims = pgTable('claims', {
  decisionId: uuid('decision_id')
    .primaryKey()
    .references(() => decisions.id, { onDelete: 'cascade' }),
  who: text().notNull(),
  until: at('until').notNull(),
})

/** Carrying one decision into the helpdesk. `sending` is committed before the call, so that a crash is recognised. */
export const writebacks = pgTable(
  'writebacks',
  {
    decisionId: uuid('decision_id')
      .primaryKey()
      .references(() => decisions.id),
    state: text().$type<WritebackState>().notNull(),
    reason: text(),
    /** Fields we wrote, with the value in our words. */
    written: jsonb().$type<Labels>().notNull(),
    /** Fields left alone, with the reason a person can read. */
    heldBack: jsonb('held_back').$type<Record<string, string>>().notNull(),
    /** The fields' values before we wrote, as the vendor stores them. */
    before: jsonb().$type<Record<string, string | null>>().notNull(),
    changeId: text('change_id'),
    noteId: text('note_id'),
    attempts: integer().notNull().default(0),
    writtenAt: at('written_at'),
    updatedAt: at('updated_at').notNull().defaultNow(),
  },
  (t) => [index('writebacks_by_state').on(t.state, t.decisionId)],
)

/** A person changed a field that we decided. Appended. */
export const overrides = pgTable(
  'overrides',
  {
    id: uuid().primaryKey(),
    ticketId: uuid('ticket_id')
      .notNull()
      .references(() => tickets.id),
    decisionId: uuid('decision_id')
      .notNull()
      .references(() => decisions.id),
    field: text().notNull(),
    before: text(),
    after: text(),
    /** The vendor's account id. */
    who: text(),
    at: at('at').notNull(),
    /** From our write, or from the decision when nothing was written. */
    minutesAfter: real('minutes_after').notNull(),
    changeKey: text('change_key').notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [
    // The same change can arrive in several events.
    uniqueIndex('overrides_once').on(t.ticketId, t.field, t.changeKey),
    index('overrides_by_time').on(t.createdAt, t.id),
    // deleting a decision looks here for rows that name it
    index('overrides_by_decision').on(t.decisionId),
  ],
)

/** The value a field finally has. One row for each ticket and field; a reopened ticket revises it. */
export const labels = pgTable(
  'labels',
  {
    ticketId: uuid('ticket_id')
      .notNull()
      .references(() => tickets.id),
    field: text().notNull(),
    value: text().notNull(),
    provenance: text().$type<Provenance>().notNull(),
    decisionId: uuid('decision_id'),
    who: text(),
    at: at('at').notNull(),
    updatedAt: at('updated_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.ticketId, t.field] }),
    index('labels_by_time').on(t.updatedAt),
    index('labels_by_provenance').on(t.provenance, t.updatedAt),
    index('labels_by_value').on(t.field, t.value, t.updatedAt),
  ],
)

/**
 * What people did with a value that a classifier decided: one row for each ticket and field, of which the newest counts.
 * What nobody touched is no evidence.
 */
export const evidence = pgTable(
  'evidence',
  {
    ticketId: uuid('ticket_id')
      .notNull()
      .references(() => tickets.id, { onDelete: 'cascade' }),
    field: text().notNull(),
    /** The value that was decided, not the one that a person set instead. */
    value: text().notNull(),
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id),
    decisionId: uuid('decision_id').notNull(),
    kind: text().$type<EvidenceKind>().notNull(),
    right: boolean().notNull(),
    /** When the person acted. */
    at: at('at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.ticketId, t.field] }),
    index('evidence_by_value').on(t.connectionId, t.field, t.value, t.at),
  ],
)

/** What a person, or the evidence, said of a value's automation. A value without a row is only tracked. */
export const autonomy = pgTable(
  'autonomy',
  {
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id),
    field: text().notNull(),
    value: text().notNull(),
    /** `asked`: one person wants to promote it, a second one has to agree. */
    state: text().$type<'asked' | 'promoted' | 'demoted'>().notNull(),
    since: at('since').notNull().defaultNow(),
    /** Evidence counts from here on; null: all of it. */
    countsFrom: at('counts_from'),
    /** Null: the evidence itself. */
    by: text(),
    because: text().notNull(),
    /** The ticket that caused a demotion. */
    ticketId: uuid('ticket_id').references(() => tickets.id, { onDelete: 'set null' }),
  },
  (t) => [primaryKey({ columns: [t.connectionId, t.field, t.value] })],
)

/** Labelled tickets that did not come from a connection: imported history and synthetic tickets. */
export const examples = pgTable(
  'examples',
  {
    id: uuid().primaryKey(),
    /** Where it came from, and its id there. */
    origin: text().notNull(),
    subject: text().notNull(),
    text: text().notNull(),
    language: text().notNull(),
    metadata: jsonb().$type<Record<string, string>>().notNull(),
    labels: jsonb().$type<Labels>().notNull(),
    provenance: text().$type<'synthetic' | 'imported'>().notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [uniqueIndex('examples_once').on(t.origin)],
)

/** The fields we decide and their values; the newest version is in force. Appended. */
export const taxonomies = pgTable('taxonomies', {
  version: integer().primaryKey(),
  document: jsonb().$type<TaxonomyDocument>().notNull(),
  author: text().notNull(),
  comment: text().notNull().default(''),
  createdAt: at('created_at').notNull().defaultNow(),
})

/** Deterministic answers; the newest version is in force. Appended. */
export const rulesets = pgTable('rulesets', {
  version: integer().primaryKey(),
  document: jsonb().$type<unknown>().notNull(),
  author: text().notNull(),
  comment: text().notNull().default(''),
  createdAt: at('created_at').notNull().defaultNow(),
})

/** The draft of a new version of the taxonomy or the rules: at most one of each. */
export const drafts = pgTable('drafts', {
  of: text().$type<'taxonomy' | 'rules'>().primaryKey(),
  document: jsonb().$type<unknown>().notNull(),
  /** The version that was in force when it was started. */
  base: integer().notNull(),
  /** Grows by one with each save, so that two editors cannot undo each other's changes. */
  revision: integer().notNull().default(1),
  author: text().notNull(),
  comment: text().notNull().default(''),
  updatedAt: at('updated_at').notNull().defaultNow(),
})

/** The routing map: at most one draft; the newest published version is in force. Published versions never change. */
export const routingMaps = pgTable(
  'routing_maps',
  {
    version: integer().primaryKey(),
    state: text().$type<'draft' | 'published'>().notNull(),
    document: jsonb().$type<unknown>().notNull(),
    comment: text().notNull().default(''),
    author: text().notNull(),
    /** Of a draft: how often it was saved, so that two editors notice each other. */
    revision: integer().notNull().default(1),
    /** The published version that the draft was started from. */
    base: integer(),
    createdAt: at('created_at').notNull().defaultNow(),
    publishedAt: at('published_at'),
  },
  (t) => [uniqueIndex('routing_maps_one_draft').on(t.state).where(sql`state = 'draft'`)],
)

/** Whose turn it is in a round robin: one counter for each list of people. */
export const rotations = pgTable('rotations', {
  key: text().primaryKey(),
  turn: bigint({ mode: 'number' }).notNull().default(0),
})

/** A target of the routing map that the last check found dead: deactivated, deleted or not mapped. */
export const deadTargets = pgTable(
  'dead_targets',
  {
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id, { onDelete: 'cascade' }),
    kind: text().$type<'group' | 'assignee'>().notNull(),
    name: text().notNull(),
    reason: text().notNull(),
    checkedAt: at('checked_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.connectionId, t.kind, t.name] })],
)

/** A trained embedded classifier. The newest one is in use. */
export const models = pgTable('models', {
  id: uuid().primaryKey(),
  name: text().notNull(),
  kind: text().$type<'embedded'>().notNull(),
  taxonomyVersion: integer('taxonomy_version').notNull(),
  /** The labels it was trained on, as a hash: the same labels need no new training. */
  labelsHash: text('labels_hash').notNull(),
  tickets: integer().notNull(),
  /** Training read the labels stored until then; null in rows of older releases: until `created_at`. */
  labelsUntil: at('labels_until'),
  data: bytes().notNull(),
  createdAt: at('created_at').notNull().defaultNow(),
})

/** The curve that turns a raw confidence into a calibrated one, for one field and model. */
export const calibrations = pgTable(
  'calibrations',
  {
    model: text().notNull(),
    field: text().notNull(),
    curve: jsonb().$type<unknown>().notNull(),
    n: integer().notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.model, t.field] })],
)

/**
 * How the answers of one model for one field turned out on the newest tickets that people handled, oldest first: what its
 * promise is made from. Each is its raw confidence, its value and the right value; texts of tickets are left out.
 */
export const trackRecords = pgTable(
  'track_records',
  {
    model: text().notNull(),
    field: text().notNull(),
    tickets: jsonb().$type<[confidence: number, value: string, expected: string][]>().notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.model, t.field] })],
)

/**
 * The answer of an endpoint's model to a text, so that the same text is not sent twice. Contains no unmasked text; any
 * row may be deleted at any time.
 */
export const decisionCache = pgTable(
  'decision_cache',
  {
    /** SHA-256 of everything the answer depends on: text, model with its prompt format, taxonomy, examples. */
    key: text().primaryKey(),
    model: text().notNull(),
    taxonomyVersion: integer('taxonomy_version').notNull(),
    /** As the model gave it, not calibrated: curves change, the answer does not. */
    answer: jsonb().$type<Answer>().notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  // the oldest rows are deleted first
  (t) => [index('decision_cache_by_age').on(t.createdAt)],
)

/** A model that fails every ticket: they wait until it answers again. */
export const modelPauses = pgTable('model_pauses', {
  /** With its prompt format, as in decisions. */
  model: text().primaryKey(),
  reason: text().notNull(),
  next: text().notNull(),
  since: at('since').notNull().defaultNow(),
  /** When it is asked again. */
  until: at('until').notNull(),
})

/** One export of training data: what it contained, so that it can be repeated and shown to an auditor. */
export const exports_ = pgTable('exports', {
  id: uuid().primaryKey(),
  format: text().notNull(),
  filter: jsonb().$type<unknown>().notNull(),
  manifest: jsonb().$type<unknown>().notNull(),
  author: text().notNull(),
  createdAt: at('created_at').notNull().defaultNow(),
  /** What was erased here since, and is still in the file that was made: the lines with these ids must go there too. */
  erased: jsonb().$type<{ erasure: string; at: string; ids: string[] }[]>().notNull().default([]),
})

/** A ticket or example of a test set: never in training data, and neither is one with the same text. */
export const frozenItems = pgTable(
  'frozen_items',
  {
    item: uuid().primaryKey(),
    /** SHA-256 of its folded text. */
    textHash: text('text_hash').notNull(),
    exportId: uuid('export_id').notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [index('frozen_items_by_text').on(t.textHash)],
)

/** Which tickets and examples an export contained. An export that broke off has rows here and none in `exports`. */
export const exportItems = pgTable(
  'export_items',
  {
    exportId: uuid('export_id').notNull(),
    /** The id of the ticket or example, which is the id of its line in the file. */
    item: uuid().notNull(),
    /** SHA-256 of its folded text: a copy of what was taught cannot be tested. Null in rows of older releases. */
    textHash: text('text_hash'),
  },
  (t) => [primaryKey({ columns: [t.item, t.exportId] }), index('export_items_by_text').on(t.textHash)],
)

/** A bearer token; only its SHA-256 is kept. */
export const tokens = pgTable('tokens', {
  id: uuid().primaryKey(),
  name: text().notNull(),
  role: text().$type<Role>().notNull(),
  hash: text().notNull().unique(),
  createdAt: at('created_at').notNull().defaultNow(),
  lastUsedAt: at('last_used_at'),
  revokedAt: at('revoked_at'),
  /** Created by the first start, not by a person. */
  bootstrap: boolean().notNull().default(false),
})

/** A person who signed in with an account of the company; name and role are those of the last time. */
export const people = pgTable(
  'people',
  {
    id: uuid().primaryKey(),
    issuer: text().notNull(),
    /** The provider's name for the account, which never changes. */
    subject: text().notNull(),
    name: text().notNull().unique(),
    /** Null: the last time they came, no group of theirs had one. */
    role: text().$type<Role>(),
    createdAt: at('created_at').notNull().defaultNow(),
    signedInAt: at('signed_in_at').notNull().defaultNow(),
  },
  // one account is one person, also when both tabs of a browser come back at once
  (t) => [uniqueIndex('people_by_account').on(t.issuer, t.subject)],
)

/** A browser that signed in, with a token or as a person. The cookie holds a secret of which only the SHA-256 is kept. */
export const sessions = pgTable(
  'sessions',
  {
    id: uuid().primaryKey(),
    /** Name and role are those of the token or the person: a revoked token ends its sessions. */
    tokenId: uuid('token_id').references(() => tokens.id),
    personId: uuid('person_id').references(() => people.id),
    hash: text().notNull().unique(),
    by: text().$type<'token' | 'link' | 'oidc'>().notNull().default('token'),
    createdAt: at('created_at').notNull().defaultNow(),
    lastUsedAt: at('last_used_at'),
    expiresAt: at('expires_at').notNull(),
    revokedAt: at('revoked_at'),
  },
  (t) => [index('sessions_by_token').on(t.tokenId), index('sessions_by_person').on(t.personId)],
)

/** A link that signs in once. Deleted when it is used. */
export const signInLinks = pgTable('sign_in_links', {
  hash: text().primaryKey(),
  tokenId: uuid('token_id')
    .notNull()
    .references(() => tokens.id),
  expiresAt: at('expires_at').notNull(),
})

/**
 * Who changed what, with before and after; written in the transaction of the change. Appended, and chained: each row has
 * the hash of the one before it in its own. A trigger, chain_audit(), fills the last four columns when the transaction
 * commits; audit-chain.ts says what is hashed.
 */
export const audit = pgTable(
  'audit',
  {
    id: uuid().primaryKey(),
    at: at('at').notNull().defaultNow(),
    actor: text().notNull(),
    action: text().notNull(),
    subject: text().notNull(),
    before: jsonb().$type<unknown>(),
    after: jsonb().$type<unknown>(),
    /** Hashed with before and after, and erased with them: nobody can then guess from the hash what they were. */
    salt: uuid().defaultRandom(),
    /** The place in the chain, without gaps. */
    seq: bigint({ mode: 'number' }),
    /** SHA-256 of salt, before and after. */
    content: text(),
    /** SHA-256 of the hash before it and of all that is never erased. */
    hash: text(),
  },
  (t) => [
    index('audit_by_time').on(t.at, t.id),
    uniqueIndex('audit_by_seq').on(t.seq),
    // the filters of the list, and what an erasure empties
    index('audit_by_actor').on(t.actor.op('text_pattern_ops'), t.id),
    index('audit_by_action').on(t.action.op('text_pattern_ops'), t.id),
    index('audit_by_subject').on(t.subject, t.id),
  ],
)

/** The end of the chain of audit rows: the one row that each commit with such rows locks. */
export const auditHead = pgTable('audit_head', {
  only: boolean().primaryKey().default(true),
  seq: bigint({ mode: 'number' }).notNull(),
  hash: text().notNull(),
})

/** One run of the scheduled purge: how many rows of which kind were emptied or deleted because their time was over. */
export const purges = pgTable('purges', {
  id: uuid().primaryKey(),
  at: at('at').notNull().defaultNow(),
  what: text().notNull(),
  rows: integer().notNull(),
  /** Rows from before then had to go. */
  before: at('before').notNull(),
})

/** The receipt of an erasure. Says how much was erased and on whose order; whom it concerned only as a keyed hash. */
export const erasures = pgTable('erasures', {
  id: uuid().primaryKey(),
  at: at('at').notNull().defaultNow(),
  /** The caller, or the helpdesk that deleted the ticket or the account itself. */
  actor: text().notNull(),
  /** HMAC-SHA256 of what was asked for, keyed with an encryption key: whoever knows both can find the receipt. */
  hashes: jsonb().$type<{ kid: string; hash: string }[]>().notNull(),
  counts: jsonb().$type<Record<string, number>>().notNull(),
  /** The exports that contained some of it. */
  exports: jsonb().$type<string[]>().notNull(),
})
