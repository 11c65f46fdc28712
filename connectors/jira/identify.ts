/** By what do we know a delivery again? */
import type { Delivery } from '../../src/contract/index.ts'

/** Unique for a site and the same across retries; Data Center and Automation send none. */
export function identify({ headers }: Delivery): string | null {
  return headers['x-atlassian-webhook-identifier'] || null
}
