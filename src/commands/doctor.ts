/** Checks everything that can be wrong before a ticket is, and says what to fix. */

import { sql } from 'drizzle-orm'
import { probe } from '../classifiers/index.ts'
import { readConfig } from '../config.ts'
import { inspectConnection, listConnections, openKeys, openVault, redact } from '../connections/index.ts'
import type { Connection, Connectors, Taxonomy } from '../contract/index.ts'
import { openDatabase, rows } from '../db/index.ts'
import { TriageError } from '../errors.ts'
import { newestModel } from '../models/index.ts'
import { findDead, publishedMap } from '../routing/index.ts'
import { currentTaxonomy, seedTaxonomy } from '../taxonomy/index.ts'
import { seedRules } from '../triage/index.ts'

export type Finding = { what: string; ok: boolean; says: string; next?: string }

/** Runs every check it can; one that fails does not stop the others unless they hang on it. */
export async function examine(
  env: Record<string, string | undefined>,
  connectors: Connectors,
  migrations: string,
): Promise<Finding[]> {
  const findings: Finding[] = []
  const check = async <T>(
    what: string,
    look: () => Promise<{ says: string; value: T } | string>,
  ): Promise<T | null> => {
    try {
      const found = await look()
      findings.push({ what, ok: true, says: typeof found === 'string' ? found : found.says })
      return typeof found === 'string' ? null : found.value
    } catch (error) {
      const next = error instanceof TriageError ? error.next : 'Report this: it is a fault of Pointsman.'
      findings.push({ what, ok: false, says: (error as Error).message, next })
      return null
    }
  }
  const config = await check('settings', async () => ({ says: 'complete', value: readConfig(env) }))
  if (!config) return findings
  const open = () => openDatabase({ url: config.databaseUrl, dataDir: config.dataDir, pool: 4, migrations })
  const database = await check('database', async () => {
    const value = await open()
    return {
      says: value.kind === 'postgres' ? 'PostgreSQL answers' : `embedded, in ${config.dataDir}: for evaluation only`,
      value,
    }
  })
  if (!database) return findings
  try {
    const { db } = database
    await check('migrations', async () => {
      await database.migrate()
      await seedTaxonomy(db)
      await seedRules(db)
      const [row] = await rows<{ n: number }>(db, sql`select count(*)::int as n from drizzle.__drizzle_migrations`)
      return `${row?.n ?? 0} applied, none missing`
    })
    const vault = await check('encryption key', async () => ({
      says: 'there',
      value: openVault(openKeys(config)),
    }))
    const taxonomy = await check('taxonomy', async () => {
      const value = await currentTaxonomy(db)
      return {
        says: `version ${value.version}: ${value.fields.map((field) => `${field.id} (${field.kind === 'choice' ? field.values.length : field.kind})`).join(', ')}`,
        value,
      }
    })
    const map = await check('routing map', async () => {
      const value = await publishedMap(db)
      if (!value)
        throw new TriageError('none is published: every ticket is held', {
          next: 'PUT /api/v1/routing-map/draft, then POST .../draft/publish.',
        })
      return { says: `version ${value.version}, ${value.rows.length} rows`, value }
    })
    const connections =
      vault &&
      (await check('connections', async () => {
        const value = await listConnections({ db, vault })
        if (value.length === 0) throw new TriageError('there is none', { next: 'POST /api/v1/connections makes one.' })
        return { says: value.map(({ name }) => name).join(', '), value }
      }))
    for (const connection of connections ?? [])
      await check(`connection ${connection.name}`, () => examineConnection(connectors, connection, taxonomy!, map))
    for (const endpoint of config.llm?.endpoints ?? [])
      findings.push(
        ...(await probe(endpoint, taxonomy!)).map((finding) => ({
          ...finding,
          what: `model ${endpoint.name}: ${finding.what}`,
        })),
      )
    if (!config.llm)
      await check('classifier', async () => {
        const model = await newestModel(db)
        if (!model)
          throw new TriageError('no LLM_BASE_URL, and no embedded model was trained yet: tickets will be held', {
            next: 'Set LLM_BASE_URL and LLM_MODEL, or label tickets: the embedded classifier trains itself.',
          })
        return `${model.name}, trained on ${model.tickets} tickets`
      })
  } finally {
    await database.close()
  }
  return findings
}

async function examineConnection(
  connectors: Connectors,
  connection: Connection,
  taxonomy: Taxonomy,
  map: Awaited<ReturnType<typeof publishedMap>>,
) {
  const { metadata, faults } = await inspectConnection(connectors, connection, taxonomy)
  const dead = map ? findDead(map, connection, metadata) : []
  const wrong = [
    ...metadata.missing.map(({ what }) => `permission missing: ${what}`),
    ...faults.map(({ path, message }) => `mapping ${path}: ${message}`),
    ...dead.map(({ kind, name, reason }) => `routing map: ${kind} ${name} ${reason}`),
  ]
  const next = metadata.missing[0]?.next ?? faults[0]?.next ?? 'Mend the mapping or the routing map.'
  if (wrong.length > 0) throw new TriageError(wrong.join('; '), { next })
  return `${redact(connection).kind} as ${metadata.self.name}, mode ${connection.mode}`
}

export function printFindings(findings: Finding[], json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`)
  else
    for (const { what, ok, says, next } of findings)
      process.stdout.write(`${ok ? '✓' : '✗'} ${what}: ${says}\n${!ok && next ? `  → ${next}\n` : ''}`)
}
