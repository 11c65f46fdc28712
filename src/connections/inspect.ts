import {
  type Connection,
  type Connectors,
  connectorOf,
  type MappingFault,
  type Metadata,
  type Taxonomy,
} from '../contract/index.ts'

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
