import { checkConnectionNames } from '../../connections/index.ts'
import { ROUTE_FIELDS, unknownName } from '../../contract/index.ts'
import type { Tx } from '../../db/index.ts'
import { Rejected } from '../../errors.ts'
import { currentTaxonomy, everHad } from '../../taxonomy/index.ts'

/** The names in the filter of a list. */
type Names = { connection?: string; field?: string; value?: string; values?: [field: string, value: string][] }

/**
 * Throws Rejected 400 for a name in a filter that does not exist and never did: an empty list would look like an answer.
 * Names of the past stay: history has them.
 */
export async function checkFilter(db: Tx, { connection, field, value, values = [] }: Names): Promise<void> {
  if (connection !== undefined) await checkConnectionNames(db, [connection], { path: 'connection', status: 400 })
  const pairs: [path: string, field: string, value?: string][] = values.map((pair) => ['value', ...pair])
  if (field !== undefined && !ROUTE_FIELDS.includes(field as never))
    pairs.push(['field', field], ...(value === undefined ? [] : ([['value', field, value]] as typeof pairs)))
  for (const [path, ...names] of pairs) {
    const message = unknownName(await currentTaxonomy(db), ...names)
    if (message && !(await everHad(db, ...names)))
      throw new Rejected(400, message, {
        next: 'GET /api/v1/taxonomy lists fields and values.',
        faults: [{ path, message }],
      })
  }
}
