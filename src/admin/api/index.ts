/** The API for the admin page and for scripts: one file for each resource. */

import { OpenAPIHono } from '@hono/zod-openapi'
import { openMetadataCache, type SaveNeeds } from '../../connections/index.ts'
import type { BackfillNeeds } from '../../history/index.ts'
import type { PreviewNeeds } from '../../triage/index.ts'
import { authenticate, type Env } from '../access/index.ts'
import { accessRoutes } from './access.ts'
import { auditRoutes } from './audit.ts'
import { backfillRoutes } from './backfills.ts'
import { classifyRoutes } from './classify.ts'
import { configRoutes } from './config.ts'
import { connectionCheckRoutes } from './connection-checks.ts'
import { connectionSetupRoutes } from './connection-setup.ts'
import { connectionRoutes } from './connections.ts'
import { decisionRetryRoutes } from './decision-retry.ts'
import { decisionSettleRoutes } from './decision-settle.ts'
import { decisionTextRoutes } from './decision-text.ts'
import { decisionRoutes } from './decisions.ts'
import { decisionCsvRoutes } from './decisions-csv.ts'
import { eventRoutes, type LiveNeeds, tellChanges } from './events.ts'
import { feedbackRoutes } from './feedback.ts'
import { mapTrialRoutes } from './map-trials.ts'
import { modelPauseRoutes } from './model-pauses.ts'
import { oidcRoutes } from './oidc.ts'
import { pauseRoutes } from './pauses.ts'
import { privacyRoutes } from './privacy.ts'
import { proposeRoutes } from './propose.ts'
import { reportRoutes } from './reports.ts'
import { reviewQueueRoutes } from './review-queue.ts'
import { routingRoutes } from './routing.ts'
import { routingProposeRoutes } from './routing-propose.ts'
import { rulesDraftRoutes } from './rules-drafts.ts'
import { type SessionNeeds, sessionRoutes, signInRoutes } from './sessions.ts'
import { type SetupReportNeeds, setupRoutes } from './setup.ts'
import { taxonomyRoutes } from './taxonomy.ts'
import { taxonomyDraftRoutes } from './taxonomy-drafts.ts'
import { type TodayNeeds, todayRoutes } from './today.ts'
import { trainingRoutes } from './training.ts'
import { type TrustNeeds, trustRoutes } from './trust.ts'
import { refuseInvalid } from './validation-errors.ts'

/** For Hono's typed client: `hc<Api>('/api/v1')`. */
export type Api = ReturnType<typeof adminRoutes>

/** What the routes need together. */
export type ApiNeeds = Parameters<typeof decisionRetryRoutes>[0] &
  Parameters<typeof decisionSettleRoutes>[0] &
  Parameters<typeof modelPauseRoutes>[0] &
  Parameters<typeof trainingRoutes>[0] &
  BackfillNeeds &
  Parameters<typeof connectionRoutes>[0] &
  SetupReportNeeds &
  Parameters<typeof privacyRoutes>[0] &
  Parameters<typeof oidcRoutes>[0] &
  PreviewNeeds &
  SessionNeeds &
  LiveNeeds &
  TodayNeeds &
  TrustNeeds &
  SaveNeeds

export function adminRoutes(deps: ApiNeeds) {
  const metadataOf = openMetadataCache(deps.helpdesks)
  const routes = new OpenAPIHono<Env>({ defaultHook: refuseInvalid })
  // Before it is known who asks.
  const open = routes.route('/', signInRoutes(deps)).route('/', oidcRoutes(deps))
  open.use(authenticate(deps.database.db, deps.config), tellChanges(deps))
  return open
    .route('/', classifyRoutes(deps))
    .route('/', decisionRetryRoutes(deps))
    .route('/', decisionSettleRoutes(deps))
    .route('/', decisionTextRoutes(deps))
    .route('/', decisionCsvRoutes(deps)) // before the route of one decision
    .route('/', decisionRoutes(deps))
    .route('/', reviewQueueRoutes(deps))
    .route('/', pauseRoutes(deps))
    .route('/', proposeRoutes(deps))
    .route('/', connectionRoutes(deps))
    .route('/', connectionCheckRoutes({ ...deps, metadataOf }))
    .route('/', connectionSetupRoutes(deps))
    .route('/', setupRoutes(deps))
    .route('/', taxonomyRoutes(deps))
    .route('/', taxonomyDraftRoutes(deps))
    .route('/', rulesDraftRoutes(deps))
    .route('/', routingRoutes(deps))
    .route('/', configRoutes(deps))
    .route('/', mapTrialRoutes({ ...deps, metadataOf }))
    .route('/', routingProposeRoutes(deps))
    .route('/', feedbackRoutes(deps))
    .route('/', trainingRoutes(deps))
    .route('/', backfillRoutes({ ...deps, metadataOf }))
    .route('/', privacyRoutes(deps))
    .route('/', modelPauseRoutes(deps))
    .route('/', reportRoutes(deps))
    .route('/', todayRoutes(deps))
    .route('/', trustRoutes(deps))
    .route('/', accessRoutes(deps))
    .route('/', auditRoutes(deps))
    .route('/', sessionRoutes(deps))
    .route('/', eventRoutes(deps))
}
