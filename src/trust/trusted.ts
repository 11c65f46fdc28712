/** Which values may be automated now, as far as people and the evidence say. */
import { eq } from 'drizzle-orm'
import type { Connection } from '../contract/index.ts'
import { autonomy, type Tx } from '../db/index.ts'

/** Why a value may not be automated, in words; null: it may. */
export type Distrust = (field: string, value: string) => string | null

/** Reads the state of every value of a connection. A decision that is being made keeps the state it began with. */
export async function distrustOf(db: Tx, { id, settings }: Pick<Connection, 'id' | 'settings'>): Promise<Distrust> {
  const rows = await db.select().from(autonomy).where(eq(autonomy.connectionId, id))
  const states = new Map(rows.map((row) => [`${row.field}/${row.value}`, row]))
  return (field, value) => {
    const row = states.get(`${field}/${value}`)
    if (row?.state === 'demoted')
      return `it was taken out of automation on ${row.since.toISOString().slice(0, 10)}: ${row.because}`
    if (settings.promotion === 'none' || row?.state === 'promoted') return null
    return row?.state === 'asked' ? 'a second person has to agree to automate it' : 'nobody has promoted it yet'
  }
}
