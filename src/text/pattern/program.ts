import { type CharSet, type Node, PatternError } from './parse.ts'

/** A pattern as a list of steps. `split` tries `to` first, then `or`. */
export type Step =
  | { do: 'char'; matches: (codePoint: number) => boolean }
  | { do: 'split'; to: number; or: number }
  | { do: 'jump'; to: number }
  | { do: 'assert'; assert: 'start' | 'end' | 'boundary' | 'inside' }
  | { do: 'match' }

const MAX_STEPS = 2000

export function compile(node: Node): Step[] {
  const steps: Step[] = []
  emit(node, steps)
  steps.push({ do: 'match' })
  return steps
}

function emit(node: Node, steps: Step[]): void {
  if (steps.length > MAX_STEPS) throw new PatternError('the pattern is too large: use smaller repeats')
  switch (node.kind) {
    case 'set':
      steps.push({ do: 'char', matches: matcher(node.set) })
      return
    case 'assert':
      steps.push({ do: 'assert', assert: node.assert })
      return
    case 'sequence':
      for (const each of node.nodes) emit(each, steps)
      return
    case 'choice':
      emitChoice(node.nodes, steps)
      return
    case 'repeat':
      emitRepeat(node, steps)
      return
    default:
      node satisfies never
  }
}

function emitChoice(nodes: Node[], steps: Step[]): void {
  const exits: { do: 'jump'; to: number }[] = []
  nodes.forEach((each, i) => {
    if (i === nodes.length - 1) {
      emit(each, steps)
      return
    }
    const split: Step = { do: 'split', to: steps.length + 1, or: 0 }
    steps.push(split)
    emit(each, steps)
    const exit: Step = { do: 'jump', to: 0 }
    exits.push(exit)
    steps.push(exit)
    split.or = steps.length
  })
  for (const exit of exits) exit.to = steps.length
}

function emitRepeat({ node, min, max, lazy }: Extract<Node, { kind: 'repeat' }>, steps: Step[]): void {
  for (let i = 0; i < min; i++) emit(node, steps)
  if (max === Number.POSITIVE_INFINITY) {
    const top = steps.length
    const split: Step = { do: 'split', to: 0, or: 0 }
    steps.push(split)
    emit(node, steps)
    steps.push({ do: 'jump', to: top })
    point(split, top + 1, steps.length, lazy)
    return
  }
  const splits: Extract<Step, { do: 'split' }>[] = []
  for (let i = min; i < max; i++) {
    const split: Step = { do: 'split', to: steps.length + 1, or: 0 }
    splits.push(split)
    steps.push(split)
    emit(node, steps)
  }
  for (const split of splits) point(split, split.to, steps.length, lazy)
}

function point(split: Extract<Step, { do: 'split' }>, into: number, past: number, lazy: boolean): void {
  split.to = lazy ? past : into
  split.or = lazy ? into : past
}

/** Ignores case. Answers are cached, because a text repeats its characters. */
function matcher({ ranges, tests, negated }: CharSet): (codePoint: number) => boolean {
  const has = (code: number) => {
    if (ranges.some(([from, to]) => code >= from && code <= to)) return true
    return tests.length > 0 && tests.some((test) => test.test(String.fromCodePoint(code)))
  }
  const letter =
    ranges.length === 1 && tests.length === 0 && !negated && ranges[0]![0] === ranges[0]![1] ? ranges[0]![0] : -1
  if (letter >= 0) {
    const char = String.fromCodePoint(letter)
    const [lower, upper] = [char.toLowerCase().codePointAt(0)!, char.toUpperCase().codePointAt(0)!]
    return (code) => code === letter || code === lower || code === upper
  }
  const decide = (code: number) => {
    const char = String.fromCodePoint(code)
    return [char, char.toLowerCase(), char.toUpperCase()].some((each) => has(each.codePointAt(0)!)) !== negated
  }
  /** Code points up to the end of Cyrillic. */
  const common = new Int8Array(1328).fill(-1)
  const others = new Map<number, boolean>()
  return (code) => {
    if (code < common.length) {
      if (common[code]! < 0) common[code] = decide(code) ? 1 : 0
      return common[code] === 1
    }
    let answer = others.get(code)
    if (answer === undefined) {
      answer = decide(code)
      if (others.size < 2000) others.set(code, answer)
    }
    return answer
  }
}
