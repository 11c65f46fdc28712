/** Regular expressions that admins write. They run in linear time: no ticket and no pattern can hang a worker. */
import { danger } from './danger.ts'
import { PatternError, parse } from './parse.ts'
import { compile, type Step } from './program.ts'
import { findFrom } from './run.ts'

/** Limit of steps in one call: about half a second. A search that reaches it returns what it has found so far. */
const MAX_WORK = 20_000_000
const MAX_FOUND = 1000

const compiled = new Map<string, Step[] | null>()

/** What is wrong with a pattern, in words for the admin who wrote it; null when it can be saved. */
export function checkPattern(pattern: string): string | null {
  try {
    const node = parse(pattern)
    const fault = danger(node)
    if (fault) return fault
    return findFrom(compile(node), '', 0)
      ? 'the pattern matches an empty text, and so every ticket: it must require at least one character'
      : null
  } catch (error) {
    if (error instanceof PatternError) return error.message
    throw error
  }
}

/** Does the pattern match in the text? One that does not parse matches nothing; `checkPattern` refuses it when it is saved. */
export function matches(pattern: string, text: string): boolean {
  const steps = program(pattern)
  return steps !== null && findFrom(steps, text, 0, openWork()) !== null
}

/** The steps left for a group of searches. */
export type Work = { left: number }

/** A full allowance of steps. */
export function openWork(): Work {
  return { left: MAX_WORK }
}

/** Every match that is not empty, at most 1,000. */
export function findAll(pattern: string, text: string, work = openWork()): { start: number; end: number }[] {
  const steps = program(pattern)
  if (!steps) return []
  const found: { start: number; end: number }[] = []
  for (let at = 0; at <= text.length && found.length < MAX_FOUND; ) {
    const span = findFrom(steps, text, at, work)
    if (!span) break
    if (span.end > span.start) found.push(span)
    at = Math.max(span.end, at + 1)
  }
  return found
}

function program(pattern: string): Step[] | null {
  const known = compiled.get(pattern)
  if (known !== undefined) return known
  let steps: Step[] | null = null
  try {
    steps = compile(parse(pattern))
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
  }
  if (compiled.size > 500) compiled.clear()
  compiled.set(pattern, steps)
  return steps
}
