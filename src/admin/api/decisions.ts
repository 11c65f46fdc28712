/** /decisions: what was decided, and why. */

import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Database, Tx } from '../../db/index.ts'
import {
  attemptsAt,
  countDecisions,
  countUndecided,
  type DecisionFilter,
  decisionsOf,
  listDecisions,
  listUndecided,
  readDecision,
  undecidedFilter,
} from '../../decisions/index.ts'
import { Rejected } from '../../errors.ts'
import { listOverrides } from '../../feedback/index.ts'
import { json } from '../../http/index.ts'
import { listLabels } from '../../labels/index.ts'
import type { Env } from '../access/index.ts'
import { OutcomeCounts } from './decision-schemas.ts'
import {
  brief,
  Decision,
  DecisionTrace,
  showAttempts,
  showDecision,
  showTrace,
  showUndecided,
} from './decision-shown.ts'
import { FilterQuery, filterOf } from './decisions-filter.ts'
import { showLabel, showOverride } from './feedback.ts'
import { ById, guarded, listOf, Paged, pageOf } from './route-helpers.ts'

const list = guarded('read', {
  method: 'get',
  path: '/decisions',
  tags: ['decisions'],
  summary: 'Decisions, newest first',
  description:
    'The review queue is `?outcome=held&newest=true`. `outcome=waiting` and `outcome=failed` also list tickets that are not decided.',
  request: {
    query: z.strictObject({
      ...Paged,
      ...FilterQuery,
    }),
  },
  responses: { 200: json(listOf(Decision), 'One page.') },
})

const counts = guarded('read', {
  method: 'get',
  path: '/decisions/counts',
  tags: ['decisions'],
  summary: 'How many decisions match a filter, by outcome',
  description: 'Takes the filter of the list. Its `outcome` is ignored, so that the counts of all outcomes are there.',
  request: { query: z.strictObject(FilterQuery) },
  responses: { 200: json(OutcomeCounts, 'The counts.') },
})

const read = guarded('read', {
  method: 'get',
  path: '/decisions/{id}',
  tags: ['decisions'],
  summary: 'One decision with everything that explains it',
  request: { params: ById },
  responses: { 200: json(DecisionTrace, 'The whole trace.') },
})

export function decisionRoutes({ database: { db } }: { database: Pick<Database, 'db'> }) {
  return new OpenAPIHono<Env>()
    .openapi(list, async (c) => {
      const { limit, cursor, ...query } = c.req.valid('query')
      const filter = await filterOf(db, query)
      const found = await listWithUndecided(db, filter, { limit: limit + 1, before: cursor })
      return c.json(
        pageOf(
          found,
          limit,
          (item) => item,
          ({ id }) => id,
        ),
        200,
      )
    })
    .openapi(counts, async (c) => {
      const filter = await filterOf(db, c.req.valid('query'))
      const counted = await countDecisions(db, filter)
      const open = undecidedFilter(filter)
      for (const outcome of open ? (['waiting', 'failed'] as const) : [])
        counted[outcome] += await countUndecided(db, outcome, open!)
      return c.json(counted, 200)
    })
    .openapi(read, async (c) => {
      const { id } = c.req.valid('param')
      const row = await readDecision(db, id)
      if (!row) throw new Rejected(404, `There is no decision ${id}`, { next: 'GET /api/v1/decisions lists them.' })
      const [overrides, labels, history] = await Promise.all([
        listOverrides(db, { ticket: row.ticket.id }, { limit: 200 }),
        listLabels(db, { ticket: row.ticket.id }, { limit: 200 }),
        decisionsOf(db, row.ticket.id),
      ])
      const related = {
        overrides: overrides.map(showOverride),
        labels: labels.map(showLabel),
        history: history.map(showDecision).map(brief),
      }
      return c.json({ ...showTrace(row), ...related }, 200)
    })
}

/** A page of decisions, with what is not decided where the outcome asks for it. */
export async function listWithUndecided(db: Tx, filter: DecisionFilter, page: { limit: number; before?: string }) {
  const { outcome } = filter
  const decided = await listDecisions(db, filter, page)
  const items = decided.map(showDecision)
  if (outcome !== 'waiting' && outcome !== 'failed') return items
  if (outcome === 'waiting') {
    const attempts = await attemptsAt(
      db,
      items.map(({ id }) => id),
    )
    for (const item of items) {
      const at = attempts.get(item.id)
      if (!at) continue
      item.waiting = showAttempts(at)
      item.reason = at.reason ?? item.reason
    }
  }
  const open = undecidedFilter(filter)
  const undecided = open ? (await listUndecided(db, outcome, open, page)).map(showUndecided) : []
  return [...items, ...undecided].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, page.limit)
}
