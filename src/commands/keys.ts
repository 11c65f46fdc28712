/** `pointsman keys`: which encryption keys are in use, and what to do next to replace one. */
import type { Config } from '../config.ts'
import { type KeyUse, openKeys, openVault, readKeyUse, reseal } from '../connections/index.ts'
import { openDatabase } from '../db/index.ts'

type Report = KeyUse & { seals: string; opens: string[]; next: string }

/** Reads the use of the keys; with `reseal`, encrypts everything with the first key before. Needs no fitting keys. */
export async function readKeys(config: Config, migrations: string, options: { reseal: boolean }): Promise<Report> {
  const database = await openDatabase({
    url: config.databaseUrl,
    dataDir: config.dataDir,
    pool: 2,
    migrations,
    prepare: config.databasePrepare,
  })
  try {
    await database.migrate()
    const { db } = database
    const vault = openVault(openKeys(config))
    if (options.reseal) await reseal({ db, vault }, { unbound: true })
    const use = await readKeyUse(db)
    return { ...vault.keys, ...use, next: nextStep(vault.keys, use) }
  } finally {
    await database.close()
  }
}

/** Pure. `seals` is the first key of the settings, `opens` are all of them. */
export function nextStep({ seals, opens }: { seals: string; opens: string[] }, { secrets, processes }: KeyUse): string {
  const missing = Object.keys(secrets).filter((kid) => !opens.includes(kid))
  if (missing.length > 0)
    return `Add the key ${missing[0]} to ENCRYPTION_KEY, after the first one: ${secrets[missing[0]!]} secret(s) need it.`
  const [second] = opens.slice(1)
  if (second === undefined)
    return 'To replace the key, set ENCRYPTION_KEY=old,new in every process and restart them one by one.'
  const behind = processes.filter((process) => !opens.every((kid) => process.opens.includes(kid)))
  if (behind.length > 0) return `Restart ${behind.map(({ name }) => name).join(', ')} with the same keys as here.`
  const others = processes.filter((process) => process.seals !== seals)
  if (others.length > 0) return `Restart ${others.map(({ name }) => name).join(', ')} with the keys in the same order.`
  const old = Object.keys(secrets).some((kid) => kid !== seals)
  if (old) return 'Run: pointsman keys --reseal'
  return `If ${second} is the new key, put it first in every process and restart them one by one. If it is the old one, remove it.`
}

/** As text for people. */
export function formatKeys({ seals, opens, secrets, unbound, processes, next }: Report): string {
  const kids = [...new Set([...opens, ...Object.keys(secrets)])]
  const lines = kids.map((kid) => {
    const role = kid === seals ? 'encrypts' : opens.includes(kid) ? 'decrypts' : 'is not set here'
    const known = processes.filter((process) => process.opens.includes(kid)).length
    return `key ${kid} ${role}; ${secrets[kid] ?? 0} stored secret(s); known to ${known} of ${processes.length} running process(es)`
  })
  if (unbound > 0)
    lines.push(`${unbound} secret(s) of an earlier release are not bound to their row; --reseal binds them`)
  return [...lines, `→ ${next}`].join('\n')
}
