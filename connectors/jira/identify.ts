/** The identifier by which a repeated delivery is recognised. */
import type { Delivery } from '../../src/contract/index.ts'

/** Unique in a site, and the same in each retry. Data Center and Automation do not send it. */
export function identify({ headers }: Delivery): string | null {
  return headers['x-atlassian-webhook-identifier'] || null
}
