import type { Db as BossDb } from 'pg-boss'
import type postgres from 'postgres'

/** pg-boss on postgres.js, so that one driver serves the whole process. */
export function bossOn(client: postgres.Sql): BossDb {
  return {
    async executeSql(text, values = []) {
      // Set-up scripts are several statements in one transaction: they need one connection and the simple protocol.
      if (values.length === 0) {
        const connection = await client.reserve()
        try {
          const result = (await connection.unsafe(text)) as unknown as unknown[]
          return { rows: result.some(Array.isArray) ? result.flat() : [...result] }
        } catch (error) {
          await connection.unsafe('rollback').catch(() => {}) // it may have failed after its own begin
          throw error
        } finally {
          connection.release()
        }
      }
      return { rows: [...(await client.unsafe(text, values as never[], { prepare: true }))] }
    },
  }
}
