/** Checks that a delivery is from the Zendesk account. */

import type { Connection, Delivery } from '../../src/contract/index.ts'
import { Rejected } from '../../src/errors.ts'
import { carriesToken, signedBy } from '../verify.ts'

const HOUR = 3_600_000

/** Signs what the "Test webhook" button sends before a webhook exists. It is public, so it proves nothing. */
const TEST_BUTTON_SECRET = 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=='

export async function verify(
  delivery: Delivery,
  connection: Pick<Connection, 'secrets' | 'settings'>,
  now: Date,
): Promise<void> {
  const secrets = connection.secrets.filter(({ secret }) => secret !== TEST_BUTTON_SECRET)
  if (secrets.length === 0)
    throw new Rejected(401, 'This connection has no webhook secret, so every delivery is refused.', {
      next: "Copy the webhook's signing secret from Zendesk's Admin Center into the connection.",
      reason: 'no-secret',
    })
  if (await carriesToken(secrets, delivery.headers)) return
  const signature = decodeSignature(delivery.headers['x-zendesk-webhook-signature'])
  const timestamp = signedHead(delivery.headers)
  const signed = delivery.whole ?? signedBytes(timestamp, delivery.body)
  if (!signature || !(await signedBy(secrets, signed, signature)))
    throw new Rejected(401, 'The delivery has neither a valid signature nor a valid token of this connection.', {
      next: "Compare the connection's secret with the signing secret of the webhook in Zendesk's Admin Center.",
      reason: signature ? 'wrong-signature' : 'no-signature',
    })
  refuseStale(timestamp, connection.settings.replayHours, now)
}

/** The vendor signs the time in this header, followed by the raw body, with nothing in between. */
export const signedHead = (headers: Delivery['headers']): string =>
  headers['x-zendesk-webhook-signature-timestamp'] ?? ''

function signedBytes(timestamp: string, body: Uint8Array): Uint8Array {
  const head = new TextEncoder().encode(timestamp)
  const bytes = new Uint8Array(head.length + body.length)
  bytes.set(head)
  bytes.set(body, head.length)
  return bytes
}

function decodeSignature(header: string | undefined): Uint8Array | null {
  if (!header) return null
  try {
    return Uint8Array.from(atob(header.trim()), (character) => character.charCodeAt(0))
  } catch {
    return null
  }
}

// Zendesk does not document whether it signs a retry again, so the window must cover its retries. Duplicates are found
// by their identifier, not by their age.
function refuseStale(timestamp: string, replayHours: number, now: Date): void {
  const age = now.getTime() - Date.parse(timestamp)
  if (age <= replayHours * HOUR && age >= -HOUR) return
  throw new Rejected(401, 'The signed timestamp is outside the replay window.', {
    reason: age < 0 ? 'future' : 'too-old',
    next: `Check the clock of this server. Deliveries up to ${replayHours} h old are accepted (replayHours).`,
  })
}
