/** `pointsman doctor`: checks settings, database, connections and models, and prints what to fix. */

import { sql } from 'drizzle-orm'
import { probe } from '../classifiers/index.ts'
import { type Config, readConfig } from '../config.ts'
import { inspectConnection, listConnections, openKeys, openVault, redact, type Vault } from '../connections/index.ts'
import type { Connection, Connectors, Taxonomy } from '../contract/index.ts'
import { connectionRoom, type Database, modelPauses, openDatabase, rows, type Tx } from '../db/index.ts'
import { causeOf, TriageError } from '../errors.ts'
import { newestModel } from '../models/index.ts'
import { setOutbound } from '../outbound/index.ts'
import { listPauses, scopeOf } from '../pauses/index.ts'
import { findDead, publishedMap } from '../routing/index.ts'
import { currentTaxonomy, seedTaxonomy } from '../taxonomy/index.ts'
import { ENOUGH } from '../training/index.ts'
import { seedRules } from '../triage/index.ts'

/** The result of one check. `next` is what to do when it failed. */
export type Finding = { what: string; ok: boolean; says: string; next?: string }

/** What a check that passed reports, and the value that later checks need. */
type Passed<T> = { says: string; value: T }

/** Runs all checks in order. A failed check only prevents the checks that need its value. */
export async function examine(
  env: Record<string, string | undefined>,
  connectors: Connectors,
  migrations: string,
): Promise<Finding[]> {
  const findings: Finding[] = []
  const check = checkInto(findings)
  const config = await check('settings', async () => ({ says: 'complete', value: readConfig(env) }))
  if (config) setOutbound(config.outbound)
  const database = config && (await check('database', () => openWith(config, migrations)))
  if (!config || !database) return findings
  try {
    const { db } = database
    if (database.server) await check('connections to the database', () => readRoom(database, config.databasePool))
    await check('migrations', () => migrated(database))
    const vault = await check('encryption key', async () => ({ says: 'found', value: openVault(openKeys(config)) }))
    const taxonomy = await check('taxonomy', () => readTaxonomy(db))
    const map = await check('routing map', () => readRoutingMap(db))
    await check('pauses', () => readPauses(db))
    const connections = vault && (await check('connections', () => readConnections(db, vault)))
    if (taxonomy) {
      for (const connection of connections ?? [])
        await check(`connection ${connection.name}`, () => examineConnection(connectors, connection, taxonomy, map))
      for (const endpoint of config.llm?.endpoints ?? [])
        for (const finding of await probe(endpoint, taxonomy))
          findings.push({ ...finding, what: `model ${endpoint.name}: ${finding.what}` })
    }
    if (!config.llm) await check('classifier', () => readEmbeddedModel(db))
  } finally {
    await database.close()
  }
  return findings
}

/** A function that runs one check, adds its finding, and returns its value, or null when it failed. */
function checkInto(findings: Finding[]) {
  return async <T>(what: string, run: () => Promise<Passed<T>>): Promise<T | null> => {
    try {
      const { says, value } = await run()
      findings.push({ what, ok: true, says })
      return value
    } catch (error) {
      const next = error instanceof TriageError ? error.next : 'Report this: it is a bug in Pointsman.'
      findings.push({ what, ok: false, says: causeOf(error), next })
      return null
    }
  }
}

async function openWith(
  { databaseUrl, databasePrepare, dataDir }: Config,
  migrations: string,
): Promise<Passed<Database>> {
  const database = await openDatabase({ url: databaseUrl, dataDir, pool: 4, migrations, prepare: databasePrepare })
  const { server } = database
  if (!server) return { says: `embedded, in ${dataDir}: for evaluation only`, value: database }
  const way = server.pooled ? 'through a pooler' : 'directly'
  const prepared = server.prepares ? 'are prepared' : 'are not prepared'
  return {
    says: `PostgreSQL ${Math.floor(server.version / 10_000)} answers ${way}; statements ${prepared}`,
    value: database,
  }
}

/** Do the connections of one process, and of how many more, fit into what the server gives? */
async function readRoom({ db, server }: Database, pool: number): Promise<Passed<null>> {
  if (server?.pooled) return { says: `up to ${pool} for each process, of those that the pooler gives`, value: null }
  const { limit, others } = await connectionRoom(db)
  const processes = Math.max(0, Math.floor((limit - others) / pool))
  const says = `${limit} allowed, ${others} of them in use by other programs: enough for ${processes} process(es) of DATABASE_POOL=${pool}`
  if (processes === 0)
    throw new TriageError(says, {
      next: `Set DATABASE_POOL to ${Math.max(2, limit - others)} or less, or raise max_connections of the server.`,
    })
  return { says, value: null }
}

