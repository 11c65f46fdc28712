/** What differs between two documents. The page runs it in the browser, so it imports only types. */
import type { Change } from './change.ts'
import type { Part } from './parts.ts'

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
    .filter((property) => !isSame(from[property], to[property]))
    .map((property) => ({ path: `${name}.${property}`, change: 'changed', from: from[property], to: to[property] }))
}

function moved(from: Part[], to: Part[]): Change[] {
  const now = Map.groupBy(to, ({ list }) => list)
  return [...Map.groupBy(from, ({ list }) => list)].flatMap(([list, parts]): Change[] => {
    const [old, new_] = [parts, now.get(list) ?? []].map((each) => each.map(({ name }) => name))
    return isSame(old, new_) ? [] : [{ path: list, change: 'moved', from: old, to: new_ }]
  })
}

/** The database stores keys in an order of its own. */
const isSame = (a: unknown, b: unknown) => inOrder(a) === inOrder(b)

const inOrder = (value: unknown) =>
  JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  )
