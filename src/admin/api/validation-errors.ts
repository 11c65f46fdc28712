import type { z } from 'zod'
import { type Fault, Rejected } from '../../errors.ts'

type Checked = { target: string } & ({ success: true } | { success: false; error: z.ZodError })

/** Refuses an input that does not fit: 422 for a body that is JSON but not right, 400 for a broken address. */
export function refuseInvalid(result: Checked): void {
  if (result.success) return
  const faults = result.error.issues.flatMap((issue) => faultsOf(issue))
  const where = result.target === 'json' ? 'The body' : result.target === 'query' ? 'The query' : 'The path'
  throw new Rejected(
    result.target === 'json' ? 422 : 400,
    `${where} is not right: ${faults.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ')}`,
    {
      next: 'Mend what "faults" lists; /docs shows what is expected.',
      faults,
    },
  )
}

type Issue = z.core.$ZodIssue

function faultsOf(issue: Issue, at: PropertyKey[] = []): Fault[] {
  const path = [...at, ...issue.path]
  // Of the branches of a union, the one that fits best says most.
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const closest = issue.errors.reduce((best, each) => (weight(each) < weight(best) ? each : best))
    const faults = closest.flatMap((inner) => faultsOf(inner, path))
    // None was meant: what all of them are helps more than what the closest lacks.
    const said = issue.message !== 'Invalid input' && closest.some(({ code }) => code === 'unrecognized_keys')
    if (said) faults.unshift({ path: path.map(String).join('.'), message: issue.message })
    if (faults.length > 0) return faults
  }
  return [{ path: path.map(String).join('.'), message: issue.message }]
}

// An unknown key says that another branch was meant.
function weight(issues: Issue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? 10 : 1), 0)
}
