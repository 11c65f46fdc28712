/** The identifier by which a repeated delivery is recognised. */
import type { Delivery } from '../../src/contract/index.ts'

/** An event has its id in the body. The body of a trigger may be the same each time: only the header tells them apart. */
export function identify({ headers }: Delivery, body: unknown, digest: string): string | null {
  if (typeof body !== 'object' || body === null) return null
  const { type, id } = body as Record<string, unknown>
  if (typeof type === 'string') return typeof id === 'string' && id !== '' ? id : null
  const invocation = headers['x-zendesk-webhook-invocation-id']
  return invocation ? `${invocation}:${digest}` : null
}
