/** What a routing map would change, by the same functions that triage calls. */

import { z } from '@hono/zod-openapi'
import { accepts, type Labels, type Taxonomy } from '../../contract/index.ts'
import type { Tx } from '../../db/index.ts'
import { lastDecisions } from '../../decisions/index.ts'
import { Rejected } from '../../errors.ts'
import { type MapDocument, planGoal, type RoutingMap, route } from '../../routing/index.ts'

const Winner = z.object({
  row: z.number().int().openapi({ description: 'The number of the row, from 1.' }),
  group: z.string().nullable(),
  people: z.array(z.string()).openapi({
    description:
      'The people who may get the ticket, without those who are away at the moment; empty: the group gets it. Limits are not counted.',
  }),
  because: z.string(),
})
type Winner = z.infer<typeof Winner>

export const LabelsPreview = z.object({
  kind: z.literal('labels'),
  draft: Winner,
  published: Winner.nullable(),
  unknown: z
    .array(z.string())
    .openapi({ description: 'Labels that the taxonomy does not know; no row can match them.' }),
})

const Move = z.object({ from: z.string().nullable(), to: z.string().nullable(), n: z.number().int() })

export const SamplePreview = z.object({
  kind: z.literal('sample'),
  sampled: z.number().int(),
  changed: z.number().int().openapi({ description: 'How many would be routed differently than by the published map.' }),
  groups: z.array(Move).openapi({ description: 'From which group to which; null: no group. Most tickets first.' }),
  people: z
    .number()
    .int()
    .openapi({ description: 'How many would stay in their group and only have other people to choose from.' }),
  persons: z.array(z.object({ name: z.string(), before: z.number(), after: z.number() })).openapi({
    description:
      'How many of the tickets each person would get, by the published map and by this one, where that differs. Several who may get a ticket have equal shares of it.',
  }),
  rows: z
    .array(z.object({ row: z.number().int(), when: z.record(z.string(), z.string()), n: z.number().int() }))
    .openapi({ description: 'Which rows of the draft take them, by number from 1. Most tickets first.' }),
  examples: z
    .array(
      z.object({
        decision: z.uuid(),
        key: z.string(),
        subject: z.string(),
        from: Winner.nullable(),
        to: Winner,
      }),
    )
    .openapi({ description: 'Some of them, newest first; `examples` of the request says from where and how many.' }),
})

type Maps = { draft: MapDocument; published: RoutingMap | null }

export function previewLabels(maps: Maps, labels: Labels, taxonomy: Taxonomy): z.infer<typeof LabelsPreview> {
  const known = (field: string, value: string) => taxonomy.fields.some((f) => f.id === field && accepts(f, value))
  const unknown = Object.entries(labels).filter(([field, value]) => !known(field, value))
  return {
    kind: 'labels',
    draft: winner(maps.draft, labels, new Date()),
    published: maps.published && winner(maps.published, labels, new Date()),
    unknown: unknown.map(([field, value]) => `${field}/${value}`),
  }
}

export async function previewLast(
  db: Tx,
  { draft, published }: Maps,
  last: number,
  { offset, limit }: { offset: number; limit: number },
): Promise<z.infer<typeof SamplePreview>> {
  const sample = await lastDecisions(db, last)
  const compared = sample.map(({ id, key, subject, values, createdAt }) => ({
    decision: id,
    key,
    subject,
    from: published && winner(published, values, createdAt),
    to: winner(draft, values, createdAt),
  }))
  const changed = compared.filter(({ from, to }) => !from || goal(from) !== goal(to))
  const moved = changed.filter(({ from, to }) => from?.group !== to.group)
  const byMove = Map.groupBy(moved, ({ from, to }) => JSON.stringify([from?.group ?? null, to.group]))
  const byRow = Map.groupBy(changed, ({ to }) => to.row)
  const most = (a: { n: number }, b: { n: number }) => b.n - a.n
  return {
    kind: 'sample',
    sampled: sample.length,
    changed: changed.length,
    groups: [...byMove.values()]
      .map((tickets) => ({ from: tickets[0]!.from?.group ?? null, to: tickets[0]!.to.group, n: tickets.length }))
      .sort(most),
    people: changed.length - moved.length,
    persons: personsOf(changed),
    rows: [...byRow].map(([row, tickets]) => ({ row, when: draft.rows[row - 1]!.when, n: tickets.length })).sort(most),
    examples: changed.slice(offset, offset + limit),
  }
}

function winner(map: MapDocument, labels: Labels, now: Date): Winner {
  if (!map.rows.some((row) => Object.keys(row.when).length === 0))
    throw new Rejected(422, 'The draft has no default row', {
      next: 'Add a row with an empty "when": it takes the tickets that no other row matches.',
      faults: [{ path: 'rows', message: 'there is no default row' }],
    })
  const { row, index, because } = route(map, labels)
  const planned = planGoal(map, row, { now, dead: { group: {}, assignee: {} }, assigned: {} })
  if ('dead' in planned) return { row: index + 1, group: null, people: [], because: `${because}; ${planned.dead}` }
  const { goal, there } = planned
  return { row: index + 1, group: goal.group, people: there, because: [because, ...planned.because].join('; ') }
}

/** Who would get more or fewer tickets. */
function personsOf(changed: { from: Winner | null; to: Winner }[]) {
  const persons = new Map<string, { before: number; after: number }>()
  const share = (which: 'before' | 'after', { people }: Winner) => {
    for (const name of people) {
      const person = persons.get(name) ?? { before: 0, after: 0 }
      persons.set(name, { ...person, [which]: person[which] + 1 / people.length })
    }
  }
  for (const { from, to } of changed) {
    if (from) share('before', from)
    share('after', to)
  }
  const round = (n: number) => Math.round(n * 10) / 10
  return [...persons]
    .map(([name, { before, after }]) => ({ name, before: round(before), after: round(after) }))
    .filter(({ before, after }) => before !== after)
    .sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before))
}

// A different row with the same target is not a change.
const goal = ({ group, people }: Winner) => JSON.stringify([group, people])
