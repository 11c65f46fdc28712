/** The filter of /decisions, shared by the list and the counts. */
import { z } from '@hono/zod-openapi'
import type { Tx } from '../../db/index.ts'
import type { DecisionFilter } from '../../decisions/index.ts'
import { ConnectionName } from '../../http/index.ts'
import { checkFilter } from './check-filter.ts'
import { Outcome, Source } from './decision-schemas.ts'
import { Span } from './route-helpers.ts'

const Value = z.string().regex(/^[a-z][a-z0-9_]*\/[a-z][a-z0-9_]*$/, 'must be field/value, such as service/internet')
const Words = z.string().trim().min(1).max(200)

/** The query parameters. */
export const FilterQuery = {
  ...Span,
  outcome: Outcome.optional(),
  connection: ConnectionName.optional(),
  key: z.string().max(200).optional().openapi({ description: "The ticket's key in the helpdesk." }),
  text: Words.optional().openapi({
    description: 'In the subject or the prepared text, or the beginning of the key; upper and lower case are the same.',
  }),
  value: z
    .union([Value, z.array(Value).max(20)])
    .optional()
    .openapi({
      description: 'Decided values as field/value; several must all be there.',
      example: 'service/internet',
    }),
  language: z.string().max(20).optional().openapi({ example: 'en' }),
  model: Words.optional(),
  map: z.coerce
    .number<string>()
    .int()
    .min(1)
    .max(2_000_000_000)
    .optional()
    .openapi({ description: 'Version of the routing map.' }),
  source: Source.optional().openapi({ description: 'At least one value has this source.' }),
  group: Words.optional(),
  assignee: Words.optional(),
  overridden: z
    .string()
    .regex(/^[a-z][a-z0-9_]*$/)
    .optional()
    .openapi({ description: 'The field that a person changed after the decision; `any` for all fields.' }),
  reason: Words.optional().openapi({ description: 'In the reason of the outcome.' }),
  newest: z
    .enum(['true', 'false'])
    .optional()
    .openapi({ description: 'true: only the newest decision of each ticket.' }),
}

const Filter = z.object(FilterQuery)

/** The filter that the parameters mean. Throws Rejected 400 for a name that does not exist. */
export async function filterOf(
  db: Tx,
  { value, newest, ...filter }: Partial<z.output<typeof Filter>>,
): Promise<DecisionFilter> {
  const pairs = value === undefined ? undefined : [value].flat().map((pair) => pair.split('/') as [string, string])
  await checkFilter(db, { connection: filter.connection, values: pairs })
  return { ...filter, values: pairs && Object.fromEntries(pairs), newest: newest === 'true' }
}
