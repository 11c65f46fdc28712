/**
 * The syntax of an admin's pattern: a subset of JavaScript's without what needs backtracking (back references, lookaround).
 * \w, \b and case folding work for every script; in JavaScript `\bтариф\b` never matches.
 */
export type Node =
  | { kind: 'set'; set: CharSet }
  | { kind: 'assert'; assert: 'start' | 'end' | 'boundary' | 'inside' }
  | { kind: 'sequence'; nodes: Node[] }
  | { kind: 'choice'; nodes: Node[] }
  | { kind: 'repeat'; node: Node; min: number; max: number; lazy: boolean }

/** Code point ranges and tests; `negated` means every character outside them. */
export type CharSet = { ranges: [number, number][]; tests: RegExp[]; negated: boolean }

export class PatternError extends Error {}

const MAX_LENGTH = 1000
const MAX_DEPTH = 30
const MAX_REPEAT = 200

export function parse(source: string): Node {
  if (source.length > MAX_LENGTH) throw new PatternError(`the pattern is longer than ${MAX_LENGTH} characters`)
  const reader = new Reader(source.replace(/^\(\?[iu]{1,2}\)/, ''))
  const node = readChoice(reader, 0)
  if (!reader.done()) throw new PatternError(`the ) at position ${reader.at} closes no group`)
  return node
}

class Reader {
  readonly chars: string[]
  at = 0
  constructor(source: string) {
    this.chars = [...source]
  }
  done(): boolean {
    return this.at >= this.chars.length
  }
  peek(offset = 0): string | undefined {
    return this.chars[this.at + offset]
  }
  next(): string {
    const char = this.chars[this.at++]
    if (char === undefined) throw new PatternError('the pattern ends inside [ ], { }, a group name or an escape')
    return char
  }
  take(text: string): boolean {
    if (this.chars.slice(this.at, this.at + text.length).join('') !== text) return false
    this.at += text.length
    return true
  }
  until(close: string): string {
    let text = ''
    for (let char = this.next(); char !== close; char = this.next()) text += char
    return text
  }
}

function readChoice(reader: Reader, depth: number): Node {
  if (depth > MAX_DEPTH) throw new PatternError(`groups are nested more than ${MAX_DEPTH} levels deep`)
  const nodes = [readSequence(reader, depth)]
  while (reader.take('|')) nodes.push(readSequence(reader, depth))
  return nodes.length === 1 ? nodes[0]! : { kind: 'choice', nodes }
}

function readSequence(reader: Reader, depth: number): Node {
  const nodes: Node[] = []
  while (!reader.done() && reader.peek() !== '|' && reader.peek() !== ')') nodes.push(readRepeat(reader, depth))
  return nodes.length === 1 ? nodes[0]! : { kind: 'sequence', nodes }
}

function readRepeat(reader: Reader, depth: number): Node {
  const node = readAtom(reader, depth)
  const range = readRange(reader)
  if (!range) return node
  if (node.kind === 'assert') throw new PatternError('an anchor (^, $, \\b, \\B) cannot be repeated')
  const lazy = reader.take('?')
  if (!lazy && reader.peek() === '+') throw new PatternError('possessive repeats (++ and *+) are not supported')
  if (readRange(reader)) throw new PatternError('a repeat cannot be repeated: put the first one in a group')
  return { kind: 'repeat', node, ...range, lazy }
}

function readRange(reader: Reader): { min: number; max: number } | null {
  if (reader.take('*')) return { min: 0, max: Number.POSITIVE_INFINITY }
  if (reader.take('+')) return { min: 1, max: Number.POSITIVE_INFINITY }
  if (reader.take('?')) return { min: 0, max: 1 }
  const counted = /^\{(\d{1,6})(?:(,)(\d{1,6})?)?\}/.exec(reader.chars.slice(reader.at, reader.at + 16).join(''))
  if (!counted) return null
  reader.at += counted[0].length
  const min = Number(counted[1])
  const max = counted[3] !== undefined ? Number(counted[3]) : counted[2] ? Number.POSITIVE_INFINITY : min
  if (max < min) throw new PatternError(`the minimum in {${min},${max}} is greater than the maximum`)
  if (min > MAX_REPEAT || (max !== Number.POSITIVE_INFINITY && max > MAX_REPEAT))
    throw new PatternError(`a repeat can count to ${MAX_REPEAT} at most`)
  return { min, max }
}

