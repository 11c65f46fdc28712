/** The database: opening it, the tables, and what every module does with its rows. */
export {
  type AuditFilter,
  type AuditRow,
  auditFacets,
  eraseAudit,
  listAudit,
  purgeAudit,
  recordAudit,
} from './audit.ts'
export { type ChainReport, type Place, verifyAudit } from './audit-chain.ts'
export { connectionIdOf } from './connection-id.ts'
export { isUnavailable } from './faults.ts'
export { firstIdOf, uuidv7 } from './id.ts'
export { inTurn } from './in-turn.ts'
export { migrationsFolder } from './migrations-folder.ts'
export { openDatabase } from './open.ts'
export { forgetRecalled, recall } from './recall.ts'
export { connectionRoom } from './room.ts'
export { rows } from './rows.ts'
export * from './schema.ts'
export type { Database, Run, Tx } from './types.ts'
