/** Saves a connection after a check against the helpdesk: a wrong one is refused with all its faults. */
import {
  type Connection,
  type Connectors,
  type Credentials,
  connectorOf,
  isMore,
  Mapping,
  type Metadata,
  oauthOf,
  type Taxonomy,
} from '../contract/index.ts'
import { type Database, type Tx, uuidv7 } from '../db/index.ts'
import { HelpdeskError, OutboundError, Rejected } from '../errors.ts'
import { checkUrl } from '../outbound/index.ts'
import { currentTaxonomy } from '../taxonomy/index.ts'
import { checkNames } from './check-names.ts'
import { findConnection, findRow } from './find.ts'
import type { Helpdesks } from './helpdesks.ts'
import { applyPatch, type ConnectionChange, type ConnectionInput, type ConnectionPatch } from './input.ts'
import { changeConnection, saveConnection } from './store.ts'
import { refuseChanged } from './tag.ts'
import type { Vault } from './vault.ts'
import { adapterView, checkParts } from './vendor-parts.ts'

export type SaveNeeds = { database: Pick<Database, 'db'>; vault: Vault; connectors: Connectors; helpdesks: Helpdesks }
/** `expected`: the tag that an editor started from. */
type Options = { check: boolean; actor: string; expected?: string | undefined }

/** A connection as it was saved, with what the check found that does not prevent saving. */
export type Saved = { connection: Connection; missing: Metadata['missing']; unread: string[] }

/** A connection that was checked and is not saved yet. */
export type Prepared = {
  /** As it will be. */
  connection: Connection
  /** What the helpdesk offers; null: it was not asked. */
  metadata: Metadata | null
  /** Saves it in this transaction. Call `forgetConnections` after the commit. */
  commit(tx: Tx): Promise<Connection>
}

export async function makeConnection(deps: SaveNeeds, given: ConnectionInput, options: Options): Promise<Saved> {
  return saved(deps, await prepareNew(deps, given, await currentTaxonomy(deps.database.db), options))
}

/** Checks a new connection; with `check` against the helpdesk too. */
export async function prepareNew(
  deps: SaveNeeds,
  given: ConnectionInput,
  taxonomy: Taxonomy,
  { check, actor }: Options,
): Promise<Prepared> {
  const { vault } = deps
  const { db } = deps.database
  const connector = connectorOf(deps.connectors, given.kind)
  const input = checkParts(connector, given)
  await refuseInternal(input)
  checkNames(input, taxonomy)
  const id = (await refuseTaken(db, input)) ?? uuidv7()
  if (!check)
    return {
      connection: { ...input, id, selfId: null },
      metadata: null,
      commit: (tx) => saveConnection({ db: tx, vault }, input, null, actor, id),
    }
  const draft = await signedIn(deps, { ...input, id, selfId: null })
  const { credentials } = draft
  // A used refresh token is no longer valid: its successor is stored, even if the connection is refused later.
  if (isRotated(input.credentials, credentials))
    await saveConnection(
      { db, vault },
      { ...input, credentials, mode: 'observe', mapping: Mapping.parse({}) },
      null,
      actor,
    )
  const metadata = await checked(deps, draft, taxonomy, () => connector.inspect(draft))
  return {
    connection: draft,
    metadata,
    commit: (tx) => saveConnection({ db: tx, vault }, { ...input, credentials }, metadata.self.id, actor, id),
  }
}

async function saved({ database }: SaveNeeds, { commit, metadata }: Prepared): Promise<Saved> {
  const { missing, unread } = metadata ?? { missing: [], unread: [] }
  return { connection: await commit(database.db), missing, unread }
}

/** The name is free, or belonged to a deleted connection to the same helpdesk, whose history then goes on: its id. */
async function refuseTaken(db: Tx, { name, kind, baseUrl }: ConnectionInput): Promise<string | null> {
  const row = await findRow(db, name)
  if (!row) return null
  if (!row.deletedAt)
    throw new Rejected(409, `A connection ${name} already exists`, {
      next: `To change it, use PUT or PATCH /api/v1/connections/${name}.`,
    })
  if (row.kind !== kind || new URL(row.baseUrl).origin !== new URL(baseUrl).origin)
    throw new Rejected(
      409,
      `The name ${name} belonged to a deleted connection to ${row.baseUrl}, and its history keeps it`,
      {
        next: 'Choose another name for another helpdesk.',
      },
    )
  return row.id
}

/** Replaces the given parts of a connection. */
export function alterConnection(
  deps: SaveNeeds,
  name: string,
  change: ConnectionChange,
  options: Options,
): Promise<Saved> {
  return alter(deps, name, () => change, options)
}

/** Changes single settings of a connection by a JSON merge patch; two that change different ones do not undo each other. */
export function patchConnection(
  deps: SaveNeeds,
  name: string,
  patch: ConnectionPatch,
  options: Options,
): Promise<Saved> {
  return alter(deps, name, (current) => applyPatch(adapterView(deps.connectors, current), patch), options)
}

async function alter(
  deps: SaveNeeds,
  name: string,
  changeOf: (current: Connection) => ConnectionChange,
  options: Options,
): Promise<Saved> {
  const taxonomy = await currentTaxonomy(deps.database.db)
  return saved(deps, await prepareChange(deps, name, changeOf, taxonomy, options))
}

