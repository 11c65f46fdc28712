/** The routing map: its format, and its checks. Pure. */
import { z } from 'zod'
import { describeValues, didYouMean, type TaxonomyDocument, unknownName } from '../contract/index.ts'
import { Calendar, checkCalendar } from './hours.ts'

const Name = z.string().trim().min(1).max(120)

export const Strategy = z.discriminatedUnion('kind', [
  /** The ticket goes to the group; no person is assigned. */
  z.strictObject({ kind: z.literal('group') }),
  z.strictObject({ kind: z.literal('fixed'), assignee: Name }),
  z.strictObject({ kind: z.literal('round_robin'), people: z.array(Name).min(1).max(200) }),
  z.strictObject({ kind: z.literal('least_loaded'), people: z.array(Name).min(1).max(200) }),
])
export type Strategy = z.infer<typeof Strategy>

const Goal = z.strictObject({ group: Name.nullable(), strategy: Strategy.default({ kind: 'group' }) })
/** Where a ticket goes: a group, or none, and who of it gets the ticket. */
export type Goal = z.infer<typeof Goal>

/**
 * What becomes of a ticket outside the hours of the group, or when nobody of the row is there. `wait`: the group gets it
 * and nobody is assigned; it waits there. `fallback`: it goes elsewhere, whatever the hours are there.
 */
const Otherwise = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('wait') }),
  Goal.extend({ kind: z.literal('fallback') }),
])

export const Row = z.strictObject({
  /** Field -> value that the ticket must have; other fields may have any value. `{}` is the default row. */
  when: z.record(z.string(), z.string()),
  group: Name.nullable(),
  strategy: Goal.shape.strategy,
  /** Absent: `wait`. */
  otherwise: Otherwise.optional(),
  comment: z.string().max(500).optional(),
})
export type Row = z.infer<typeof Row>

const Person = z.strictObject({
  /** Days, both included, in the time zone of the group that the ticket is for; UTC for a group without hours. */
  away: z
    .array(z.strictObject({ from: z.iso.date(), until: z.iso.date() }))
    .max(100)
    .default([]),
  /**
   * At most this many of the tickets that we assigned to the person in the last hours may be open. A ticket counts once,
   * by its newest decision, until it is done, removed, or moved to another group.
   */
  limit: z
    .strictObject({
      tickets: z.number().int().min(1).max(10_000),
      hours: z
        .number()
        .int()
        .min(1)
        .max(24 * 90),
    })
    .optional(),
})
export type Person = z.infer<typeof Person>

/** A routing map, as it is saved: its rows, and who is there when. */
export const MapDocument = z.strictObject({
  rows: z.array(Row).min(1).max(5000),
  /** Group -> its hours. A group without hours is always there. */
  hours: z.record(Name, Calendar).optional(),
  /** Person -> absence and limit. */
  people: z.record(Name, Person).optional(),
})
export type MapDocument = z.infer<typeof MapDocument>
/** A published routing map with its version. */
export type RoutingMap = MapDocument & { version: number }

/** One error in a routing map, with its place and the next step. */
export type MapFault = { path: string; message: string; next: string }

/**
 * Lists every error in a map: unknown fields and values, a missing default row, two rows with the same conditions, hours
 * and absence of nobody.
 */
export function checkMap(map: MapDocument, taxonomy: TaxonomyDocument): MapFault[] {
  const faults: MapFault[] = []
  const seen = new Map<string, number>()
  for (const [index, row] of map.rows.entries()) {
    for (const [fieldId, valueId] of Object.entries(row.when)) {
      const message = unknownName(taxonomy, fieldId, valueId)
      if (!message) continue
      const field = taxonomy.fields.find((f) => f.id === fieldId)
      const allowed = field ? describeValues(field) : `one of ${taxonomy.fields.map((f) => f.id).join(', ')}`
      faults.push({ path: `rows.${index}.when.${fieldId}`, message, next: `Use ${allowed}.` })
    }
    const key = JSON.stringify(Object.entries(row.when).sort())
    const twin = seen.get(key)
    if (twin !== undefined)
      faults.push({
        path: `rows.${index}`,
        message: `row ${index + 1} has the same conditions as row ${twin + 1}`,
        next: 'Remove one of them.',
      })
    seen.set(key, index)
    if (row.otherwise?.kind === 'fallback' && goalKey(row.otherwise) === goalKey(row))
      faults.push({
        path: `rows.${index}.otherwise`,
        message: `row ${index + 1} falls back to itself`,
        next: 'Name another group or other people, or let it wait.',
      })
  }
  if (!seen.has('[]'))
    faults.push({
      path: 'rows',
      message: 'there is no default row',
      next: 'Add a row with an empty "when": it takes the tickets that no other row matches.',
    })
  return [...faults, ...checkPresence(map)]
}

/** Two goals with the same key are the same. */
export const goalKey = ({ group, strategy }: Goal) => JSON.stringify([group, strategy])

/** Hours and absence of groups and people that no row names, and hours that cannot be. */
function checkPresence(map: MapDocument): MapFault[] {
  const { groups, people } = targets(map)
  const strangers = (part: 'hours' | 'people', known: string[]) =>
    Object.keys(map[part] ?? {})
      .filter((name) => !known.includes(name))
      .map((name) => ({
        path: `${part}.${name}`,
        message: `no row names ${name}${didYouMean(name, known)}`,
        next: 'Correct the name, or remove the entry.',
      }))
  const calendars = Object.entries(map.hours ?? {}).flatMap(([group, calendar]) =>
    checkCalendar(calendar).map(({ path, message }) => ({
      path: `hours.${group}.${path}`,
      message: `hours of ${group}: ${message}`,
      next: 'Correct the hours.',
    })),
  )
  const absences = Object.entries(map.people ?? {}).flatMap(([name, { away }]) =>
    away.flatMap(({ from, until }, i) =>
      from <= until
        ? []
        : {
            path: `people.${name}.away.${i}`,
            message: `${name} is back on ${until}, before going away on ${from}`,
            next: 'Correct the days: both are included.',
          },
    ),
  )
  return [...strangers('hours', groups), ...strangers('people', people), ...calendars, ...absences]
}

/** The goals that a row can give a ticket: its own, and the one it falls back to. */
export const goalsOf = ({ group, strategy, otherwise }: Row): Goal[] => [
  { group, strategy },
  ...(otherwise?.kind === 'fallback' ? [{ group: otherwise.group, strategy: otherwise.strategy }] : []),
]

/** The people whom a strategy can choose. */
export function peopleOf(strategy: Strategy): string[] {
  if (strategy.kind === 'group') return []
  return strategy.kind === 'fixed' ? [strategy.assignee] : strategy.people
}

/** Lists every group and person that a map names, each once. */
export function targets(map: MapDocument): { groups: string[]; people: string[] } {
  const groups = new Set<string>()
  const people = new Set<string>()
  for (const { group, strategy } of map.rows.flatMap(goalsOf)) {
    if (group) groups.add(group)
    for (const name of peopleOf(strategy)) people.add(name)
  }
  return { groups: [...groups], people: [...people] }
}