async function migrated(database: Database): Promise<Passed<null>> {
  const { db } = database
  await database.migrate()
  await seedTaxonomy(db)
  await seedRules(db)
  const [row] = await rows<{ n: number }>(db, sql`select count(*)::int as n from drizzle.__drizzle_migrations`)
  return { says: `${row?.n ?? 0} applied, none missing`, value: null }
}

/** What is paused is meant so, but whoever wonders why nothing is written finds it here. */
async function readPauses(db: Tx): Promise<Passed<null>> {
  const [pauses, models] = [await listPauses(db), await db.select().from(modelPauses)]
  const told = [
    ...pauses.map((pause) => `${scopeOf(pause)} by ${pause.who} since ${pause.at.toISOString()}`),
    ...models.map(({ model, since, reason }) => `model ${model} since ${since.toISOString()}: ${reason}`),
  ]
  if (told.length === 0) return { says: 'nothing is paused', value: null }
  const ends = [
    ...(pauses.length > 0 ? ['what a person paused goes on with: pointsman resume'] : []),
    ...(models.length > 0 ? ['a model is asked again by itself, or at once by POST /api/v1/model-pauses/resume'] : []),
  ]
  return { says: `${told.join('; ')}; ${ends.join('; ')}`, value: null }
}

async function readTaxonomy(db: Tx): Promise<Passed<Taxonomy>> {
  const taxonomy = await currentTaxonomy(db)
  const fields = taxonomy.fields.map(
    (field) => `${field.id} (${field.kind === 'choice' ? field.values.length : field.kind})`,
  )
  return { says: `version ${taxonomy.version}: ${fields.join(', ')}`, value: taxonomy }
}

type PublishedMap = NonNullable<Awaited<ReturnType<typeof publishedMap>>>

async function readRoutingMap(db: Tx): Promise<Passed<PublishedMap>> {
  const map = await publishedMap(db)
  if (!map)
    throw new TriageError('none is published, so every ticket is held', {
      next: 'Publish one: PUT /api/v1/routing-map/draft, then POST /api/v1/routing-map/draft/publish.',
    })
  return { says: `version ${map.version}, ${map.rows.length} rows`, value: map }
}

async function readConnections(db: Tx, vault: Vault): Promise<Passed<Connection[]>> {
  const connections = await listConnections({ db, vault })
  if (connections.length === 0)
    throw new TriageError('there are none, so no tickets arrive', { next: 'Create one with POST /api/v1/connections.' })
  return { says: connections.map(({ name }) => name).join(', '), value: connections }
}

async function examineConnection(
  connectors: Connectors,
  connection: Connection,
  taxonomy: Taxonomy,
  map: PublishedMap | null,
): Promise<Passed<null>> {
  const { metadata, faults } = await inspectConnection(connectors, connection, taxonomy)
  const dead = map ? findDead(map, connection, metadata) : []
  const wrong = [
    ...metadata.missing.map(({ what }) => `permission missing: ${what}`),
    ...faults.map(({ path, message }) => `mapping ${path}: ${message}`),
    ...dead.map(({ kind, name, reason }) => `routing map: ${kind} ${name} ${reason}`),
  ]
  const next = metadata.missing[0]?.next ?? faults[0]?.next ?? 'Fix the mapping or the routing map.'
  if (wrong.length > 0) throw new TriageError(wrong.join('; '), { next })
  return { says: `${redact(connection).kind} as ${metadata.self.name}, mode ${connection.mode}`, value: null }
}

async function readEmbeddedModel(db: Tx): Promise<Passed<null>> {
  const model = await newestModel(db)
  if (!model)
    throw new TriageError('no model endpoint is set and no embedded model is trained, so tickets are held', {
      next: `Set LLM_BASE_URL and LLM_MODEL, or label at least ${ENOUGH} tickets: then the embedded classifier is trained.`,
    })
  return { says: `${model.name}, trained on ${model.tickets} tickets`, value: null }
}

/** Prints findings as JSON, or one line each with the next step below. */
export function printFindings(findings: Finding[], json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`)
  else
    for (const { what, ok, says, next } of findings)
      process.stdout.write(`${ok ? '✓' : '✗'} ${what}: ${says}\n${!ok && next ? `  → ${next}\n` : ''}`)
}
