import {
  type Connection,
  type Connectors,
  connectorOf,
  type MappingFault,
  type Metadata,
  type Taxonomy,
} from '../contract/index.ts'

/**
 * Checks a connection against the helpdesk itself: credentials, permissions, and the mapping against its metadata.
 * Throws HelpdeskError when it cannot be reached.
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
