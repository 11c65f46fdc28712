/** What a reviewer makes of a decision: confirm it, correct it, or ask again. Each is a new decision; none is changed. */

import { desc, eq } from 'drizzle-orm'
import { accepts, ConnectionSettings, type Labels, type Source, describeValues, type Taxonomy } from '../contract/index.ts'
import type { Tx } from '../db/index.ts'
import { connections, decisions, recordAudit, tickets, uuidv7 } from '../db/index.ts'
import { recordDecision, WRITEBACK } from '../decisions/index.ts'
import { Rejected } from '../errors.ts'
import { maskValues } from '../feedback/index.ts'
import { TRIAGE } from '../intake/index.ts'
import { saveLabel } from '../labels/index.ts'
import type { Queue } from '../queue/index.ts'
import { assign, publishedMap, type Route, type RoutingMap, route } from '../routing/index.ts'
import { currentTaxonomy } from '../taxonomy/index.ts'
import { deskMask } from '../text/index.ts'

type Needs = { db: Tx; queue: Queue }

/** Asks again, with today's rules, model and map. The answer is a new decision. */
export async function retry({ db, queue }: Needs, decisionId: string, actor: string): Promise<{ cause: string }> {
  const found = await load(db, decisionId)
  const cause = `retry:${uuidv7()}`
  await db.transaction(async (tx) => {
    const data = { ticket: found.ticket.externalId, connection: found.decision.connectionId, cause, actor }
    await queue.send(tx, TRIAGE, data, {
      key: `${found.decision.connectionId}:${found.ticket.externalId}`,
      priority: 5,
    })
    await recordAudit(tx, { actor, action: 'decision.retry', subject: `decision ${decisionId}` })
  })
  queue.wake(TRIAGE)
  return { cause }
}

/**
 * Confirms a decision as it is, or corrects it with `values`. Writes the labels with their provenance, and a new decision
 * by a person, which is carried into the helpdesk unless the connection only observes.
 */
export async function settleByPerson(
  { db, queue }: Needs,
  decisionId: string,
  verdict: { kind: 'confirm' } | { kind: 'correct'; values: Labels },
  actor: string,
): Promise<{ decision: string }> {
  const id = await db.transaction(async (tx) => {
    const found = await load(tx, decisionId)
    const taxonomy = await currentTaxonomy(tx)
    const given = verdict.kind === 'correct' ? verdict.values : {}
    const values = { ...found.decision.values, ...given }
    refuseUnknown(values, taxonomy, verdict.kind)
    const map = await publishedMap(tx)
    const kept = map && sameRoute(map, found.decision, values)
    const routed = map && !kept && (await assign(tx, map, values, found.decision.connectionId, {}))
    const newRoute = kept || (routed && routed.kind === 'routed' ? routed.route : null)
    const sources = Object.fromEntries(
      Object.keys(values).map((field): [string, Source] => [
        field,
        field in given || verdict.kind === 'confirm' ? 'human' : (found.decision.sources[field] ?? 'human'),
      ]),
    )
    const { id: _id, createdAt: _at, ...before } = found.decision
    const newId = await recordDecision(
      tx,
      queue,
      { ticketId: found.ticket.id, connectionId: found.decision.connectionId },
      {
        ...before,
        cause: `review:${decisionId}`,
        plan: found.mode === 'observe' ? 'skip' : 'apply',
        reason:
          verdict.kind === 'correct' ? `${actor} corrected ${Object.keys(given).join(', ')}` : `${actor} confirmed it`,
        values,
        sources,
        route: newRoute,
        trace: {
          of: decisionId,
          by: actor,
          verdict: verdict.kind,
          // how the text was made: what is masked in it can be put back only from the same text
          ...('prepared' in found.decision.trace ? { prepared: found.decision.trace.prepared } : {}),
          ...(routed && routed.kind === 'dead' ? { route: routed.reason } : {}),
        },
        taxonomyVersion: taxonomy.version,
        mapVersion: map?.version ?? null,
        ms: 0,
        modelMs: null,
        tokens: null,
        actor,
      },
    )
    // Two reviewers at once read the same newest decision; one of them was first.
    if (!newId) throw reviewed(decisionId)
    const hidden = maskValues(
      values,
      taxonomy,
      found.decision.values,
      deskMask(ConnectionSettings.parse(found.settings)),
    )
    for (const [field, value] of Object.entries(hidden))
      await saveLabel(tx, {
        ticketId: found.ticket.id,
        field,
        value,
        provenance: field in given ? 'human' : 'confirmed',
        decisionId,
        who: actor,
        at: new Date(),
      })
    await recordAudit(tx, {
      actor,
      action: `decision.${verdict.kind}`,
      subject: `decision ${decisionId}`,
      before: found.decision.values,
      after: hidden,
    })
    return newId
  })
  queue.wake(WRITEBACK)
  return { decision: id }
}

/** The route as it was, where the same row still takes the ticket: a reviewer's yes passes it on to nobody else. */
function sameRoute(map: RoutingMap, before: typeof decisions.$inferSelect, values: Labels): Route | null {
  if (!before.route || before.mapVersion !== map.version) return null
  return route(map, values).index === route(map, before.values).index ? before.route : null
}

function reviewed(decisionId: string) {
  return new Rejected(409, 'Another reviewer settled this decision just now', {
    next: `Look at /api/v1/decisions/${decisionId}: it names the newer one.`,
  })
}

function refuseUnknown(values: Labels, taxonomy: Taxonomy, kind: 'confirm' | 'correct') {
  for (const [fieldId, valueId] of Object.entries(values)) {
    const field = taxonomy.fields.find((f) => f.id === fieldId)
    const allowed = field ? describeValues(field) : `one of ${taxonomy.fields.map((f) => f.id).join(', ')}`
    if (!field || !accepts(field, valueId))
      throw new Rejected(422, field ? `${fieldId} has no value ${valueId}` : `There is no field ${fieldId}`, {
        next: `Use ${allowed}.`,
      })
  }
  const missing = taxonomy.fields.filter((field) => field.required && !values[field.id]).map((field) => field.id)
  if (missing.length > 0)
    throw new Rejected(422, `${missing.join(', ')} ${missing.length > 1 ? 'have' : 'has'} no value`, {
      next: kind === 'confirm' ? 'Correct the decision and give the missing values.' : 'Give a value for each of them.',
    })
}

async function load(db: Tx, decisionId: string) {
  const [row] = await db
    .select({ decision: decisions, ticket: tickets, mode: connections.mode, settings: connections.settings })
    .from(decisions)
    .innerJoin(tickets, eq(tickets.id, decisions.ticketId))
    .innerJoin(connections, eq(connections.id, decisions.connectionId))
    .where(eq(decisions.id, decisionId))
  if (!row) throw new Rejected(404, `There is no decision ${decisionId}`, { next: 'GET /api/v1/decisions lists them.' })
  const [newest] = await db
    .select({ id: decisions.id })
    .from(decisions)
    .where(eq(decisions.ticketId, row.ticket.id))
    .orderBy(desc(decisions.createdAt), desc(decisions.id))
    .limit(1)
  if (newest && newest.id !== decisionId)
    throw new Rejected(409, 'The ticket has a newer decision', { next: `Look at /api/v1/decisions/${newest.id}.` })
  return row
}
