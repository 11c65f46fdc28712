/** What a replay shows, every share with n and its 95 % interval. Pure. */
import type { FieldAnswer, Labels, Plan, Taxonomy } from '../../contract/index.ts'
import { coverageAt, type Figure, type Outcome, share } from '../../training/evaluate/index.ts'
import type { PastTicket } from './past-tickets.ts'

/** What would have been decided. `group`: where the ticket would have been sent or suggested to; null: a person decides. */
export type Replayed = {
  ticket: Pick<PastTicket, 'labels' | 'routed'>
  plan: Plan
  values: Labels
  answers: Record<string, FieldAnswer>
  group: string | null
}

type FieldReplay = {
  field: string
  /** Of all tickets with a label; one without a value counts as wrong. */
  accuracy: Figure
  /** Of the tickets that would have been written. */
  automated: Figure
  /** The share that could be automated where the confident answers are right as often as was asked; null: nowhere. */
  coverage: { precision: number; threshold: number; share: Figure } | null
}

export type Replay = {
  tickets: number
  plans: Record<Plan, number>
  /** Tickets that would have been written by themselves. */
  automation: Figure
  fields: FieldReplay[]
  /** Tickets whose first and last group are known. */
  routes: {
    tickets: number
    /** Those whose first group was not the last one. */
    misrouted: Figure
    /** Misrouted ones for which the last group would have been chosen at once. */
    prevented: Figure
    /** Ones that went right, and for which another group would have been chosen. */
    caused: Figure
  }
}

export type ReplayReport = Replay & { since: string; classifier: string; trainedOn: number }

export function summarize(replayed: Replayed[], taxonomy: Taxonomy, precision: number): Replay {
  const count = (plan: Plan) => replayed.filter((one) => one.plan === plan).length
  const applied = replayed.filter(({ plan }) => plan === 'apply')
  const labelled = taxonomy.fields.filter(({ id }) => replayed.some(({ ticket }) => ticket.labels[id] !== undefined))
  return {
    tickets: replayed.length,
    plans: { apply: applied.length, suggest: count('suggest'), hold: count('hold'), skip: count('skip') },
    automation: share(applied.length, replayed.length),
    fields: labelled.map(({ id }) => reportField(id, replayed, applied, precision)),
    routes: reportRoutes(replayed),
  }
}

function reportField(field: string, all: Replayed[], applied: Replayed[], precision: number): FieldReplay {
  const outcomes = outcomesOf(field, all)
  const written = outcomesOf(field, applied)
  const found = coverageAt(outcomes, precision)
  return {
    field,
    accuracy: shareRight(outcomes),
    automated: shareRight(written),
    coverage: found && { precision, threshold: found.threshold, share: share(found.n, outcomes.length) },
  }
}

function outcomesOf(field: string, replayed: Replayed[]): Outcome[] {
  return replayed.flatMap(({ ticket, values, answers }) => {
    const expected = ticket.labels[field]
    if (expected === undefined) return []
    const answer = answers[field]
    // A rule is as sure as can be.
    const confidence = answer ? (answer.calibrated ?? answer.raw) : values[field] === undefined ? null : 1
    return [{ expected, value: values[field] ?? null, confidence }]
  })
}

const shareRight = (outcomes: Outcome[]) =>
  share(outcomes.filter(({ expected, value }) => expected === value).length, outcomes.length)

function reportRoutes(replayed: Replayed[]): Replay['routes'] {
  const known = replayed.flatMap(({ ticket, group }) => (ticket.routed ? [{ ...ticket.routed, group }] : []))
  const [astray, right] = [
    known.filter(({ first, last }) => first !== last),
    known.filter(({ first, last }) => first === last),
  ]
  return {
    tickets: known.length,
    misrouted: share(astray.length, known.length),
    prevented: share(astray.filter(({ group, last }) => group === last).length, astray.length),
    caused: share(right.filter(({ group, last }) => group !== null && group !== last).length, right.length),
  }
}
