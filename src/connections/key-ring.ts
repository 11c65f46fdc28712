/**
 * Which encryption keys the running processes have. Each process keeps a row that says it, and none starts whose first key
 * another one lacks, or that lacks another one's: so whatever one process encrypts, every process can read.
 */
import { hostname } from 'node:os'
import { eq, gt, sql } from 'drizzle-orm'
import { connections, processes, rows, type Tx, uuidv7 } from '../db/index.ts'
import { ConfigError } from '../errors.ts'
import type { Needs } from './find.ts'
import { reseal } from './store.ts'
import type { Vault } from './vault.ts'

const TEND_MS = 15_000
/** A process that has said nothing for this long has ended. */
const SILENT_S = 60

type Process = typeof processes.$inferSelect
export type KeyRing = {
  /** Says that this process runs. When no other one encrypts with another key, what an old key protects is encrypted again. */
  tend(): Promise<void>
  leave(): Promise<void>
}
type Report = { resealed(connections: number): void; failed(error: unknown): void }

/** Enters this process. Throws ConfigError when its keys and those of the other processes, or of the rows, do not fit. */
export async function joinKeyRing(needs: Needs, report: Report): Promise<KeyRing> {
  const { db, vault } = needs
  const { seals, opens } = vault.keys
  const row = { id: uuidv7(), name: `${hostname()}:${process.pid}`, seals, opens }
  await db.transaction(async (tx) => {
    // Two that start at once must see each other.
    await tx.execute(sql`lock table ${processes} in share row exclusive mode`)
    await tx.delete(processes).where(sql`${processes.seenAt} <= now() - make_interval(secs => ${SILENT_S})`)
    for (const other of await tx.select().from(processes)) mustFit(vault, other)
    await tx.insert(processes).values(row)
  })
  const ring: KeyRing = {
    async tend() {
      await db
        .insert(processes)
        .values(row)
        .onConflictDoUpdate({ target: processes.id, set: { seenAt: sql`now()` } })
      const others = (await running(db)).filter((other) => other.id !== row.id)
      for (const other of others) mustFit(vault, other)
      if (others.some((other) => other.seals !== seals) || !(await hasOld(db, seals))) return
      const resealed = await reseal(needs)
      if (resealed > 0) report.resealed(resealed)
    },
    async leave() {
      clearInterval(timer)
      await db
        .delete(processes)
        .where(eq(processes.id, row.id))
        .catch(() => {}) // it ends by its silence
    },
  }
  const timer = setInterval(() => ring.tend().catch(report.failed), TEND_MS).unref()
  await ring.tend().catch(async (error) => {
    await ring.leave()
    throw error
  })
  return ring
}

const IN_STEPS =
  'Replace a key in three restarts of all processes: ENCRYPTION_KEY=old,new, then new,old, then new. docs/operate.md has the details, and pointsman keys shows where you are.'

function mustFit({ keys }: Vault, { name, seals, opens }: Process): void {
  if (!opens.includes(keys.seals))
    throw new ConfigError(
      `The process ${name} runs without the first key of ENCRYPTION_KEY (${keys.seals}): it could not read what this one encrypts`,
      { next: IN_STEPS },
    )
  if (!keys.opens.includes(seals))
    throw new ConfigError(
      `The process ${name} encrypts with a key (${seals}) that is not in ENCRYPTION_KEY: this one could not read it`,
      { next: IN_STEPS },
    )
}

const running = (db: Tx): Promise<Process[]> =>
  db
    .select()
    .from(processes)
    .where(gt(processes.seenAt, sql`now() - make_interval(secs => ${SILENT_S})`))
    .orderBy(processes.id)

async function hasOld(db: Tx, seals: string): Promise<boolean> {
  const [old] = await db
    .select({ id: connections.id })
    .from(connections)
    .where(sql`${connections.credentials}->>'kid' <> ${seals} or ${connections.secrets}->>'kid' <> ${seals}`)
    .limit(1)
  return old !== undefined
}

export type KeyUse = {
  /** Key id -> how many stored secrets it protects. */
  secrets: Record<string, number>
  /** Secrets of earlier releases, whose ciphertext is not bound to its row and column. */
  unbound: number
  processes: { name: string; seals: string; opens: string[]; since: Date }[]
}

/** What the keys protect, and which processes have them. */
export async function readKeyUse(db: Tx): Promise<KeyUse> {
  const found = await rows<{ kid: string; n: number; unbound: number }>(
    db,
    sql`select sealed->>'kid' as kid, count(*)::int as n, count(*) filter (where sealed->>'bound' is null)::int as unbound
        from (select credentials as sealed from connections union all select secrets from connections) as s
        group by 1 order by 1`,
  )
  return {
    secrets: Object.fromEntries(found.map(({ kid, n }) => [kid, n])),
    unbound: found.reduce((sum, { unbound }) => sum + unbound, 0),
    processes: (await running(db)).map(({ name, seals, opens, startedAt }) => ({
      name,
      seals,
      opens,
      since: startedAt,
    })),
  }
}
