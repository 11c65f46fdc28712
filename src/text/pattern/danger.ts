import type { CharSet, Node } from './parse.ts'

/**
 * Finds repeats inside repeats that can split the same text in many ways: `(a+)+`, `(a|a)*`, `(.*,?){20}`. They do not slow our
 * engine, but they are always a mistake, and the same pattern would hang a backtracking engine.
 */
export function danger(node: Node): string | null {
  switch (node.kind) {
    case 'set':
    case 'assert':
      return null
    case 'sequence':
    case 'choice':
      return node.nodes.map(danger).find((fault) => fault !== null) ?? null
    case 'repeat':
      if (node.max > 5 && loopsAlone(node.node))
        return 'a repeat inside a repeat can split the same text in many ways: remove one of the two'
      if (node.max > 5 && overlaps(node.node))
        return 'two alternatives inside a repeat match the same text: remove one of them'
      return danger(node.node)
    default:
      return node satisfies never
  }
}

/** Can the whole body be one inner repeat, with nothing next to it that marks where it ends? */
function loopsAlone(node: Node): boolean {
  switch (node.kind) {
    case 'set':
    case 'assert':
      return false
    case 'choice':
      return node.nodes.some(loopsAlone)
    case 'repeat':
      return node.max > 5 || loopsAlone(node.node)
    case 'sequence':
      return node.nodes.some(
        (each, i) =>
          loopsAlone(each) && node.nodes.every((other, j) => i === j || nullable(other) || overlapsRepeat(other, each)),
      )
    default:
      return node satisfies never
  }
}

/** `(.*a){20}`, `(x+x+)+`: the part next to the repeat matches a character that the repeat matches too. */
function overlapsRepeat(node: Node, loop: Node): boolean {
  const set = setOf(node)
  const repeated = loop.kind === 'repeat' ? setOf(loop) : null
  return set !== null && repeated !== null && PROBES.some((code) => has(set, code) && has(repeated, code))
}

function setOf(node: Node): CharSet | null {
  return node.kind === 'set' ? node.set : node.kind === 'repeat' ? setOf(node.node) : null
}

function nullable(node: Node): boolean {
  switch (node.kind) {
    case 'set':
      return false
    case 'assert':
      return true
    case 'sequence':
      return node.nodes.every(nullable)
    case 'choice':
      return node.nodes.some(nullable)
    case 'repeat':
      return node.min === 0 || nullable(node.node)
    default:
      return node satisfies never
  }
}

function overlaps(node: Node): boolean {
  if (node.kind !== 'choice') return false
  const sets = node.nodes.filter((each) => each.kind === 'set')
  return sets.some((a, i) => sets.some((b, j) => i < j && PROBES.some((code) => has(a.set, code) && has(b.set, code))))
}

/** Characters to test two sets with: ASCII and a few letters of other scripts. */
const PROBES = [...Array(127).keys(), ...'абяёßéÄ中の'].map((each) =>
  typeof each === 'number' ? each : each.codePointAt(0)!,
)

function has(set: CharSet, code: number): boolean {
  const inside =
    set.ranges.some(([from, to]) => code >= from && code <= to) ||
    set.tests.some((test) => test.test(String.fromCodePoint(code)))
  return inside !== set.negated
}
