/**
 * Calls to the helpdesks, each through the lane of its connection: within the limits of the account, not while the
 * helpdesk asked for a pause, and with a valid access token.
 */
import { type Connection, type Connector, type Connectors, connectorOf, oauthOf } from '../contract/index.ts'
import { HelpdeskError } from '../errors.ts'
import { deskMask, maskForExport } from '../text/index.ts'
import type { Needs as Stored } from './find.ts'
import { mustWait, openLanes } from './lanes.ts'
import { findUnpaused, pauseAccount } from './pauses.ts'
import { needsToken, renewed } from './renew.ts'

type Work<T> = (connector: Connector, connection: Connection) => Promise<T>

export type Helpdesks = {
  /**
   * Runs `work` with the adapter and the decrypted connection. A higher `priority` goes first. Throws what the adapter
   * throws, and HelpdeskError `busy` while the account is paused.
   */
  call<T>(connectionId: string, work: Work<T>, priority?: number): Promise<T>
}

type Needs = Stored & { connectors: Connectors }

/** Opens the lanes to the helpdesks, one for each connection. */
export function openHelpdesks(needs: Needs): Helpdesks {
  const laneOf = openLanes()
  return {
    async call(connectionId, work, priority = 0) {
      const found = await findUnpaused(needs, connectionId)
      const lane = laneOf(found)
      const waits = mustWait(lane)
      const inLane = async () => {
        try {
          // While the call waited, the account may have been paused or the token renewed.
          return await attempt(needs, waits ? await findUnpaused(needs, connectionId) : found, work)
        } catch (error) {
          if (!(error instanceof HelpdeskError)) throw error
          if (error.fault === 'busy' && error.pause === 'account') await pauseAccount(needs, connectionId, error)
          throw maskedError(error, found)
        }
      }
      return lane.add(inLane, { priority })
    },
  }
}

/** Once; and once more with a new token when the helpdesk refuses an OAuth token. */
async function attempt<T>(needs: Needs, found: Connection, work: Work<T>): Promise<T> {
  const connection = needsToken(found) ? await renewed(needs, found) : found
  const connector = connectorOf(needs.connectors, connection.kind)
  try {
    return await work(connector, connection)
  } catch (error) {
    const mayRenew = error instanceof HelpdeskError && error.fault === 'auth' && oauthOf(connection.credentials)
    if (!mayRenew) throw error
    return work(connector, await renewed(needs, connection))
  }
}

/** Helpdesks quote what they refuse, and errors are logged and stored: what they quote is masked here. */
export function maskedError(error: HelpdeskError, { settings }: Connection): HelpdeskError {
  const hide = (text: string) => maskForExport(text, deskMask(settings))
  const fields = Object.fromEntries(Object.entries(error.fields).map(([field, text]) => [field, hide(text)]))
  const { fault, next, status, retryAfterMs, pause, cause } = error
  return new HelpdeskError(fault, hide(error.message), { next: hide(next), status, retryAfterMs, fields, pause, cause })
}
