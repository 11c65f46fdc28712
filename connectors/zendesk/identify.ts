/** The identifier by which a repeated delivery is recognised. */
import type { Delivery } from '../../src/contract/index.ts'

export function identify(delivery: Delivery, body: unknown): string | null {
  if (typeof body !== 'object' || body === null) return null
  const { type, id, ticket_id, updated_at } = body as Record<string, unknown>
  if (typeof type === 'string') return typeof id === 'string' && id !== '' ? id : null
  // The invocation id is the same in each attempt, but the signature does not cover its header. Together with the signed
  // ticket and time, a copied header cannot make the delivery of another ticket look like a duplicate.
  const invocation = delivery.headers['x-zendesk-webhook-invocation-id']
  if (!invocation || (typeof ticket_id !== 'string' && typeof ticket_id !== 'number')) return null
  return `${invocation}:${ticket_id}:${typeof updated_at === 'string' ? updated_at : ''}`
}
