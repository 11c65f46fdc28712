/** A person confirms or corrects a decision. */
import { ConnectionSettings, type Labels, type Source, type Taxonomy } from '../contract/index.ts'
import { type decisions, recordAudit, type Tx } from '../db/index.ts'
import { type NewDecision, recordDecision, WRITEBACK } from '../decisions/index.ts'
import { maskValues } from '../feedback/index.ts'
import { type Label, labelsOf, saveLabel } from '../labels/index.ts'
import type { Queue } from '../queue/index.ts'
import { assign, publishedMap, type Route, type RoutingMap, route } from '../routing/index.ts'
import { currentTaxonomy } from '../taxonomy/index.ts'
import { deskMask } from '../text/index.ts'
import { type Demoted, recordEvidence, type Verdict } from '../trust/index.ts'
import { checkReview } from './check.ts'
import { endClaim } from './claim.ts'
import { loadNewest, type Reviewed, settledMeanwhile } from './load.ts'

export type Review = { kind: 'confirm' } | { kind: 'correct'; values: Labels }

/** What settling needs. */
export type ReviewNeeds = { db: Tx; queue: Queue; events: { demoted(demoted: Demoted): void } }

/** The review with all that its steps need. `given`: the corrected values. `values`: all values of the new decision. */
type Settling = {
  decisionId: string
  reviewed: Reviewed
  kind: Review['kind']
  given: Labels
  values: Labels
  taxonomy: Taxonomy
  actor: string
  at: Date
  /** The labels that the ticket had. */
  before: Label[]
}

/**
 * Confirms a decision as it is, or corrects it. Saves the labels with their provenance, and a new decision by the person,
 * which is carried into the helpdesk unless the connection is in observe mode.
 */
export async function settleByPerson(
  { db, queue, events }: ReviewNeeds,
  decisionId: string,
  review: Review,
  actor: string,
): Promise<{ decision: string }> {
  const { decision, demoted } = await db.transaction(async (tx) => {
    const reviewed = await loadNewest(tx, decisionId)
    const taxonomy = await currentTaxonomy(tx)
    const given = review.kind === 'correct' ? review.values : {}
    const values = { ...reviewed.decision.values, ...given }
    checkReview(values, taxonomy, review.kind)
    const { kind } = review
    const before = await labelsOf(tx, reviewed.ticket.id)
    const settling = { decisionId, reviewed, kind, given, values, taxonomy, actor, at: new Date(), before }
    const newId = await recordReview(tx, queue, settling)
    await saveLabels(tx, settling)
    const demoted = await recordEvidence(
      tx,
      { ...reviewed, settings: ConnectionSettings.parse(reviewed.settings), taxonomy },
      verdictsOf(settling),
    )
    await endClaim(tx, decisionId)
    return { decision: newId, demoted }
  })
  queue.wake(WRITEBACK)
  for (const one of demoted) events.demoted(one)
  return { decision }
}

/** Whoever settles a decision has seen every value of it: what they did not correct is right. */
function verdictsOf({ reviewed: { decision }, values, at }: Settling): Verdict[] {
  return Object.entries(decision.values).map(([field, value]) => {
    const right = values[field] === value
    const kind = decision.sample !== null ? 'sampled' : right ? 'confirmed' : 'overridden'
    return { field, kind, right, at }
  })
}

async function recordReview(tx: Tx, queue: Queue, settling: Settling): Promise<string> {
  const { decisionId, reviewed, kind, given, values, taxonomy, actor, at, before: labels } = settling
  const { id: _id, createdAt: _at, ticketId, connectionId, ...before } = reviewed.decision
  const map = await publishedMap(tx)
  const { route, whyUnrouted } = await routeAgain(tx, map, reviewed.decision, values)
  const decision: NewDecision = {
    ...before,
    cause: `review:${decisionId}`,
    plan: reviewed.mode === 'observe' ? 'skip' : 'apply',
    reason: kind === 'correct' ? `${actor} corrected ${Object.keys(given).join(', ')}` : `${actor} confirmed it`,
    values,
    sources: sourcesOf(settling),
    route,
    trace: {
      of: decisionId,
      by: actor,
      verdict: kind,
      labelled: { at: at.toISOString(), before: labels },
      // How the text was prepared: masked data can be restored only from a text prepared in the same way.
      ...('prepared' in before.trace ? { prepared: before.trace.prepared } : {}),
      ...(whyUnrouted === null ? {} : { route: whyUnrouted }),
    },
    taxonomyVersion: taxonomy.version,
    mapVersion: map?.version ?? null,
    ms: 0,
    modelMs: null,
    tokens: null,
    actor,
    sample: null,
  }
  const newId = await recordDecision(tx, queue, { ticketId, connectionId }, decision)
  // Two reviewers can load the same newest decision at the same time; only the first one may settle it.
  if (!newId) throw await settledMeanwhile(tx, ticketId)
  return newId
}

/** The labels of before a review, and when it saved its own; null: that was purged since. */
export function labelledIn({ trace }: Pick<typeof decisions.$inferSelect, 'trace'>) {
  const labelled = trace.labelled as { at: string; before: (Omit<Label, 'at'> & { at: string })[] } | undefined
  if (!labelled) return null
  const before = labelled.before.map((label) => ({ ...label, at: new Date(label.at) }))
  return { at: new Date(labelled.at), before }
}

function sourcesOf({ reviewed, kind, given, values }: Settling): Record<string, Source> {
  const { sources } = reviewed.decision
  return Object.fromEntries(
    Object.keys(values).map((field): [string, Source] => [
      field,
      kind === 'confirm' || field in given ? 'human' : (sources[field] ?? 'human'),
    ]),
  )
}

/** The route for the reviewed values, or the reason why there is none. */
async function routeAgain(
  tx: Tx,
  map: RoutingMap | null,
  before: typeof decisions.$inferSelect,
  values: Labels,
): Promise<{ route: Route | null; whyUnrouted: string | null }> {
  if (!map) return { route: null, whyUnrouted: null }
  const kept = sameRoute(map, before, values)
  if (kept) return { route: kept, whyUnrouted: null }
  const assigned = await assign(tx, map, values, before.connectionId, { now: new Date(), open: {} })
  return assigned.kind === 'routed'
    ? { route: assigned.route, whyUnrouted: null }
    : { route: null, whyUnrouted: assigned.reason }
}

/** The earlier route, if the same row still takes the ticket: a review must not move the ticket to another person. */
function sameRoute(map: RoutingMap, before: typeof decisions.$inferSelect, values: Labels): Route | null {
  if (!before.route || before.mapVersion !== map.version) return null
  return route(map, values).index === route(map, before.values).index ? before.route : null
}

async function saveLabels(tx: Tx, { decisionId, reviewed, kind, given, values, taxonomy, actor, at }: Settling) {
  const { decision, ticket, settings } = reviewed
  const masked = maskValues(values, taxonomy, decision.values, deskMask(ConnectionSettings.parse(settings)))
  for (const [field, value] of Object.entries(masked))
    await saveLabel(tx, {
      ticketId: ticket.id,
      field,
      value,
      provenance: field in given ? 'human' : 'confirmed',
      decisionId,
      who: actor,
      at,
    })
  await recordAudit(tx, {
    actor,
    action: `decision.${kind}`,
    subject: `decision ${decisionId}`,
    before: decision.values,
    after: masked,
  })
}
