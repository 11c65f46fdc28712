/** Patterns that admins write, run in linear time: no ticket and no pattern can hang a worker. */
import { danger } from './danger.ts'
import { PatternError, parse } from './parse.ts'
import { compile, type Step } from './program.ts'
import { findFrom } from './run.ts'

/** Steps taken in one call at most: about half a second. A search that runs out of it has found what it has found. */
const MAX_WORK = 20_000_000
const MAX_FOUND = 1000

const compiled = new Map<string, Step[] | null>()

/** What is wrong with a pattern, in words for the person who wrote it; null when it can be saved. */
export function checkPattern(pattern: string): string | null {
  try {
    const node = parse(pattern)
    const fault = danger(node)
    if (fault) return fault
    return findFrom(compile(node), '', 0) ? 'the pattern matches an empty text, so it matches everything' : null
  } catch (error) {
    if (error instanceof PatternError) return error.message
    throw error
  }
}

/** A pattern that does not parse matches nothing: it was refused when it was saved. */
export function matches(pattern: string, text: string): boolean {
  const steps = program(pattern)
  return steps !== null && findFrom(steps, text, 0, openWork()) !== null
}

/** Steps that are left to some searches together. */
export type Work = { left: number }

export function openWork(): Work {
  return { left: MAX_WORK }
}

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
