/** prepare → rules → classify → decide for one ticket, without writing anything: what triage records and a playground shows. */

import { type Classifiers, classify } from '../classifiers/ask.ts'
import type { Helpdesks } from '../connections/index.ts'
import type { Actor, Connection, Haste, Labels, Prepared, Ticket } from '../contract/index.ts'
import type { Tx } from '../db/index.ts'
import type { NewDecision } from '../decisions/record.ts'
import { type RoutingMap, route } from '../routing/index.ts'
import { currentTaxonomy } from '../taxonomy/index.ts'
import { deskMask } from '../text/mask/index.ts'
import { loadLanguages } from '../text/prepare/index.ts'
import { prepareFor } from '../text/prepare-for.ts'
import { weigh } from './cross-check.ts'
import { currentRules, runRules } from './rules/store.ts'

export type Considered = { prepared: Prepared; decision: Omit<NewDecision, 'cause' | 'ms'> }

type Policy = Pick<Connection, 'mode' | 'settings'>

/** Throws ModelError when the classifier is away and nothing stands in. */
export async function consider(
  { db, classifiers }: { db: Tx; classifiers: Classifiers },
  ticket: Pick<Ticket, 'subject' | 'body' | 'format' | 'metadata'> & { requester?: Actor },
  { mode, settings }: Policy,
  signal: AbortSignal,
  { urgent }: Haste = {},
): Promise<Considered> {
  // The tables of languages weigh 40 MB and more: an idle service does without them.
  const [taxonomy, rules] = await Promise.all([currentTaxonomy(db), currentRules(db), loadLanguages()])
  const counting = classifiers.choice === 'embedded' ? null : classifiers.endpoint
  const { prepared, tokens } = await prepareFor(counting, ticket, deskMask(settings, ticket.requester))
  const since = performance.now()
  const { verdict, ruled, classified, scrutiny } = await weigh(
    prepared,
    {
      rule: (reading, outOfScope) => runRules(rules.document, reading, taxonomy, outOfScope),
      ask: (reading, { guarded, again }) =>
        classify(
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
      model: answer?.model ?? null,
      taxonomyVersion: taxonomy.version,
      rulesVersion: rules.version,
      tokens: answer?.tokens ?? null,
      modelMs: answer?.ms ?? null,
    },
  }
}

const counts = new Map<string, { at: number; open: Record<string, number> }>()
const COUNTS_FOR_MS = 60_000

/**
 * Open tickets by person's name, when the row that takes these labels looks at them; asked of the helpdesk at most once
 * a minute.
 */
export async function openCounts(
  helpdesks: Helpdesks,
  connection: Connection,
  map: RoutingMap,
  labels: Labels,
): Promise<Record<string, number>> {
  const { strategy } = route(map, labels).row
  const names =
    strategy.kind === 'least_loaded' ? strategy.people.filter((name) => connection.mapping.people[name]) : []
  if (names.length === 0) return {}
  const key = `${connection.id}:${names.join('\n')}`
  const known = counts.get(key)
  if (known && Date.now() - known.at < COUNTS_FOR_MS) return known.open
  const ids = names.map((name) => connection.mapping.people[name]!)
  const byId = await helpdesks.call(connection.id, (connector, c) => connector.countOpen(c, ids))
  const open = Object.fromEntries(names.map((name, i) => [name, byId[ids[i]!] ?? 0]))
  if (counts.size > 1000) counts.clear()
  counts.set(key, { at: Date.now(), open })
  return open
}
