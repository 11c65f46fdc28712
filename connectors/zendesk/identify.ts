/** By what do we know a delivery again? */
import type { Delivery } from '../../src/contract/index.ts'

export function identify(delivery: Delivery, body: unknown): string | null {
  if (typeof body !== 'object' || body === null) return null
  const { type, id, ticket_id, updated_at } = body as Record<string, unknown>
  if (typeof type === 'string') return typeof id === 'string' && id !== '' ? id : null
  // The invocation id is the same across attempts, but it travels in a header that the signature does not cover.
  // Tied to the signed ticket and time, a copied header cannot make us take another ticket's delivery for a duplicate.
  const invocation = delivery.headers['x-zendesk-webhook-invocation-id']
  if (!invocation || (typeof ticket_id !== 'string' && typeof ticket_id !== 'number')) return null
  return `${invocation}:${ticket_id}:${typeof updated_at === 'string' ? updated_at : ''}`
}
