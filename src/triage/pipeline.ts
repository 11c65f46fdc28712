/** Prepare → rules → classify → decide for one ticket. Writes nothing: triage records the result, a preview shows it. */
import { askClassifier, type Classified, type Classifiers, promisesOf } from '../classifiers/index.ts'
import { type Connection, type Haste, isCarried, type Prepared, type Ticket } from '../contract/index.ts'
import type { Tx } from '../db/index.ts'
import type { NewDecision } from '../decisions/index.ts'
import type { Assigned, RoutingMap } from '../routing/index.ts'
import { currentTaxonomy } from '../taxonomy/index.ts'
import { deskMask, loadLanguages, type PreparedFor, prepareFor } from '../text/index.ts'
import { distrustOf } from '../trust/index.ts'
import { type CrossChecked, crossCheck } from './cross-check.ts'
import { currentRules, type Ruled, runRules } from './rules/index.ts'

export type Piped = { prepared: Prepared; decision: Omit<NewDecision, 'cause' | 'ms'> }

/** Without `id` there is no connection, and so no evidence against a value. */
type Policy = Pick<Connection, 'mode' | 'settings'> & { id?: string }

/** Throws ModelError when the classifier is unavailable and no other one may answer instead. */
export async function runPipeline(
  { db, classifiers: current }: { db: Tx; classifiers: Classifiers },
  ticket: Pick<Ticket, 'subject' | 'body' | 'format' | 'metadata'> & Partial<Pick<Ticket, 'requester' | 'status'>>,
  { id, mode, settings }: Policy,
  signal: AbortSignal,
  { urgent }: Haste = {},
): Promise<Piped> {
  // The language tables take 40 MB and more, so an idle service does not load them.
  const [taxonomy, rules, distrust] = await Promise.all([
    currentTaxonomy(db),
    currentRules(db),
    id === undefined ? undefined : distrustOf(db, { id, settings }),
    loadLanguages(),
  ])
  // One model answers all questions about a ticket, and is asked for its record: a newer one may be stored meanwhile.
  const embedded = await current.embedded()
  const classifiers: Classifiers = { ...current, embedded: async () => embedded }
  const tokenCounter = classifiers.choice === 'embedded' ? null : classifiers.endpoint
  const { prepared, tokens } = await prepareFor(tokenCounter, ticket, deskMask(settings, ticket.requester))
  const since = performance.now()
  const ask = (part: Prepared, { guarded, again }: { guarded: boolean; again: boolean }): Promise<Classified> => {
    // Only the classifier that answered first can confirm its answer.
    const asked: Classifiers = again ? { ...classifiers, endpointDown: 'wait' } : classifiers
    // A ticket that a guard concerns is important.
    return askClassifier(asked, part, taxonomy, settings, signal, { urgent: urgent ?? guarded, since })
  }
  const checked = await crossCheck(
    prepared,
    {
      rule: (part, outOfScope) => (ticket.status?.done ? DONE : runRules(rules.document, part, taxonomy, outOfScope)),
      ask,
      embedded,
    },
    {
      taxonomy,
      settings,
      mode,
      promiseOf: promisesOf({ embedded, endpoint: classifiers.endpoint }),
      distrustOf: distrust,
    },
  )
  const { verdict, classified } = checked
  const { answer } = classified
  return {
    prepared,
    decision: {
      plan: verdict.plan,
      reason: verdict.reason,
      values: verdict.values,
      sources: verdict.sources,
      answers: verdict.answers,
      route: null,
      trace: { ...traceOf({ prepared, tokens }, checked), mode },
      tokenScale: tokens && 'scale' in tokens ? tokens.scale : null,
      model: answer?.model ?? null,
      promptFormat: answer?.promptFormat ?? null,
      taxonomyVersion: taxonomy.version,
      rulesVersion: rules.version,
      tokens: answer?.tokens ?? null,
      modelMs: answer?.ms ?? null,
    },
  }
}

/** Nobody works on a ticket that is done, so no classifier is asked about it. */
const DONE: Ruled = {
  decided: {},
  guards: [],
  flags: [],
  skip: { reason: 'the ticket was done before it was decided', rule: 'done' },
}

/** How the decision was made, as it is stored with it. Holds no text of the ticket except the masked rationale. */
function traceOf({ prepared, tokens }: PreparedFor, { verdict, ruled, classified, injection }: CrossChecked) {
  const { answer, steps } = classified
  return {
    prepared: {
      language: prepared.language,
      characters: prepared.text.length,
      ...(tokens ? { tokens } : {}),
      dropped: prepared.dropped,
      masked: Object.keys(prepared.masked),
    },
    rules: ruled,
    classifier: steps,
    ...(injection.signs.length > 0 ? { signs: injection.signs } : {}),
    ...(answer?.rationale ? { rationale: answer.rationale } : {}),
    ...(answer?.refused ? { refused: answer.refused } : {}),
    gates: verdict.gates,
  }
}

type Unrouted = Pick<NewDecision, 'plan' | 'reason' | 'route'>

/** Routes by the published map; a ticket cannot be routed without one. */
export async function routeBy(
  map: RoutingMap | null,
  assign: (map: RoutingMap) => Promise<Assigned>,
): Promise<Assigned> {
  return map ? assign(map) : { kind: 'dead', reason: 'no routing map is published' }
}

/** Adds the route to a decision. A decision that should be written but cannot be routed is held. */
export function withRoute<Decision extends Unrouted>(decision: Decision, routed: Assigned | null): Decision {
  if (!routed) return decision
  if (routed.kind === 'routed') return { ...decision, route: routed.route }
  return isCarried(decision.plan) ? { ...decision, plan: 'hold', reason: routed.reason } : decision
}
