/** /decisions/csv: the list as a file for a spreadsheet. */

import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Database, Tx } from '../../db/index.ts'
import type { DecisionFilter } from '../../decisions/index.ts'
import { currentTaxonomy } from '../../taxonomy/index.ts'
import type { Env } from '../access/index.ts'
import { csvLine } from './csv.ts'
import type { Decision } from './decision-shown.ts'
import { listWithUndecided } from './decisions.ts'
import { FilterQuery, filterOf } from './decisions-filter.ts'
import { guarded } from './route-helpers.ts'
import { streamOf } from './stream.ts'

const file = guarded('read', {
  method: 'get',
  path: '/decisions/csv',
  tags: ['decisions'],
  summary: 'The list of decisions as a CSV file',
  description:
    'Takes the filter of the list; newest first, all of them. A text that a spreadsheet would run as a formula gets an apostrophe before it.',
  request: { query: z.strictObject(FilterQuery) },
  responses: {
    200: {
      description: 'The file, in UTF-8 with a byte order mark, by which spreadsheets recognise it.',
      content: { 'text/csv': { schema: z.string() } },
    },
  },
})

export function decisionCsvRoutes({ database: { db } }: { database: Pick<Database, 'db'> }) {
  return new OpenAPIHono<Env>().openapi(file, async (c) => {
    const filter = await filterOf(db, c.req.valid('query'))
    const { fields } = await currentTaxonomy(db)
    const day = new Date().toISOString().slice(0, 10)
    c.header('Content-Type', 'text/csv; charset=utf-8')
    c.header('Content-Disposition', `attachment; filename="pointsman-decisions-${day}.csv"`)
    const ids = fields.map(({ id }) => id)
    return c.body(streamOf(linesOf(db, filter, ids))) as never // the typed client cannot describe a file
  })
}

const BYTE_ORDER_MARK = '\uFEFF'
const PAGE = 500

async function* linesOf(db: Tx, filter: DecisionFilter, fields: string[]): AsyncGenerator<string> {
  const head = ['key', 'subject', 'connection', 'outcome', 'reason', ...fields, 'least sure', 'group', 'assignee']
  yield BYTE_ORDER_MARK + csvLine([...head, 'model', 'person', 'decided', 'address'])
  for (let before: string | undefined; ; ) {
    const page = await listWithUndecided(db, filter, { limit: PAGE, before })
    for (const row of page) yield csvLine(cellsOf(row, fields))
    before = page.at(-1)?.id
    if (page.length < PAGE) return
  }
}

function cellsOf(row: z.infer<typeof Decision>, fields: string[]): (string | number | null)[] {
  const { ticket, connection, outcome, reason, values, answers, route, model, actor, createdAt } = row
  const sure = Object.keys(values).flatMap((field) => answers[field]?.confidence ?? [])
  return [
    ticket.key,
    ticket.subject,
    connection,
    outcome,
    reason,
    ...fields.map((field) => values[field] ?? null),
    sure.length > 0 ? Math.min(...sure) : null,
    route?.group ?? null,
    route?.assignee ?? null,
    model,
    actor,
    createdAt,
    ticket.url,
  ]
}
