/** What a new taxonomy breaks: everything that names a field or value which goes away, or that relies on an order. */
import { isNull, sql } from 'drizzle-orm'
import { followInConnection, unknownNames } from '../connections/index.ts'
import {
  accepts,
  ConnectionSettings,
  follow,
  Mapping,
  type Merge,
  newMerges,
  ROUTE_FIELDS,
  rankOf,
  type TaxonomyDocument,
  type TaxonomyField,
  unknownName,
  valuesOf,
} from '../contract/index.ts'
import { connections, rows, type Tx } from '../db/index.ts'
import { listPauses } from '../pauses/index.ts'
import { checkMap, followInRows, publishedMap } from '../routing/index.ts'
import { checkTargets, currentRules, followInRules, type Rules } from '../triage/index.ts'
import type { Break } from './break.ts'
import { undecided } from './undecided.ts'

type Step = { from: TaxonomyDocument; to: TaxonomyDocument }

/** Only what is right today and would no longer be is told, not what is wrong already. */
export async function breaksOfTaxonomy(db: Tx, step: Step): Promise<Break[]> {
  // What names a merged value follows to the other one, so that it breaks nothing.
  const merges = newMerges(step.from, step.to)
  const { rules } = followInRules((await currentRules(db)).document, merges)
  return [
    ...(await rowsOfTheMap(db, step, merges)),
    ...(await connectionsThat(db, step, merges)),
    ...(await pausesOf(db, step)),
    ...rulesThat(rules, step),
    ...guardsThat(rules, step),
    ...undecided({ fields: step.from.fields, rules }, { fields: step.to.fields, rules }),
    ...(await labelsOf(db, step, merges)),
  ]
}

async function rowsOfTheMap(db: Tx, { from, to }: Step, merges: Merge[]): Promise<Break[]> {
  const published = await publishedMap(db)
  if (!published) return []
  const map = { ...published, rows: followInRows(published.rows, merges).rows }
  const wrong = new Set(checkMap(map, from).map(({ path }) => path))
  return checkMap(map, to)
    .filter(({ path }) => !wrong.has(path))
    .map((fault) => ({ kind: 'row', ...fault }))
}

async function connectionsThat(db: Tx, { from, to }: Step, merges: Merge[]): Promise<Break[]> {
  const { name, settings, mapping } = connections
  const found = await db.select({ name, settings, mapping }).from(connections).where(isNull(connections.deletedAt))
  return found.flatMap((row) => {
    const parts = { mapping: Mapping.parse(row.mapping), settings: ConnectionSettings.parse(row.settings) }
    const connection = { name: row.name, ...followInConnection(parts, merges) }
    const wrong = new Set(unknownNames(connection, from).map(({ path }) => path))
    return unknownNames(connection, to)
      .filter(({ path }) => !wrong.has(path))
      .map(({ path, message }) => ({
        kind: 'connection' as const,
        path: `${connection.name}.${path}`,
        message: `connection ${connection.name}: ${message}`,
        next: `Change it with PATCH /api/v1/connections/${connection.name}; until then it has no effect.`,
      }))
  })
}

async function pausesOf(db: Tx, { from, to }: Step): Promise<Break[]> {
  return (await listPauses(db)).flatMap(({ id, field, value, who }) => {
    if (field === null || ROUTE_FIELDS.includes(field as never)) return []
    const message = unknownName(to, field, value ?? undefined)
    if (!message || unknownName(from, field, value ?? undefined)) return []
    return [
      {
        kind: 'pause' as const,
        path: id,
        message: `a pause by ${who} holds nothing new any more: ${message}`,
        next: 'End it with POST /api/v1/pauses/resume, or pause the field or value that takes its place.',
      },
    ]
  })
}

function rulesThat(rules: Rules, { from, to }: Step): Break[] {
  const at = ({ rule, path }: { rule: string; path: string }) => `${rule}.${path}`
  const wrong = new Set(checkTargets(rules, from).map(at))
  return checkTargets(rules, to)
    .filter((fault) => !wrong.has(at(fault)))
    .map((fault) => ({
      kind: fault.path === 'then.guard' ? 'guard' : 'rule',
      path: at(fault),
      message: `rule ${fault.rule}: ${fault.message}`,
      next: 'Change the rule in a draft of the rules, and publish it right after.',
    }))
}

/** A guard keeps a field at a value or above: another order of the values changes what it lets pass. */
function guardsThat(rules: Rules, { from, to }: Step): Break[] {
  return rules.flatMap(({ id, then }) => {
    if (!('guard' in then)) return []
    const { field, atLeast } = then.guard
    const [old, now] = [from, to].map(({ fields }) => fields.find((each) => each.id === field))
    if (!old || !now || rankOf(now, atLeast) === null) return []
    const values = valuesOf(old).map((value) => value.id)
    const other = values.filter((value) => accepts(now, value) && passes(old, value) !== passes(now, value))
    if (other.length === 0) return []
    return [
      {
        kind: 'guard' as const,
        path: `${id}.then.guard`,
        message: `rule ${id} keeps ${field} at ${atLeast} or above: in the new order it ${other
          .map((value) => `${passes(now, value) ? 'lets' : 'no longer lets'} ${value} pass`)
          .join(', ')}`,
        next: 'Keep the order of the values, or change the rule.',
      },
    ]
    function passes(field_: TaxonomyField, value: string): boolean {
      return rankOf(field_, value)! >= rankOf(field_, atLeast)!
    }
  })
}

type Counted = { field: string; value: string | null; n: number }

async function labelsOf(db: Tx, { from, to }: Step, merges: Merge[]): Promise<Break[]> {
  const gone = from.fields.filter(({ id }) => !to.fields.some((field) => field.id === id)).map(({ id }) => id)
  const kept = to.fields.filter(({ id }) => from.fields.some((field) => field.id === id))
  const other = kept.filter((field) => !isSame(field, from)).map(({ id }) => id)
  if (gone.length + other.length === 0) return []
  const found = await rows<Counted>(
    db,
    sql`with named as (
          select field, value from labels union all
          select key, value from examples cross join lateral jsonb_each_text(examples.labels))
        select field, case when field = any(${arrayOf(other)}) then value end as value, count(*)::int as n from named
        where field = any(${arrayOf([...gone, ...other])}) group by 1, 2 order by 1, 2`,
  )
  return found
    .filter(
      ({ field, value }) =>
        value === null || !accepts(to.fields.find(({ id }) => id === field)!, follow(merges, field, value)),
    )
    .map(({ field, value, n }) => {
      const name = value === null ? field : `${field}/${value}`
      return {
        kind: 'label' as const,
        path: name,
        message: `${n} label(s) name ${name}, which the new taxonomy does not have`,
        next: 'They stay as history. To learn from them, keep the field or value.',
        count: n,
      }
    })
}

/** Whether the field takes the same values as before; names and descriptions do not matter. */
function isSame(field: TaxonomyField, { fields }: TaxonomyDocument): boolean {
  const takes = (each: TaxonomyField) =>
    JSON.stringify([
      each.kind,
      valuesOf(each).map(({ id }) => id),
      each.kind === 'number' ? [each.min ?? null, each.max ?? null] : null,
    ])
  return takes(field) === takes(fields.find(({ id }) => id === field.id)!)
}

const arrayOf = (names: string[]) =>
  sql`array[${sql.join([sql`''`, ...names.map((name) => sql`${name}`)], sql`, `)}]::text[]`
