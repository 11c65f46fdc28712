/** Sends an edit, and says in our words what Jira refused. */
import type { Connection } from '../../src/contract/index.ts'
import { HelpdeskError } from '../../src/errors.ts'
import type { Edit, IssueApi } from './api.ts'
import { placesIn } from './edit.ts'

/**
 * One edit. Where the assignee is not on the edit screen, the call of the assign dialog follows: it needs no screen.
 * Answers why the person could not be assigned by it; null when nothing was refused.
 */
export async function sendEdit(api: IssueApi, id: string, edit: Edit): Promise<string | null> {
  const { assignee, ...fields } = edit.fields ?? {}
  try {
    await api.edit(id, edit)
    return null
  } catch (error) {
    if (assignee === undefined || !isOffScreen(error)) throw error
  }
  // Jira demands one of `fields` and `update`, even if it is empty.
  await api.edit(id, { ...edit, fields })
  try {
    await api.assign(id, assignee as Record<string, string> | null) // from `Api.person`
    return null
  } catch (error) {
    if (!(error instanceof HelpdeskError) || error.retry || error.fault === 'auth') throw error
    return `the assignee is not on the edit screen, and assigning was refused: ${error.message}`
  }
}

function isOffScreen(error: unknown): boolean {
  return (
    error instanceof HelpdeskError && error.fault === 'invalid' && /screen|unknown/i.test(error.fields.assignee ?? '')
  )
}

/**
 * A refused field of Jira under the name of our field that is stored there; others keep Jira's name. A field that the
 * mapping does not have is one that Jira demands, in whatever language it says so.
 */
export function inOurFields(error: unknown, connection: Connection): unknown {
  if (!(error instanceof HelpdeskError) || error.fault !== 'invalid') return error
  const named = Object.entries(error.fields).map(([vendor, why]) => ({
    vendor,
    why,
    ours: placesIn(connection, vendor).map(({ field }) => field),
  }))
  const others = named.filter(({ ours }) => ours.length === 0).map(({ vendor }) => vendor)
  const fields = named.flatMap(({ vendor, why, ours }) =>
    (ours.length > 0 ? ours : [vendor]).map((name) => [name, why]),
  )
  return new HelpdeskError('invalid', error.message, {
    next: others.length > 0 ? demands(others.join(', ')) : error.next,
    ...(error.status !== undefined && { status: error.status }),
    fields: Object.fromEntries(fields),
    cause: error,
  })
}

function demands(others: string): string {
  return `Jira demands a value in ${others}, which this connection does not write: make it optional in the project, let a rule of Jira fill it in, or map a field to it.`
}
