/** prepare → rules → classify → decide for one ticket, without writing anything: what triage records and a playground shows. */
import { askClassifier, type Classifiers } from '../classifiers/index.ts'
import { type Actor, type Connection, type Haste, isCarried, type Prepared, type Ticket } from '../contract/index.ts'
import type { Tx } from '../db/index.ts'
import type { NewDecision } from '../decisions/index.ts'
import type { Assigned, RoutingMap } from '../routing/index.ts'
import { currentTaxonomy } from '../taxonomy/index.ts'
import { deskMask, loadLanguages, prepareFor } from '../text/index.ts'
import { crossCheck } from './cross-check.ts'
import { currentRules, runRules } from './rules/index.ts'

export type Piped = { prepared: Prepared; decision: Omit<NewDecision, 'cause' | 'ms'> }

type Policy = Pick<Connection, 'mode' | 'settings'>

/** Throws ModelError when the classifier is away and nothing stands in. */
export async function runPipeline(
  { db, classifiers }: { db: Tx; classifiers: Classifiers },
  ticket: Pick<Ticket, 'subject' | 'body' | 'format' | 'metadata'> & { requester?: Actor },
  { mode, settings }: Policy,
  signal: AbortSignal,
  { urgent }: Haste = {},
): Promise<Piped> {
  // The tables of languages weigh 40 MB and more: an idle service does without them.
  const [taxonomy, rules] = await Promise.all([currentTaxonomy(db), currentRules(db), loadLanguages()])
  const counting = classifiers.choice === 'embedded' ? null : classifiers.endpoint
  const { prepared, tokens } = await prepareFor(counting, ticket, deskMask(settings, ticket.requester))
  const since = performance.now()
  const { verdict, ruled, classified, scrutiny } = await crossCheck(
    prepared,
    {
      rule: (reading, outOfScope) => runRules(rules.document, reading, taxonomy, outOfScope),
      ask: (reading, { guarded, again }) =>
        askClassifier(
          // another classifier's word is no second look at what this one said
          again ? { ...classifiers, endpointDown: 'wait' } : classifiers,
          reading,
          taxonomy,
          settings,
          signal,
          // what a rule lifts is grave by the words of the desk itself
          { urgent: urgent ?? guarded, since },
        ),
      embedded: await classifiers.embedded(),
    },
    { taxonomy, settings, mode },
  )
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
      trace: {
        prepared: {
          language: prepared.language,
          characters: prepared.text.length,
          ...(tokens ? { tokens } : {}),
          dropped: prepared.dropped,
          masked: Object.keys(prepared.masked),
        },
        rules: ruled,
        classifier: classified.steps,
        ...(scrutiny.signs.length > 0 ? { signs: scrutiny.signs } : {}),
        ...(answer?.rationale ? { rationale: answer.rationale } : {}),
        ...(answer?.refused ? { refused: answer.refused } : {}),
        gates: verdict.gates,
        mode,
      },
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

type Unrouted = Pick<NewDecision, 'plan' | 'reason' | 'route'>

/** Routes by the published map; without one nobody can be given a ticket. */
export async function routeBy(
  map: RoutingMap | null,
  assign: (map: RoutingMap) => Promise<Assigned>,
): Promise<Assigned> {
  return map ? assign(map) : { kind: 'dead', reason: 'no routing map is published' }
}

/** The end of the pipeline: a decision with its route; one that cannot be routed waits for a person. */
export function withRoute<Decision extends Unrouted>(decision: Decision, routed: Assigned | null): Decision {
  if (!routed) return decision
  if (routed.kind === 'routed') return { ...decision, route: routed.route }
  return isCarried(decision.plan) ? { ...decision, plan: 'hold', reason: routed.reason } : decision
}
