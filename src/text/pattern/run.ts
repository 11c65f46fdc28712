import type { Step } from './program.ts'

const WORD = /[\p{L}\p{N}\p{M}_]/u
/** Answers for the first 2,048 characters: Latin, Cyrillic and their neighbours. */
const words = new Int8Array(2048).fill(-1)

function isWord(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  if (code >= words.length) return WORD.test(text[at]!)
  if (words[code]! < 0) words[code] = WORD.test(text[at]!) ? 1 : 0
  return words[code] === 1
}

/** One pass over the text, all possibilities side by side: time is length x steps, whatever the pattern. */
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
    // A new attempt starts here as long as nothing further left has matched.
    if (!found) follow(steps, 0, at, at, text, threads, visited)
    else if (threads.steps.length === 0) break
    const next: Threads = { steps: [], starts: [] }
    for (let i = 0; i < threads.steps.length; i++) {
      const step = steps[threads.steps[i]!]!
      if (step.do === 'match') {
        found = { start: threads.starts[i]!, end: at }
        // Threads after this one are less wanted than a match already made.
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

/** Adds a thread and all it reaches without reading; each step once per place. */
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
