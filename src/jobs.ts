/** Job kind -> task: the one place where the order of the flow is written. */
import { listConnections } from './connections/index.ts'
import type { Deps } from './deps.ts'
import { feedbackTask } from './feedback/index.ts'
import { FEEDBACK, TRIAGE } from './intake/index.ts'
import type { Task } from './queue/index.ts'
import { findDead, publishedMap, recordDead } from './routing/index.ts'
import { currentTaxonomy } from './taxonomy/index.ts'
import { calibrateModels, trainEmbedded } from './training/index.ts'
import { tidyAnswerCache, triageTask, WRITEBACK } from './triage/index.ts'
import { writebackTask } from './writeback/index.ts'

const CHECK_TARGETS = 'check-targets'
const TRAIN = 'train'
const CALIBRATE = 'calibrate'
const TIDY_CACHE = 'tidy-cache'

export const KINDS = [TRIAGE, WRITEBACK, FEEDBACK, CHECK_TARGETS, TRAIN, CALIBRATE, TIDY_CACHE] as const

/** When the scheduled kinds are due, as cron expressions in UTC. */
export const SCHEDULES: Partial<Record<(typeof KINDS)[number], string>> = {
  [CHECK_TARGETS]: '17 2 * * *',
  [TRAIN]: '*/15 * * * *',
  // it looks whether there is anything to do: many new labels, or an hour with a few
  [CALIBRATE]: '*/10 * * * *',
  [TIDY_CACHE]: '7 * * * *',
}

export function tasks(deps: Deps): Record<string, Task> {
  return {
    [TRIAGE]: triageTask(deps) as Task,
    [WRITEBACK]: writebackTask(deps) as Task,
    [FEEDBACK]: feedbackTask(deps) as Task,
    [CHECK_TARGETS]: scheduled(deps, () => checkTargets(deps)),
    [TRAIN]: scheduled(deps, () => train(deps)),
    [CALIBRATE]: scheduled(deps, () => calibrate(deps)),
    [TIDY_CACHE]: scheduled(deps, () => tidyCache(deps)),
  }
}

function scheduled({ log }: Deps, run: () => Promise<void>): Task {
  return {
    pollMs: 15_000,
    run,
    giveUp: async (_tx, job, error) =>
      log.error({ kind: job.kind, reason: error.message, next: error.next }, 'scheduled work failed'),
  }
}

/** Finds groups and people of the published map that are gone, connection by connection, before they hurt. */
export async function checkTargets(deps: Deps): Promise<void> {
  const { database, vault, helpdesks, log } = deps
  const map = await publishedMap(database.db)
  if (!map) return
  for (const connection of await listConnections({ db: database.db, vault })) {
    const metadata = await helpdesks.call(connection.id, (connector, c) => connector.inspect(c), -10)
    const dead = findDead(map, connection, metadata)
    await recordDead(database.db, connection.id, dead)
    for (const { kind, name, reason } of dead)
      log.warn({ connection: connection.name, kind, name, reason }, 'dead target')
  }
}

async function calibrate({ database, curves, log }: Deps): Promise<void> {
  const fitted = await calibrateModels(database.db)
  if (fitted.length > 0) await curves.refresh()
  for (const curve of fitted) log.info(curve, 'calibrated')
}

async function tidyCache({ database: { db }, classifiers, log }: Deps): Promise<void> {
  const { version } = await currentTaxonomy(db)
  const models = classifiers.endpoint ? [classifiers.endpoint.model] : []
  const dropped = await tidyAnswerCache(db, { models, taxonomyVersion: version })
  if (dropped > 0) log.info({ dropped }, 'answers dropped from the cache')
}

async function train({ database, embedded, log }: Deps): Promise<void> {
  const trained = await trainEmbedded(database.db)
  embedded.refresh()
  if (trained.kind === 'trained') log.info(trained, 'trained')
}
