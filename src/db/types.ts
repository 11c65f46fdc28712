import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import type { Db as BossDb } from 'pg-boss'

/** A connection or a transaction: what every query takes. `db.transaction(async (tx) => ...)` hands on another one. */
export type Tx = PgDatabase<PgQueryResultHKT, Record<string, never>>

/** Runs one statement and gives its rows; named by its text, so that the server plans it once. */
export type Run = <Row = Record<string, unknown>>(text: string, values: unknown[]) => Promise<Row[]>

/** What answers at DATABASE_URL. */
export type Server = {
  version: number
  /** A pooler, such as PgBouncer: consecutive transactions may run on different connections of the server. */
  pooled: boolean
  /** Statements are planned once and kept on the server. */
  prepares: boolean
}

export type Database = {
  kind: 'postgres' | 'embedded'
  /** Null: the embedded one. */
  server: Server | null
  db: Tx
  /** One statement, planned once and kept: for the intake, where planning is most of the cost. */
  prepared: Run
  /** What pg-boss runs its own statements on. */
  boss: BossDb
  /**
   * Calls `hear` for each notification of the channel, on a connection of its own; returns the way to stop it. Null: the
   * pooler in between does not pass them on. */
  listen: ((channel: string, hear: (text: string) => void) => Promise<() => Promise<void>>) | null
  /** Null: there is one process only. */
  notify: ((channel: string, text: string) => Promise<void>) | null
  migrate(): Promise<void>
  close(): Promise<void>
}
