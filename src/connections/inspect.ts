import {
  type Connection,
  type Connectors,
  connectorOf,
  type MappingFault,
  type Metadata,
  type Taxonomy,
} from '../contract/index.ts'
import type { Helpdesks } from './helpdesks.ts'

/**
 * Checks a connection against the helpdesk: credentials, permissions, and the mapping. Throws HelpdeskError when the
 * helpdesk cannot be reached.
 */
export async function inspectConnection(
  connectors: Connectors,
  connection: Connection,
  taxonomy: Taxonomy,
): Promise<{ metadata: Metadata; faults: MappingFault[] }> {
  const connector = connectorOf(connectors, connection.kind)
  const metadata = await connector.inspect(connection)
  return { metadata, faults: connector.checkMapping(connection.mapping, metadata, taxonomy) }
}

/** Reads what a helpdesk offers, or remembers it. */
export type MetadataOf = (connection: Connection, fresh?: boolean) => Promise<Metadata>

/** What was read stays good for people for this long. */
const KEPT_FOR_MS = 5 * 60_000

/**
 * Metadata of stored connections, read at most every five minutes: a large account takes hundreds of calls. `fresh` reads
 * it again.
 */
export function openMetadataCache(helpdesks: Helpdesks): MetadataOf {
  const known = new Map<string, { at: number; metadata: Promise<Metadata> }>()
  return (connection, fresh = false) => {
    const { id, baseUrl, mode, filters, mapping } = connection
    const key = `${id} ${JSON.stringify([baseUrl, mode, filters, mapping])}`
    const hit = known.get(key)
    if (hit && !fresh && Date.now() - hit.at < KEPT_FOR_MS) return hit.metadata
    const metadata = helpdesks.call(id, (connector, current) => connector.inspect(current))
    if (known.size >= 100) known.clear()
    known.set(key, { at: Date.now(), metadata })
    metadata.catch(() => known.delete(key))
    return metadata
  }
}
