import { sql } from 'drizzle-orm'
import { rows } from './rows.ts'
import type { Tx } from './types.ts'

const LOOK_AGAIN_MS = 200

/**
 * Runs `work` while no other process runs the work of this name. The lock belongs to a transaction: a lock of a session
 * would stay behind on a connection of a pooler. Who finds it taken looks again later, and holds no connection meanwhile:
 * waiting ones could hold all that the pooler gives, and the owner needs a second one.
 */
export async function inTurn(db: Tx, name: string, work: () => Promise<void>): Promise<void> {
  for (;;) {
    const done = await db.transaction(async (tx) => {
      const [row] = await rows<{ mine: boolean }>(
        tx,
        sql`select pg_try_advisory_xact_lock(hashtext(${name}::text)) as mine`,
      )
      if (row?.mine) await work()
      return row?.mine
    })
    if (done) return
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
  }
}
