/** Opens and closes what has a lifetime. */

import { type Logger, pino } from 'pino'
import {
  type Classifiers,
  type EndpointClassifier,
  type EndpointHealth,
  type ModelPauses,
  openAnswerCache,
  openEndpoint,
  openExamples,
  openModelPauses,
} from './classifiers/index.ts'
import type { Config } from './config.ts'
import {
  type Helpdesks,
  joinKeyRing,
  type KeyRing,
  openHelpdesks,
  openKeys,
  openVault,
  type Vault,
} from './connections/index.ts'
import type { Connectors } from './contract/index.ts'
import { type Database, openDatabase, type Tx } from './db/index.ts'
import { causeOf } from './errors.ts'
import { type Events, openEvents } from './events.ts'
import { TRIAGE } from './intake/index.ts'
import { KINDS } from './jobs.ts'
import { listCorrections } from './labels/index.ts'
import { type Live, openLive } from './live.ts'
import { type Curves, type Embedded, openCurves, openEmbedded } from './models/index.ts'
import { setOutbound } from './outbound/index.ts'
import { openQueue, type Queue } from './queue/index.ts'
import { seedTaxonomy } from './taxonomy/index.ts'
import { seedRules } from './triage/index.ts'

export type Deps = {
  config: Config
  database: Database
  vault: Vault
  connectors: Connectors
  helpdesks: Helpdesks
  queue: Queue
  classifiers: Classifiers
  /** The configured model endpoints; null: there are none. */
  endpoint: EndpointClassifier | null
  embedded: Embedded
  curves: Curves
  events: Events
  live: Live
  modelPauses: ModelPauses
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
  setOutbound(config.outbound)
  const database = await openDatabase({
    url: config.databaseUrl,
    dataDir: config.dataDir,
    pool: config.databasePool,
    prepare: config.databasePrepare,
    migrations,
  })
  try {
    if (database.kind === 'embedded')
      log.warn(
        { dataDir: config.dataDir },
        'embedded database: for demo, tests and evaluation only; it does not survive a power loss',
      )
    await database.migrate()
    return await openOn(database, config, connectors, log)
  } catch (error) {
    await database.close()
    throw error
  }
}

async function openOn(database: Database, config: Config, connectors: Connectors, log: Logger): Promise<Deps> {
  const { db } = database
  const vault = openVault(openKeys(config))
  await seedTaxonomy(db)
  await seedRules(db)
  const keyRing = await joinKeyRing(
    { db, vault },
    {
      resealed: (connections) => log.info({ connections }, 'secrets encrypted again with the new key'),
      failed: (error) =>
        log.error({ error: causeOf(error) }, 'the encryption keys of the processes could not be compared'),
    },
  )
  try {
    return await openRest(database, config, connectors, log, { vault, keyRing })
  } catch (error) {
    await keyRing.leave()
    throw error
  }
}

async function openRest(
  database: Database,
  config: Config,
  connectors: Connectors,
  log: Logger,
  { vault, keyRing }: { vault: Vault; keyRing: KeyRing },
): Promise<Deps> {
  const { db } = database
  const events = openEvents(log)
  const queue = await openQueue(database, KINDS, events.failed, config.retention)
  const embedded = openEmbedded(db, (span) => listCorrections(db, span))
  events.watch(({ kind }) => kind === 'overridden' && embedded.refresh())
  const live = openLive(database, events, log)
  const curves = openCurves(db)
  const modelPauses = openModelPauses({ db, queue, waiting: TRIAGE, events })
  const endpoint = config.llm ? openEndpointOf(config.llm, { db, curves, events, modelPauses }) : null
  const { classifier: choice, endpointDown } = config
  return {
    config,
    database,
    vault,
    connectors,
    queue,
    classifiers: { choice, endpointDown, endpoint, embedded: embedded.current },
    embedded,
    curves,
    events,
    live,
    endpoint,
    modelPauses,
    endpoints: () => endpoint?.health() ?? [],
    log,
    helpdesks: openHelpdesks({ db, vault, connectors }),
    async [Symbol.asyncDispose]() {
      endpoint?.close()
      curves.close()
      await live.close()
      await queue.close()
      await keyRing.leave()
      await database.close()
    },
  }
}

function openEndpointOf(
  llm: NonNullable<Config['llm']>,
  { db, curves, events, modelPauses }: { db: Tx; curves: Curves; events: Events; modelPauses: ModelPauses },
): EndpointClassifier {
  return openEndpoint({
    endpoints: llm.endpoints,
    deadlineMs: llm.deadlineMs,
    calibration: curves.of,
    record: curves.record,
    examples: openExamples((limit) => listCorrections(db, { limit, confirmed: true })),
    cache: openAnswerCache(db, events.answerLookedUp),
    pauses: modelPauses,
  })
}
