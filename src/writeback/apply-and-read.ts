import type { Connection, Connector, FreshTicket, Write, Written } from '../contract/index.ts'
import { HelpdeskError } from '../errors.ts'

/**
 * Writes. A write with an answer that cannot be read, such as a proxy's page, may have landed. So the ticket is read back:
 * a write that is there is completed, and only one that is not has failed.
 */
export async function applyAndRead(
  connector: Connector,
  connection: Connection,
  base: FreshTicket,
  write: Write,
): Promise<Written> {
  try {
    return await connector.apply(connection, base, write)
  } catch (error) {
    if (!isUnreadable(error)) throw error
    const now = await connector.fetch(connection, base.id).catch((cause: unknown) => {
      throw isUnreadable(cause) ? inDoubt(error) : cause
    })
    // A note alone leaves no mark that reading the ticket shows; the adapter adds it only once.
    if (!now.marks.includes(write.decisionId) && Object.keys(write.set).length > 0) throw error
    return connector.apply(connection, now, write)
  }
}

function isUnreadable(error: unknown): error is HelpdeskError {
  return error instanceof HelpdeskError && error.fault === 'broken'
}

function inDoubt(error: HelpdeskError): HelpdeskError {
  return new HelpdeskError('unreachable', `It is unknown whether the write landed. ${error.message}`, {
    next: `Nothing is written before the ticket can be read. ${error.next}`,
    cause: error,
  })
}
