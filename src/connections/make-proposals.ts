/** Asks the helpdesk what it offers and how it is used, and proposes a mapping. Nothing is saved. */
import { z } from 'zod'
import {
  type Connection,
  type Connector,
  connectorOf,
  Mapping,
  type Metadata,
  oauthOf,
  type SolvedTicket,
} from '../contract/index.ts'
import { uuidv7 } from '../db/index.ts'
import { HelpdeskError, Rejected } from '../errors.ts'
import { currentTaxonomy } from '../taxonomy/index.ts'
import { findConnection } from './find.ts'
import { placeFilter } from './form.ts'
import { ConnectionInput } from './input.ts'
import { type ProposedMapping, proposeMapping, withNamesThere } from './propose/index.ts'
import { asInput, type SaveNeeds, signedIn } from './save.ts'
import { checkParts } from './vendor-parts.ts'

/** Solved tickets of each project or form, and of all together: each is a call, and no more than a minute of calls. */
const PER_PLACE = 300
const TOGETHER = 600
/** From fewer than this nothing can be told. */
const FEWEST = 15

const { name, kind, baseUrl, credentials, filters, settings } = ConnectionInput.shape

/** A connection without its mapping, or the name of a stored one. */
export const ProposeInput = z
  .strictObject({
    name: name.optional(),
    kind: kind.optional(),
    baseUrl: baseUrl.optional(),
    credentials: credentials.optional(),
    filters,
    settings,
  })
  .superRefine((input, context) => {
    const parts = ['kind', 'baseUrl', 'credentials'] as const
    const given = parts.filter((part) => input[part] !== undefined)
    if (input.name !== undefined && given.length === 0) return
    for (const part of parts)
      if (input[part] === undefined)
        context.addIssue({ code: 'custom', path: [part], message: 'is required, unless "name" is a stored connection' })
  })
export type ProposeInput = z.infer<typeof ProposeInput>

/** A connection for one project or form; credentials and secrets are to be added. */
type PartInput = Pick<Connection, 'name' | 'kind' | 'baseUrl' | 'mode' | 'filters'> & ProposedMapping

export type Proposals = ProposedMapping & {
  self: Metadata['self']
  /** The number of solved tickets that were read; 0: nothing is known about how fields are used. */
  samples: number
  /** One for each project or form, where they differ; empty: one connection serves all. */
  connections: PartInput[]
  unread: string[]
  missing: Metadata['missing']
}

type Names = { groups: string[]; people: string[] }
/** `step`: what is being read. */
type Progress = (step: 'helpdesk' | 'solved tickets', done: number, all: number) => void

/** `names`: those that are known; where there are none, the helpdesk's own are proposed. */
export async function makeProposals(
  deps: SaveNeeds,
  input: ProposeInput,
  names: Names,
  onProgress?: Progress,
): Promise<Proposals> {
  const { kind: vendor, baseUrl: address, credentials: secret } = input
  if (vendor !== undefined && address !== undefined && secret !== undefined) {
    const connector = connectorOf(deps.connectors, vendor)
    const parts = checkParts(connector, { credentials: secret, filters: input.filters, settings: input.settings })
    refuseOneTimeToken(secret)
    const draft: Connection = {
      id: uuidv7(),
      name: input.name ?? vendor,
      kind: vendor,
      baseUrl: address,
      mode: 'observe',
      secrets: [],
      mapping: Mapping.parse({}),
      selfId: null,
      ...parts,
    }
    const connection = await signedIn(deps, draft)
    return propose(deps, connector, connection, names, onProgress).catch(asInput)
  }
  const stored = await findConnection({ db: deps.database.db, vault: deps.vault }, input.name ?? '')
  return deps.helpdesks.call(stored.id, (connector, current) => {
    const { robots } = current.mapping
    return propose(deps, connector, { ...current, mapping: Mapping.parse({ robots }) }, names, onProgress)
  })
}

/** Nothing is saved here, so the successor of a used refresh token would be lost. */
function refuseOneTimeToken(given: Connection['credentials']) {
  const oauth = oauthOf(given)
  if (!oauth?.refreshToken || oauth.accessToken) return
  throw new Rejected(422, 'A refresh token works only once, and proposing saves nothing', {
    next: 'Create the connection first, in mode observe and without a mapping; then propose with its name.',
    faults: [{ path: 'credentials.accessToken', message: 'is required here' }],
  })
}

async function propose(
  { database }: SaveNeeds,
  connector: Connector,
  draft: Connection,
  names: Names,
  onProgress?: Progress,
): Promise<Proposals> {
  // What is proposed will be written one day: rights that are missing for it are said now.
  const metadata = await connector.inspect({ ...draft, mode: 'automate' }, (done, all) =>
    onProgress?.('helpdesk', done, all),
  )
  const connection = { ...draft, selfId: metadata.self.id }
  const places = metadata.places.map(({ id }) => id)
  const { samples, unread } = await readSolved(connector, connection, places, onProgress)
  const taxonomy = await currentTaxonomy(database.db)
  const { byPlace, ...whole } = proposeMapping({
    metadata,
    taxonomy,
    names: withNamesThere(names, metadata, samples),
    samples,
  })
  const filter = placeFilter(connector)
  const connections = byPlace.flatMap(({ place, ...one }): PartInput[] => {
    if (filter === null) return []
    const { kind: vendor, baseUrl: address } = connection
    const called = `${connection.name}-${place.id}`
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, '-')
      .slice(0, 63)
    return [
      {
        name: called,
        kind: vendor,
        baseUrl: address,
        mode: 'observe',
        filters: { ...connection.filters, [filter]: [place.id] },
        ...one,
      },
    ]
  })
  return {
    ...whole,
    self: metadata.self,
    samples: samples.length,
    connections,
    unread: [...metadata.unread, ...unread],
    missing: metadata.missing,
  }
}

/** Proposals without samples are better than none: a role or a plan without search is no reason to stop. */
export async function readSolved(
  connector: Connector,
  connection: Connection,
  places: string[],
  onProgress?: Progress,
): Promise<{ samples: SolvedTicket[]; unread: string[] }> {
  if (!connector.solved) return { samples: [], unread: [] }
  const together = Math.min(TOGETHER, connection.settings.perMinute)
  const share = Math.floor(together / Math.max(1, places.length))
  const perPlace = Math.min(PER_PLACE, Math.max(FEWEST, share))
  try {
    const { tickets, unread } = await connector.solved(connection, {
      places,
      perPlace,
      onProgress: (done, all) => onProgress?.('solved tickets', done, all),
    })
    return { samples: tickets, unread }
  } catch (error) {
    if (!(error instanceof HelpdeskError) || !['forbidden', 'invalid', 'gone', 'busy'].includes(error.fault))
      throw error
    return { samples: [], unread: [`Solved tickets, which show how fields are used: ${error.message}`] }
  }
}
