import { uuidv7 } from './id.ts'
import type { Tx } from './db/index.ts'
import { audit } from './db/schema.ts'

/** Writes who changed what, in the transaction of the change itself. Never give it a secret or a ticket's text. */
export async function recordAudit(
  tx: Tx,
  entry: { actor: string; action: string; subject: string; before?: unknown; after?: unknown },
): Promise<void> {
  await tx.insert(audit).values({ id: uuidv7(), ...entry })
}
