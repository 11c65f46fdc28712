import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'

/** One difference between two versions, with its place: `service`, `service/vpn`, `service/vpn.automatic`. */
export const Change = z.object({
  path: z.string(),
  change: z.enum(['added', 'removed', 'changed', 'moved']),
  from: z.unknown().optional(),
  to: z.unknown().optional(),
})
export type Change = z.infer<typeof Change>

/** A part of a document that has a name, and the list it stands in: the values of a field have an order of their own. */
export type Part = { name: string; list: string; of: Record<string, unknown> }

/** Lists what differs: parts that came or went, properties of those that stayed, and lists in another order. Pure. */
export function diff(from: Part[], to: Part[]): Change[] {
  const before = new Map(from.map((part) => [part.name, part.of]))
  const after = new Map(to.map((part) => [part.name, part.of]))
  const removed = from.filter(({ name }) => !after.has(name))
  const added = to.filter(({ name }) => !before.has(name))
  const kept = to.filter(({ name }) => before.has(name))
  return [
    ...removed.map(({ name, of }): Change => ({ path: name, change: 'removed', from: of })),
    ...added.map(({ name, of }): Change => ({ path: name, change: 'added', to: of })),
    ...kept.flatMap(({ name, of }) => changed(name, before.get(name)!, of)),
    ...moved(
      from.filter(({ name }) => after.has(name)),
      kept,
    ),
  ]
}

function changed(name: string, from: Part['of'], to: Part['of']): Change[] {
  return [...new Set([...Object.keys(from), ...Object.keys(to)])]
    .filter((property) => !isDeepStrictEqual(from[property], to[property]))
    .map((property) => ({ path: `${name}.${property}`, change: 'changed', from: from[property], to: to[property] }))
}

function moved(from: Part[], to: Part[]): Change[] {
  const now = Map.groupBy(to, ({ list }) => list)
  return [...Map.groupBy(from, ({ list }) => list)].flatMap(([list, parts]): Change[] => {
    const [old, new_] = [parts, now.get(list) ?? []].map((each) => each.map(({ name }) => name))
    return isDeepStrictEqual(old, new_) ? [] : [{ path: list, change: 'moved', from: old, to: new_ }]
  })
}
