/**
 * Checks that a delivery is from Jira: by the admin webhook's signature, or by the header that an Automation rule sends.
 * https://developer.atlassian.com/cloud/jira/platform/webhooks/ (secure admin webhooks)
 */

import type { Connection, Delivery } from '../../src/contract/index.ts'
import { Rejected } from '../../src/errors.ts'
import { carriesToken, signedBy } from '../verify.ts'
import { isRecord } from './payload.ts'

const HOUR_MS = 3_600_000
// Jira names the method in the header and warns that it may change: a method that is not listed is refused.
const METHODS = ['sha256']

type Trusted = Pick<Connection, 'secrets' | 'settings'>

export async function verify(delivery: Delivery, { secrets, settings }: Trusted, now: Date): Promise<void> {
  if (secrets.length === 0) {
    throw refused(
      'no-secret',
      'This connection has no webhook secret, so every delivery is refused.',
      'Set a secret here and in the Jira webhook, or a token header in the Automation rule.',
    )
  }
  const header = delivery.headers['x-hub-signature']
  if (header === undefined) {
    if (await carriesToken(secrets, delivery.headers)) return
    throw refused(
      'no-signature',
      'The delivery carries neither a signature nor the right token.',
      'Set the same secret in the Jira webhook as here, or the token header in the Automation rule.',
    )
  }
  const signature = parseSignature(header)
  if (!signature || !(await signedBy(secrets, delivery.whole ?? delivery.body, signature))) {
    throw refused(
      'wrong-signature',
      'The signature does not match.',
      'Set the same secret in the Jira webhook as here.',
    )
  }
  withinWindow(delivery.body, settings.replayHours, now)
}

function parseSignature(header: string): Uint8Array | null {
  const [method, hex, ...rest] = header.trim().split('=')
  if (rest.length > 0 || !method || !METHODS.includes(method.toLowerCase())) return null
  if (!hex || !/^[0-9a-f]{64}$/i.test(hex)) return null
  return Uint8Array.from({ length: 32 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16))
}

/** Only the timestamp in the body limits the age of a signature; a body without one is accepted. */
function withinWindow(body: Uint8Array, replayHours: number, now: Date): void {
  const sent = timestampOf(body)
  if (sent === null) return
  const age = now.getTime() - sent
  if (age > replayHours * HOUR_MS) {
    throw refused(
      'too-old',
      `The delivery was signed ${Math.round(age / HOUR_MS)} hours ago, longer than the replay window of ${replayHours} hours.`,
      'If Jira was delayed for that long, raise replayHours of this connection. Refused deliveries are not fetched later.',
    )
  }
  if (age < -HOUR_MS) {
    throw refused('future', 'The delivery was signed in the future.', 'Correct the clock of this server, or of Jira.')
  }
}

function timestampOf(body: Uint8Array): number | null {
  let parsed: unknown
  try {
    parsed = JSON.parse(new TextDecoder().decode(body))
  } catch {
    return null // not JSON: refused in the next step, with a better reason
  }
  const timestamp = isRecord(parsed) ? parsed.timestamp : null
  const ms = typeof timestamp === 'string' && /^\d{13}$/.test(timestamp) ? Number(timestamp) : timestamp
  return typeof ms === 'number' && Number.isFinite(ms) ? ms : null
}

function refused(reason: string, message: string, next: string): Rejected {
  return new Rejected(401, message, { next, reason })
}
