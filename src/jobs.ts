/** Job kind -> task: the one place where the order of the flow is written. */

import type { Logger } from 'pino'
import {
  type Classifiers,
  type EndpointClassifier,
  type ModelPauses,
  PROBE_MODEL,
  type ProbeData,
  tidyAnswerCache,
} from './classifiers/index.ts'

import { WRITEBACK } from './decisions/index.ts'
import { ERASE, type FeedbackNeeds, feedbackTask } from './feedback/index.ts'
import {
  BACKFILL,
  type BackfillNeeds,
  backfillTask,
  RECONCILE,
  type ReconcileNeeds,
  reconcileTask,
} from './history/index.ts'
import { FEEDBACK, TRIAGE } from './intake/index.ts'
import type { Curves, Embedded } from './models/index.ts'
import { afterPause } from './pauses/index.ts'
import { type EraseTaskNeeds, eraseTask, type PurgeNeeds, purge } from './privacy/index.ts'
import type { Job, Task } from './queue/index.ts'
import { inspectTargets, publishedMap, recordDead, type TargetNeeds } from './routing/index.ts'
import { currentTaxonomy } from './taxonomy/index.ts'
import { calibrateModels, TRAIN, trainEmbedded } from './training/index.ts'
import { type TriageNeeds, triageTask } from './triage/index.ts'
import { type WritebackNeeds, writebackTask } from './writeback/index.ts'

const CHECK_TARGETS = 'check-targets'
const CALIBRATE = 'calibrate'
const TIDY_CACHE = 'tidy-cache'
const PURGE = 'purge'

export const KINDS = [
  TRIAGE,
  WRITEBACK,
  FEEDBACK,
  ERASE,
  CHECK_TARGETS,
  TRAIN,
  CALIBRATE,
  TIDY_CACHE,
  PURGE,
  PROBE_MODEL,
  BACKFILL,
  RECONCILE,
] as const

/** When the scheduled kinds are due, as cron expressions in UTC. */
export const SCHEDULES: Partial<Record<(typeof KINDS)[number], string>> = {
  [CHECK_TARGETS]: '17 2 * * *',
  [TRAIN]: '*/15 * * * *',
  // each run first checks whether there is work: many new labels, or any after an hour
  [CALIBRATE]: '*/10 * * * *',
  [TIDY_CACHE]: '7 * * * *',
  [PURGE]: '43 2 * * *',
  // each connection has its own interval
  [RECONCILE]: '* * * * *',
}

/** What the jobs need together. */
type Needs = TriageNeeds &
  WritebackNeeds &
  FeedbackNeeds &
  EraseTaskNeeds &
  PurgeNeeds &
  BackfillNeeds &
  ReconcileNeeds & {
    classifiers: Classifiers
    endpoint: EndpointClassifier | null
    modelPauses: ModelPauses
    embedded: Embedded
    curves: Curves
    log: Logger
  }

export function tasks(needs: Needs): Record<string, Task> {
  return {
    [TRIAGE]: afterPause(needs, triageTask(needs)) as Task,
    [WRITEBACK]: afterPause(needs, writebackTask(needs)) as Task,
    [FEEDBACK]: afterPause(needs, feedbackTask(needs)) as Task,
    [ERASE]: eraseTask(needs) as Task,
    [CHECK_TARGETS]: scheduled(needs, () => checkTargets(needs)),
    [TRAIN]: scheduled(needs, () => train(needs)),
    [CALIBRATE]: scheduled(needs, () => calibrate(needs)),
    [TIDY_CACHE]: scheduled(needs, () => tidyCache(needs)),
    [PURGE]: scheduled(needs, async ({ signal }) => void (await purge(needs, { signal }))),
    [PROBE_MODEL]: probeModel(needs) as Task,
    [BACKFILL]: backfillTask(needs) as Task,
    [RECONCILE]: reconcileTask(needs) as Task,
  }
}

function scheduled({ log }: Needs, run: (job: Job) => Promise<void>): Task {
  return {
    pollMs: 15_000,
    run,
    giveUp: async (_tx, job, error) =>
      log.error({ kind: job.kind, reason: error.message, next: error.next }, 'scheduled work failed'),
  }
}

/** Asks a paused model whether it answers again. */
function probeModel({ database, endpoint, modelPauses, log }: Needs): Task<ProbeData> {
  return {
    async run(job) {
      const taxonomy = await currentTaxonomy(database.db)
      // a model that is no longer configured is not asked, and paused for nobody
      await modelPauses.probe(job, async (model) =>
        endpoint?.model === model ? endpoint.faultOf(taxonomy, job.signal) : null,
      )
    },
    giveUp: async (_tx, job, error) =>
      log.error({ kind: job.kind, reason: error.message, next: error.next }, 'the paused model is no longer asked'),
  }
}

/** Looks up the groups and people of the published map in every helpdesk, so that dead targets are known before a ticket needs them. */
async function checkTargets({ database, vault, helpdesks, log }: TargetNeeds & { log: Logger }): Promise<void> {
  const map = await publishedMap(database.db)
  if (!map) return
  const { checked, unchecked } = await inspectTargets({ database, vault, helpdesks }, map, -10)
  for (const { connection, found } of checked) {
    await recordDead(database.db, connection.id, found)
    for (const { kind, name, reason } of found)
      log.warn({ connection: connection.name, kind, name, reason }, 'dead target')
  }
  // The other helpdesks are checked first; then the job fails, so that it runs again.
  const [silent] = unchecked
  if (silent) throw silent.error
}

async function calibrate({ database, curves, log }: Needs): Promise<void> {
  const fitted = await calibrateModels(database.db)
  if (fitted.length > 0) await curves.refresh()
  for (const curve of fitted) log.info(curve, 'calibrated')
}

async function tidyCache({ database: { db }, classifiers, log }: Needs): Promise<void> {
  const { version } = await currentTaxonomy(db)
  const models = classifiers.endpoint ? [classifiers.endpoint.model] : []
  const dropped = await tidyAnswerCache(db, { models, taxonomyVersion: version })
  if (dropped > 0) log.info({ dropped }, 'answers dropped from the cache')
}

async function train({ database, embedded, log }: Needs): Promise<void> {
  const trained = await trainEmbedded(database.db)
  embedded.refresh()
  if (trained.kind === 'trained') log.info(trained, 'trained')
}
