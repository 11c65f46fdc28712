/** The identifier by which a repeated delivery is recognised. */
import type { Delivery } from '../../src/contract/index.ts'
import { isRecord } from './payload.ts'

/**
 * Unique in a site, and the same in each retry; Data Center and Automation do not send it. A body with its time is one
 * event already, under whatever identifier it comes.
 */
export function identify({ headers }: Delivery, body: unknown, digest: string): string | null {
  const identifier = headers['x-atlassian-webhook-identifier']
  if (!identifier || (isRecord(body) && typeof body.timestamp === 'number')) return null
  return `${identifier}:${digest}`
}
