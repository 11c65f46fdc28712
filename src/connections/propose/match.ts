/** Which option of a field stands for which of our values, by their names. Pure. */
import { fold, type Option } from '../../contract/index.ts'
import { isSameWord, isUnspaced, pathOf, wordsOf } from './fold.ts'
import type { Gap } from './types.ts'

/** One of our values (or groups) with the names it goes by: the first ones are its own, the others are synonyms. */
export type Wanted = { id: string; names: string[]; synonyms: string[] }

/** `path`: the names from the root to the option. */
export type Leaf = { id: string; path: string[] }

export type Matched = {
  /** Our id -> the option's id; for a branch, all of its options, the one that is written first. */
  values: Record<string, string | string[]>
  gaps: Gap[]
  /** The share of our values with exactly one match. */
  coverage: number
  /** The share of the matches whose names are equal, not only in some words. */
  equal: number
  /** How sure the matches are together, to compare two ways to match the same values. */
  strength: number
  /** One of ours stands for a branch, and which option of it is written is a guess. */
  guessed: boolean
}

/** Every option that can be chosen, children with their parents (`parent/child`). */
export function leavesOf(options: Option[]): Leaf[] {
  return options
    .filter((option) => option.active !== false)
    .flatMap(({ id, name, children = [] }) => [
      { id, path: pathOf(name) },
      ...children
        .filter((child) => child.active !== false)
        .map((child) => ({ id: `${id}/${child.id}`, path: [...pathOf(name), ...pathOf(child.name)] })),
    ])
}

/** An option with what is below it, or a branch that is no option itself. */
type Node = { key: string; path: string[]; ids: string[]; isOption: boolean }

/** From here on a tree has so many options that words match by chance. */
const MANY = 60

/** The tops of a tree, its ends, or places in the middle: whichever covers most of our values. */
export function matchOptions(wanted: Wanted[], leaves: Leaf[]): Matched {
  const nodes = nodesOf(leaves)
  if (nodes.every(({ path }) => path.length < 2)) return matchNodes(wanted, nodes)
  const isLong = leaves.length > MANY
  const tops = nodes.filter(({ path }) => path.length < 2)
  const ends = nodes.filter(({ isOption, ids }) => isOption && ids.length === 1)
  return [matchNodes(wanted, tops), matchNodes(wanted, ends, isLong), matchNodes(wanted, nodes, isLong)].reduce(
    (best, one) =>
      one.coverage > best.coverage || (one.coverage === best.coverage && one.strength > best.strength) ? one : best,
  )
}

function nodesOf(leaves: Leaf[]): Node[] {
  const nodes = leaves.map(({ id, path }): Node => ({ key: id, path, ids: [id], isOption: true }))
  const byPath = new Map<string, Node>()
  for (const node of nodes) if (!byPath.has(joined(node.path))) byPath.set(joined(node.path), node)
  for (const { id, path } of leaves) {
    for (let length = 1; length < path.length; length++) {
      const above = path.slice(0, length)
      const known = byPath.get(joined(above))
      if (known) known.ids.push(id)
      else byPath.set(joined(above), { key: joined(above), path: above, ids: [id], isOption: false })
    }
  }
  const branches = [...byPath.values()].filter(({ isOption }) => !isOption)
  const pathOfId = new Map(leaves.map(({ id, path }) => [id, path]))
  for (const branch of branches) branch.ids.sort((a, b) => generality(pathOfId.get(a)!) - generality(pathOfId.get(b)!))
  return [...nodes, ...branches]
}

const joined = (path: string[]) => path.map(fold).join('\n')

const GENERAL = new Set(
  'other others general misc miscellaneous sonstiges allgemein andere autre autres divers otro otros general другое прочее общее その他'.split(
    ' ',
  ),
)

/** The most general option of a branch is the one to write. */
const generality = (path: string[]): number => (GENERAL.has(fold(path.at(-1) ?? '')) ? 0 : path.length)

/** A name ready to be compared: folding it for each pair would be most of the work. */
type Name = { folded: string; words: string[]; isUnspaced: boolean }
type Ours = { id: string; names: Name[]; synonyms: Name[] }
type Place = Node & { last: Name; endings: Set<string> }

const nameFrom = (text: string): Name => ({
  folded: fold(text),
  words: [...new Set(wordsOf(text))],
  isUnspaced: isUnspaced(text),
})

