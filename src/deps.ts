/** Opens and closes what has a lifetime. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { type Logger, pino } from 'pino'
import { type EndpointHealth, openEndpoint } from './classifiers/endpoint/index.ts'
import type { Config } from './config.ts'
import { type Helpdesks, openHelpdesks, reseal } from './connections/index.ts'
import { openVault, type Vault } from './connections/vault.ts'
import type { Connectors } from './contract/index.ts'
import { type Database, openDatabase } from './db/index.ts'
import { type Events, openEvents } from './events.ts'
import { listCorrections } from './feedback/index.ts'
import { KINDS } from './jobs.ts'
import { openQueue, type Queue } from './queue/index.ts'
import { randomSecret } from './secrets.ts'
import { seedTaxonomy } from './taxonomy/index.ts'
import {
  type Classifiers,
  type Curves,
  type Embedded,
  openAnswerCache,
  openCurves,
  openEmbedded,
  openExamples,
  seedRules,
} from './triage/index.ts'

export type Deps = {
  config: Config
  database: Database
  vault: Vault
  connectors: Connectors
  helpdesks: Helpdesks
  queue: Queue
  classifiers: Classifiers
  embedded: Embedded
  curves: Curves
  events: Events
  /** Of each model endpoint, now. */
  endpoints(): EndpointHealth[]
  log: Logger
  [Symbol.asyncDispose](): Promise<void>
}

/** Migrates, seeds an empty database, and starts the queue. `migrations` is the folder of the SQL files. */
export async function openDeps(
  config: Config,
  connectors: Connectors,
  migrations: string,
  log: Logger = pino({ level: config.logLevel, base: null }),
): Promise<Deps> {
  const database = await openDatabase({
    url: config.databaseUrl,
    dataDir: config.dataDir,
    pool: config.databasePool,
    migrations,
  })
  try {
    if (database.kind === 'embedded')
      log.warn(
        { dataDir: config.dataDir },
        'embedded database: for demo, tests and evaluation only; it does not survive a power loss',
      )
    await database.migrate()
    const { db } = database
    const vault = openVault(openKeys(config))
    await seedTaxonomy(db)
    await seedRules(db)
    const resealed = await reseal({ db, vault })
    if (resealed > 0) log.info({ connections: resealed }, 'secrets encrypted again with the new key')
    const events = openEvents(log)
    const queue = await openQueue(database, KINDS, (error) => events.failed(error))
    const embedded = openEmbedded(db, (span) => listCorrections(db, span))
    events.watch(({ kind }) => kind === 'overridden' && embedded.refresh())
    const curves = openCurves(db)
    const endpoint =
      config.llm &&
      openEndpoint({
        endpoints: config.llm.endpoints,
        deadlineMs: config.llm.deadlineMs,
        calibration: curves.of,
        examples: openExamples((limit) => listCorrections(db, { limit, confirmed: true })),
        cache: openAnswerCache(db, events.answerLookedUp),
      })
    const classifiers: Classifiers = {
      choice: config.classifier,
      endpointDown: config.endpointDown,
      endpoint: endpoint ?? null,
      embedded: embedded.current,
    }
    return {
      config,
      database,
      vault,
      connectors,
      queue,
      classifiers,
      embedded,
      curves,
      events,
      endpoints: () => endpoint?.health() ?? [],
      log,
      helpdesks: openHelpdesks({ db, vault, connectors }),
      async [Symbol.asyncDispose]() {
        endpoint?.close()
        curves.close()
        await queue.close()
        await database.close()
      },
    }
  } catch (error) {
    await database.close()
    throw error
  }
}

/** The keys that secrets are encrypted with: given, or kept beside the embedded database. */
export function openKeys(config: Config): string[] {
  return config.encryptionKeys ?? [embeddedKey(config.dataDir)]
}

/** The embedded database keeps its own key beside it, readable by its owner only. */
function embeddedKey(dataDir: string): string {
  const path = `${dataDir}/encryption.key`
  if (existsSync(path)) return readFileSync(path, 'utf8').trim()
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const key = randomSecret('base64')
  writeFileSync(path, `${key}\n`, { mode: 0o600, flag: 'wx' })
  chmodSync(path, 0o600)
  return key
}