/** Checks a change of a connection; with `check` against the helpdesk too, where that matters. */
export async function prepareChange(
  deps: SaveNeeds,
  name: string,
  changeOf: (current: Connection) => ConnectionChange,
  taxonomy: Taxonomy,
  { check, actor, expected }: Options,
): Promise<Prepared> {
  const { vault } = deps
  const needs = { db: deps.database.db, vault }
  const current = await findConnection(needs, name)
  await refuseChanged(current, expected)
  const connector = connectorOf(deps.connectors, current.kind)
  const partsOf = (now: Connection) => checkParts(connector, changeOf(now))
  const given = partsOf(current)
  checkNames(given, taxonomy, current)
  refuseOtherHost(current, given)
  await refuseInternal(given)
  const own = Object.keys(connector.settings.shape)
  if (!check || !needsCheck(adapterView(deps.connectors, current), given, own))
    return {
      connection: { ...current, ...given },
      metadata: null,
      commit: (tx) => changeConnection({ db: tx, vault }, current.name, partsOf, current.selfId, actor, expected),
    }
  const draft = given.credentials ? await signedIn(deps, { ...current, ...given }) : { ...current, ...given }
  const { credentials } = draft
  const rotated = given.credentials !== undefined && isRotated(given.credentials, credentials)
  if (rotated) await changeConnection(needs, current.name, { credentials }, current.selfId, actor, expected)
  const metadata = await checked(deps, draft, taxonomy, () => ask(deps, draft, given))
  const parts = (now: Connection) => (given.credentials ? { ...partsOf(now), credentials } : partsOf(now))
  const still = rotated ? undefined : expected // that change was ours
  return {
    connection: draft,
    metadata,
    commit: (tx) => changeConnection({ db: tx, vault }, current.name, parts, metadata.self.id, actor, still),
  }
}

/**
 * A step back is never refused: less trust, new webhook secrets and settings that are no matter of the helpdesk need no
 * answer from it. `own`: the settings that are.
 */
function needsCheck(current: Connection, change: ConnectionChange, own: string[]): boolean {
  const { mode, secrets: _secrets, settings, ...parts } = change
  if (mode !== undefined && isMore(mode, current.mode)) return true
  const differs = (name: string) => JSON.stringify(settings?.[name]) !== JSON.stringify(current.settings[name])
  return (settings !== undefined && own.some(differs)) || Object.values(parts).some((part) => part !== undefined)
}

/** Also with ?check=skip: a later call would be refused in any case, when nobody is looking. */
async function refuseInternal({ baseUrl, credentials }: Pick<ConnectionChange, 'baseUrl' | 'credentials'>) {
  const tokenUrl = credentials && oauthOf(credentials)?.tokenUrl
  for (const [path, url] of Object.entries({ baseUrl, 'credentials.tokenUrl': tokenUrl })) {
    const refused = url === undefined ? null : await checkUrl(url)
    if (refused)
      throw new Rejected(422, refused.message, {
        next: refused.next,
        faults: [{ path, message: refused.message, next: refused.next }],
      })
  }
}

// Stored credentials are sent only to the host they were given for: otherwise an editor could point them at their own.
function refuseOtherHost(current: Connection, { baseUrl, credentials }: ConnectionChange) {
  if (baseUrl === undefined || credentials || new URL(baseUrl).origin === new URL(current.baseUrl).origin) return
  throw new Rejected(422, `The stored credentials of ${current.name} are for ${current.baseUrl} only`, {
    next: 'Send the credentials for the new address as well.',
    faults: [{ path: 'credentials', message: 'are required when the address changes' }],
  })
}

/** New OAuth credentials may come without an access token. */
export async function signedIn({ connectors }: SaveNeeds, draft: Connection): Promise<Connection> {
  const oauth = oauthOf(draft.credentials)
  if (!oauth || oauth.accessToken) return draft
  const tokens = await connectorOf(connectors, draft.kind).refresh(draft).catch(asInput)
  return { ...draft, credentials: { ...oauth, ...tokens } }
}

function isRotated(given: Credentials, now: Credentials) {
  return oauthOf(given)?.refreshToken !== oauthOf(now)?.refreshToken
}

// Stored credentials are read at the moment of the call: the token may just have been renewed.
function ask({ connectors, helpdesks }: SaveNeeds, draft: Connection, given: ConnectionChange): Promise<Metadata> {
  if (given.credentials) return connectorOf(connectors, draft.kind).inspect(draft)
  return helpdesks.call(draft.id, (connector, { credentials }) => connector.inspect({ ...draft, credentials }))
}

/** Checks a connection before it is saved; returns what the helpdesk offers. */
async function checked(
  { connectors }: SaveNeeds,
  draft: Connection,
  taxonomy: Taxonomy,
  inspect: () => Promise<Metadata>,
): Promise<Metadata> {
  const found = await inspect().catch(asInput)
  const faults = connectorOf(connectors, draft.kind).checkMapping(draft.mapping, found, taxonomy)
  if (faults.length > 0)
    throw new Rejected(
      422,
      `The mapping has ${faults.length} fault(s): ${faults.map((f) => `${f.path}: ${f.message}`).join('; ')}`,
      {
        next: faults[0]!.next,
        faults: faults.map((fault) => ({ ...fault, path: `mapping.${fault.path}` })),
      },
    )
  return found
}

// Refused credentials are a fault of the input, not of the helpdesk.
export function asInput(error: unknown): never {
  if (!(error instanceof HelpdeskError)) throw error
  const { fault, message, next, status, retryAfterMs, cause } = error
  if (cause instanceof OutboundError)
    throw new Rejected(422, message, { next, faults: [{ path: 'baseUrl', message }], cause })
  if (fault === 'auth' || fault === 'forbidden')
    throw new Rejected(422, message, { next, faults: [{ path: 'credentials', message }], cause: error })
  throw new HelpdeskError(fault, message, {
    next: `${next} Or save with ?check=skip and test it later.`,
    status,
    retryAfterMs,
    cause: error,
  })
}