/** The tests of a name against an option, the surest first; the first three ask for equal names. */
const EQUAL = 3
const TESTS: ((ours: Ours, place: Place) => boolean)[] = [
  ({ names }, { last }) => names.some(({ folded }) => folded === last.folded),
  ({ synonyms }, { last }) => synonyms.some(({ folded }) => folded === last.folded),
  ({ names, synonyms }, { endings }) =>
    endings.size > 0 && [...names, ...synonyms].some(({ folded }) => endings.has(folded)),
  ({ names }, { last }) => names.some((name) => holdsWords(last, name)),
  ({ synonyms }, { last }) => synonyms.some((name) => holdsWords(last, name)),
]

/** An option is given to one of our values only, and a value with several options to none: neither is a match. */
function matchNodes(wanted: Wanted[], nodes: Node[], onlyEqual = false): Matched {
  const names = wanted.map((one) => ({
    id: one.id,
    names: one.names.map(nameFrom),
    synonyms: one.synonyms.map(nameFrom),
  }))
  const places = nodes.map(placeOf)
  const found = new Map<string, Node>()
  const because: Record<string, string> = {}
  const taken = new Set<string>()
  let [equal, strength] = [0, 0]
  for (const [level, fits] of (onlyEqual ? TESTS.slice(0, EQUAL) : TESTS).entries()) {
    const open = names.filter(({ id }) => !found.has(id) && !Object.hasOwn(because, id))
    const free = places.filter(({ key }) => !taken.has(key))
    const pairs = open.map((one) => ({ id: one.id, fitting: outermost(free.filter((place) => fits(one, place))) }))
    const claims = Map.groupBy(
      pairs.flatMap(({ id, fitting }) => fitting.map(({ key }) => ({ id, key }))),
      ({ key }) => key,
    )
    for (const { id, fitting } of pairs) {
      const [first] = fitting
      if (!first) continue
      const rivals = (claims.get(first.key) ?? []).filter((claim) => claim.id !== id)
      if (fitting.length > 1) because[id] = `several options fit: ${fitting.slice(0, 5).map(nameOf).join(', ')}`
      else if (rivals.length > 0) because[id] = `${nameOf(first)} fits ${rivals.map((one) => one.id).join(', ')} too`
      else {
        found.set(id, first)
        if (level < EQUAL) equal++
        strength += TESTS.length - level
      }
    }
    for (const { fitting } of pairs) for (const { key } of fitting) taken.add(key)
  }
  const values = valuesFrom(found)
  const count = Object.keys(values).length
  return {
    values,
    gaps: wanted
      .filter(({ id }) => !Object.hasOwn(values, id))
      .map(({ id }) => ({ value: id, because: because[id] ?? 'no option has one of its names' })),
    coverage: count / Math.max(1, wanted.length),
    equal: equal / Math.max(1, count),
    strength,
    guessed: [...found.values()].some(({ isOption, ids }) => !isOption && ids.length > 1),
  }
}

function placeOf(node: Node): Place {
  const endings = node.path.slice(1).map((_, i) => fold(node.path.slice(i).join(' ')))
  return { ...node, last: nameFrom(node.path.at(-1) ?? ''), endings: new Set(endings) }
}

/** `Billing` and, below it, `Billing::Billing`: the branch has both. */
function outermost(places: Place[]): Place[] {
  const isBelow = (inner: Place, outer: Place) =>
    outer.path.length < inner.path.length && joined(inner.path).startsWith(`${joined(outer.path)}\n`)
  return places.filter((one) => !places.some((other) => isBelow(one, other)))
}

/** What another of ours has in a branch is not the branch's. */
function valuesFrom(found: Map<string, Node>): Matched['values'] {
  const own = (id: string, node: Node) =>
    node.ids.filter((option) =>
      [...found].every(
        ([other, { ids, path }]) => other === id || path.length <= node.path.length || !ids.includes(option),
      ),
    )
  const values = [...found].map(([id, node]) => [id, own(id, node)] as const).filter(([, ids]) => ids.length > 0)
  return Object.fromEntries(values.map(([id, ids]) => [id, ids.length === 1 ? ids[0]! : ids]))
}

/** All words of ours are in the option, and they are at least half of its words. */
function holdsWords(option: Name, name: Name): boolean {
  if (option.isUnspaced || name.isUnspaced) {
    const [long, short] = [option.folded, name.folded]
    return short.length >= 2 && short.length * 2 >= long.length && long.includes(short)
  }
  const [theirs, ours] = [option.words, name.words]
  if (ours.length === 0 || ours.length * 2 < theirs.length) return false
  return ours.every((word) => theirs.some((other) => isSameWord(word, other)))
}

const nameOf = ({ path }: Pick<Node, 'path'>): string => path.join(' / ')
