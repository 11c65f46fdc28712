import { eq } from 'drizzle-orm'
import type { Tx } from '../db/index.ts'
import { deliveries } from '../db/schema.ts'
import { settleDelivery } from '../decisions/record.ts'
import type { TriageError } from '../errors.ts'
import type { TriageData, TriageNeeds } from './index.ts'

/** Notes that an event could not be decided, beside the dead letter that keeps its job. */
export async function failedDecision(needs: TriageNeeds, tx: Tx, data: TriageData, error: TriageError): Promise<void> {
  if (!('delivery' in data)) return // the person who asked sees the dead letter; the earlier decision stands
  const [delivery] = await tx.select().from(deliveries).where(eq(deliveries.id, data.delivery))
  if (delivery?.state !== 'waiting') return
  await settleDelivery(tx, delivery.id, 'failed', `${error.message}. ${error.next}`)
  needs.log.error({ delivery: delivery.id, ticket: delivery.ticketId, reason: error.message }, 'could not be decided')
}
