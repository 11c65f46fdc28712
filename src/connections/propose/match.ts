/** Which option of a field stands for which of our values, by their names. Pure. */
import type { Option } from '../../contract/index.ts'
import { fold, isSameWord, isUnspaced, pathOf, wordsOf } from './fold.ts'
import type { Gap } from './types.ts'

/** One of our values (or groups) with the names it goes by: the first ones are its own, the others are synonyms. */
export type Wanted = { id: string; names: string[]; synonyms: string[] }

/** `path`: the names from the root to the option. */
export type Leaf = { id: string; path: string[] }

export type Matched = {
  /** Our id -> the option's id; for a branch, several. */
  values: Record<string, string | string[]>
  gaps: Gap[]
  /** The share of our values with exactly one match. */
  coverage: number
  /** The share of the matches whose names are equal, not only in some words. */
  equal: number
}

/** Every option that can be chosen, children with their parents (`parent/child`). */
export function leavesOf(options: Option[]): { parents: Leaf[]; children: Leaf[] } {
  const active = options.filter((option) => option.active !== false)
  const parents = active.map(({ id, name }) => ({ id, path: pathOf(name) }))
  const children = active.flatMap(({ id, name, children: below = [] }) =>
    below
      .filter((child) => child.active !== false)
      .map((child) => ({ id: `${id}/${child.id}`, path: [...pathOf(name), ...pathOf(child.name)] })),
  )
  return { parents, children }
}

/** The tests of a name against an option, the surest first; the first three ask for equal names. */
const EQUAL = 3
const TESTS: ((wanted: Wanted, leaf: Leaf) => boolean)[] = [
  ({ names }, { path }) => names.some((name) => fold(name) === fold(path.at(-1) ?? '')),
  ({ synonyms }, { path }) => synonyms.some((name) => fold(name) === fold(path.at(-1) ?? '')),
  ({ names, synonyms }, { path }) => [...names, ...synonyms].some((name) => fold(name) === fold(path.join(' '))),
  ({ names }, { path }) => names.some((name) => holdsWords(path.at(-1) ?? '', name)),
  ({ synonyms }, { path }) => synonyms.some((name) => holdsWords(path.at(-1) ?? '', name)),
]

/** An option is given to one of our values only, and a value with several options to none: neither is a match. */
export function matchValues(wanted: Wanted[], leaves: Leaf[]): Matched {
  const values: Record<string, string> = {}
  const because: Record<string, string> = {}
  const taken = new Set<string>()
  let equal = 0
  for (const [level, fits] of TESTS.entries()) {
    const open = wanted.filter(({ id }) => !Object.hasOwn(values, id) && !Object.hasOwn(because, id))
    const pairs = open.map((one) => ({
      id: one.id,
      found: leaves.filter((leaf) => !taken.has(leaf.id) && fits(one, leaf)),
    }))
    const claims = Map.groupBy(
      pairs.flatMap(({ id, found }) => found.map((leaf) => ({ id, leaf: leaf.id }))),
      ({ leaf }) => leaf,
    )
    for (const { id, found } of pairs) {
      if (found.length === 0) continue
      const rivals = (claims.get(found[0]!.id) ?? []).filter((claim) => claim.id !== id)
      if (found.length > 1) because[id] = `several options fit: ${found.slice(0, 5).map(nameOf).join(', ')}`
      else if (rivals.length > 0)
        because[id] = `${nameOf(found[0]!)} fits ${rivals.map((one) => one.id).join(', ')} too`
      else {
        values[id] = found[0]!.id
        if (level < EQUAL) equal++
      }
    }
    for (const { found } of pairs) for (const leaf of found) taken.add(leaf.id)
  }
  const gaps = wanted
    .filter(({ id }) => !Object.hasOwn(values, id))
    .map(({ id }) => ({ value: id, because: because[id] ?? 'no option has one of its names' }))
  const count = Object.keys(values).length
  return { values, gaps, coverage: count / Math.max(1, wanted.length), equal: equal / Math.max(1, count) }
}

/** For long lists of `A::B::C`: one of our values stands for a whole branch. The most general option comes first. */
export function matchBranches(wanted: Wanted[], leaves: Leaf[]): Matched {
  const branches = Map.groupBy(leaves, ({ path }) => path[0] ?? '')
  const tops = [...branches.keys()].map((name) => ({ id: name, path: [name] }))
  const found = matchValues(wanted, tops)
  const values = Object.entries(found.values).map(([id, top]) => {
    const below = branches.get(String(top)) ?? []
    return [id, [...below].sort((a, b) => generality(a) - generality(b)).map((leaf) => leaf.id)] as const
  })
  return { ...found, values: Object.fromEntries(values) }
}

const GENERAL = new Set(
  'other others general misc miscellaneous sonstiges allgemein andere autre autres divers otro otros general другое прочее общее その他'.split(
    ' ',
  ),
)

function generality({ path }: Leaf): number {
  if (path.length === 1) return 0
  return GENERAL.has(fold(path.at(-1) ?? '')) ? 1 : 1 + path.length
}

/** All words of ours are in the option, and they are at least half of its words. */
function holdsWords(option: string, name: string): boolean {
  if (isUnspaced(option) || isUnspaced(name)) {
    const [long, short] = [fold(option), fold(name)]
    return short.length >= 2 && short.length * 2 >= long.length && long.includes(short)
  }
  const theirs = [...new Set(wordsOf(option))]
  const ours = [...new Set(wordsOf(name))]
  if (ours.length === 0 || ours.length * 2 < theirs.length) return false
  return ours.every((word) => theirs.some((other) => isSameWord(word, other)))
}

const nameOf = ({ path }: Leaf): string => path.join(' / ')
