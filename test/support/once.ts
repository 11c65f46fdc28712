import { sql } from 'drizzle-orm'
import { expect } from 'vitest'
import { rows } from '../../src/db/index.ts'
import { readLedger } from '../../src/decisions/ledger.ts'
import type { Fleet } from './fleet.ts'

/** Every delivery that was acknowledged is one decision; the ledger balances; no ticket was written to twice. */
export async function expectAllDecidedOnce({ jira, zendesk, withDeps }: Fleet, acknowledged: string[], sent: number) {
  expect(new Set(acknowledged).size).toBe(sent)
  await withDeps(async ({ database }) => {
    const ledger = await readLedger(database.db)
    expect(ledger).toMatchObject({ events: sent, waiting: 0, failed: 0, lost: 0, balanced: true })
    const decided = await rows<{ cause: string }>(database.db, sql`select cause from decisions`)
    expect(decided.map((d) => d.cause).sort()).toEqual(acknowledged.map((id) => `delivery:${id}`).sort())
  })
  for (const { id, history, comments } of [...jira.tickets(), ...zendesk.tickets()]) {
    const self = [jira.self.id, zendesk.self.id]
    const changes = new Set(history.filter((h) => self.includes(h.by)).map((h) => h.changeId))
    expect(changes.size, `writes to ticket ${id}`).toBeLessThanOrEqual(1)
    expect(comments.filter((c) => self.includes(c.author)).length, `notes on ticket ${id}`).toBeLessThanOrEqual(1)
  }
}