function readAtom(reader: Reader, depth: number): Node {
  const char = reader.next()
  switch (char) {
    case '(':
      return readGroup(reader, depth)
    case '[':
      return { kind: 'set', set: readClass(reader) }
    case '.':
      return { kind: 'set', set: { ranges: [[10, 10]], tests: [], negated: true } }
    case '^':
      return { kind: 'assert', assert: 'start' }
    case '$':
      return { kind: 'assert', assert: 'end' }
    case '\\':
      if (reader.take('b')) return { kind: 'assert', assert: 'boundary' }
      if (reader.take('B')) return { kind: 'assert', assert: 'inside' }
      return { kind: 'set', set: readEscape(reader) }
    case '*':
    case '+':
    case '?':
      throw new PatternError(`there is nothing to repeat before ${char} at position ${reader.at - 1}`)
    default:
      return { kind: 'set', set: only(char) }
  }
}

function readGroup(reader: Reader, depth: number): Node {
  if (reader.take('?')) {
    if (reader.take('=') || reader.take('!') || reader.take('<=') || reader.take('<!'))
      throw new PatternError('lookahead and lookbehind are not supported')
    if (reader.take('<')) reader.until('>')
    else if (!reader.take(':')) throw new PatternError('this kind of group is not supported: use ( or (?:')
  }
  const node = readChoice(reader, depth + 1)
  if (!reader.take(')')) throw new PatternError('a group is not closed: a ) is missing')
  return node
}

function readClass(reader: Reader): CharSet {
  const set: CharSet = { ranges: [], tests: [], negated: reader.take('^') }
  for (let first = true; ; first = false) {
    if (reader.peek() === ']' && !first) break
    const from = readMember(reader)
    const single = from.ranges[0]
    if (
      reader.peek() === '-' &&
      reader.peek(1) !== ']' &&
      from.tests.length === 0 &&
      single &&
      single[0] === single[1]
    ) {
      reader.next()
      const to = readMember(reader).ranges[0]
      if (!to || to[0] < single[0])
        throw new PatternError('a range in [ ] must go from the lower character to the higher one, as in [a-z]')
      set.ranges.push([single[0], to[0]])
      continue
    }
    if (from.negated) set.tests.push(negatedTest(from))
    else {
      set.ranges.push(...from.ranges)
      set.tests.push(...from.tests)
    }
  }
  reader.next()
  return set
}

function readMember(reader: Reader): CharSet {
  const char = reader.next()
  return char === '\\' ? readEscape(reader) : only(char)
}

function readEscape(reader: Reader): CharSet {
  const char = reader.next()
  switch (char) {
    case 'd':
    case 'D':
      return { ranges: [], tests: [/\p{Nd}/u], negated: char === 'D' }
    case 'w':
    case 'W':
      return { ranges: [[95, 95]], tests: [/[\p{L}\p{N}\p{M}]/u], negated: char === 'W' }
    case 's':
    case 'S':
      return { ranges: [], tests: [/\s/u], negated: char === 'S' }
    case 'n':
      return only('\n')
    case 't':
      return only('\t')
    case 'r':
      return only('\r')
    case 'p':
    case 'P':
      return property(reader, char === 'P')
    case 'u':
    case 'x':
      return codePoint(reader, char)
    default:
      if (/[1-9k]/.test(char)) throw new PatternError(`\\${char}: back references are not supported`)
      if (/[\p{L}\p{N}]/u.test(char)) throw new PatternError(`\\${char} is not a supported escape`)
      return only(char)
  }
}

function property(reader: Reader, negated: boolean): CharSet {
  if (!reader.take('{')) throw new PatternError('\\p and \\P need a property in braces, as in \\p{L}')
  const name = reader.until('}')
  if (!/^[A-Za-z_]{1,30}(?:=[A-Za-z_]{1,30})?$/.test(name))
    throw new PatternError(`\\p{${name}} is not a known Unicode property`)
  try {
    return { ranges: [], tests: [new RegExp(`\\p{${name}}`, 'u')], negated }
  } catch {
    throw new PatternError(`\\p{${name}} is not a known Unicode property`)
  }
}

function codePoint(reader: Reader, kind: string): CharSet {
  const hex = reader.take('{')
    ? reader.until('}')
    : kind === 'x'
      ? reader.next() + reader.next()
      : [1, 2, 3, 4].map(() => reader.next()).join('')
  const value = /^[0-9a-f]{1,6}$/i.test(hex) ? Number.parseInt(hex, 16) : Number.NaN
  if (!(value <= 0x10ffff)) throw new PatternError(`\\${kind}${hex} is not a character code`)
  return { ranges: [[value, value]], tests: [], negated: false }
}

function only(char: string): CharSet {
  const code = char.codePointAt(0)!
  return { ranges: [[code, code]], tests: [], negated: false }
}

/** A negated member inside a class, as in [\S\d], becomes a separate test. */
function negatedTest(set: CharSet): RegExp {
  const inner = set.tests.map((test) => test.source.replace(/^\[|\]$/g, '')).join('')
  const ranges = set.ranges.map(([from, to]) => `\\u{${from.toString(16)}}-\\u{${to.toString(16)}}`).join('')
  return new RegExp(`[^${inner}${ranges}]`, 'u')
}
