import type { Step } from './program.ts'

const WORD = /[\p{L}\p{N}\p{M}_]/u
/** Cached answers for the first 2,048 code points: Latin, Greek, Cyrillic, Arabic and others. */
const wordChars = new Int8Array(2048).fill(-1)

function isWord(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  if (code >= wordChars.length) return WORD.test(text[at]!)
  if (wordChars[code]! < 0) wordChars[code] = WORD.test(text[at]!) ? 1 : 0
  return wordChars[code] === 1
}

/** The first match from a place. One pass follows all possibilities in parallel: time is length x steps for any pattern. */
export function findFrom(
  steps: Step[],
  text: string,
  from: number,
  work: { left: number } = { left: Infinity },
): { start: number; end: number } | null {
  let threads: Threads = { steps: [], starts: [] }
  let found: { start: number; end: number } | null = null
  const visited = new Int32Array(steps.length).fill(-1)
  for (let at = from; at <= text.length; ) {
    work.left -= threads.steps.length + 1
    if (work.left < 0) return null
    const code = at < text.length ? text.codePointAt(at)! : -1
    const width = code > 0xffff ? 2 : 1
    // A new attempt starts here unless an earlier one has matched.
    if (!found) follow(steps, 0, at, at, text, threads, visited)
    else if (threads.steps.length === 0) break
    const next: Threads = { steps: [], starts: [] }
    for (let i = 0; i < threads.steps.length; i++) {
      const step = steps[threads.steps[i]!]!
      if (step.do === 'match') {
        found = { start: threads.starts[i]!, end: at }
        // The threads after this one have a lower priority than this match.
        break
      }
      if (step.do === 'char' && code >= 0 && step.matches(code))
        follow(steps, threads.steps[i]! + 1, threads.starts[i]!, at + width, text, next, visited)
    }
    threads = next
    at += width
    if (code < 0) break
  }
  return found
}

type Threads = { steps: number[]; starts: number[] }

/** Adds every step that can be reached from `step` without reading a character; each step once per place. */
function follow(
  steps: Step[],
  step: number,
  start: number,
  at: number,
  text: string,
  into: Threads,
  visited: Int32Array,
): void {
  const stack = [step]
  while (stack.length > 0) {
    const index = stack.pop()!
    if (visited[index] === at) continue
    visited[index] = at
    const current = steps[index]!
    if (current.do === 'jump') stack.push(current.to)
    else if (current.do === 'split') stack.push(current.or, current.to)
    else if (current.do === 'assert') {
      if (holds(current.assert, text, at)) stack.push(index + 1)
    } else {
      into.steps.push(index)
      into.starts.push(start)
    }
  }
}

function holds(assert: 'start' | 'end' | 'boundary' | 'inside', text: string, at: number): boolean {
  if (assert === 'start') return at === 0
  if (assert === 'end') return at === text.length
  const left = at > 0 && isWord(text, at - 1)
  const right = at < text.length && isWord(text, at)
  return (left !== right) === (assert === 'boundary')
}
