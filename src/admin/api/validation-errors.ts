import type { z } from 'zod'
import { type Fault, Rejected } from '../../errors.ts'

type Checked = { target: string } & ({ success: true } | { success: false; error: z.ZodError })

/** Refuses invalid input: 422 for an invalid body, 400 for an invalid path or query. */
export function refuseInvalid(result: Checked): void {
  if (result.success) return
  const faults = result.error.issues.flatMap((issue) => faultsOf(issue))
  const where = result.target === 'json' ? 'The body' : result.target === 'query' ? 'The query' : 'The path'
  throw new Rejected(
    result.target === 'json' ? 422 : 400,
    `${where} is invalid: ${faults.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ')}`,
    {
      next: 'Fix what "faults" lists; /docs shows what is expected.',
      faults,
    },
  )
}

type Issue = z.core.$ZodIssue

function faultsOf(issue: Issue, at: PropertyKey[] = []): Fault[] {
  const path = [...at, ...issue.path]
  // For a union, report the faults of the branch that fits best.
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const closest = issue.errors.reduce((best, each) => (weight(each) < weight(best) ? each : best))
    const faults = closest.flatMap((inner) => faultsOf(inner, path))
    // No branch was meant: the union's own message helps more than the faults of the closest branch.
    const unionMessage = issue.message !== 'Invalid input' && closest.some(({ code }) => code === 'unrecognized_keys')
    if (unionMessage) faults.unshift({ path: path.map(String).join('.'), message: issue.message })
    if (faults.length > 0) return faults
  }
  return [{ path: path.map(String).join('.'), message: issue.message }]
}

// An unknown key means that another branch was meant.
function weight(issues: Issue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? 10 : 1), 0)
}
