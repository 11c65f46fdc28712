/** Writes what the helpdesk accepts of a plan, and says what it refused. */
import { ROUTE_FIELDS, type Written } from '../contract/index.ts'
import { HelpdeskError } from '../errors.ts'
import { onlyNote, type WritePlan, without, withoutRefused } from './plan.ts'

/** `refusal`: nothing could be written into the fields, and why. */
export type Accepted = { plan: WritePlan; written: Written; refusal: HelpdeskError | null }

type Send = (plan: WritePlan) => Promise<Written>

/**
 * A field that the helpdesk refuses is held back with its words, and the rest is written. It may also demand something of
 * a field that is not ours, because of a value that we write: then one field after the other is left out. If nothing is
 * left, `sendNote` says so on the ticket; null: throws the refusal.
 */
export async function writeWhatIsAccepted(planned: WritePlan, send: Send, sendNote: Send | null): Promise<Accepted> {
  let plan = planned
  for (;;) {
    try {
      return { plan, written: await send(plan), refusal: null }
    } catch (error) {
      const rest = withoutRefused(plan, error)
      if (rest && Object.keys(rest.set).length > 0) {
        plan = rest
        continue
      }
      if (!isRefusal(error)) throw error
      const some = rest ? null : await withoutOne(plan, error, send)
      return some ?? (await noteAlone(rest ?? onlyNote(plan, wordsOf(error)), error, sendNote))
    }
  }
}

/** Each attempt is a call, and a helpdesk counts them. */
const ATTEMPTS = 6

async function withoutOne(plan: WritePlan, refusal: HelpdeskError, send: Send): Promise<Accepted | null> {
  const units = unitsOf(plan)
  if (units.length < 2 || Object.keys(refusal.fields).length === 0) return null
  for (const unit of units.slice(0, ATTEMPTS)) {
    const rest = without(plan, unit, wordsOf(refusal))
    try {
      return { plan: rest, written: await send(rest), refusal: null }
    } catch (error) {
      if (!isRefusal(error)) throw error
    }
  }
  return null
}

/** Group and assignee are one choice. */
function unitsOf({ set }: WritePlan): string[][] {
  const route = ROUTE_FIELDS.filter((field) => field in set)
  const others = Object.keys(set).filter((field) => !route.some((one) => one === field))
  return [...others.map((field) => [field]), ...(route.length > 0 ? [route] : [])]
}

async function noteAlone(plan: WritePlan, refusal: HelpdeskError, sendNote: Send | null): Promise<Accepted> {
  if (!sendNote) throw refusal
  try {
    return { plan, written: await sendNote(plan), refusal }
  } catch (error) {
    // A helpdesk may demand its field of an update with a comment too.
    throw isRefusal(error) ? refusal : error
  }
}

function isRefusal(error: unknown): error is HelpdeskError {
  return error instanceof HelpdeskError && error.fault === 'invalid'
}

function wordsOf({ fields, message }: HelpdeskError): string {
  const named = Object.entries(fields).map(([field, words]) => (words.includes(field) ? words : `${words} (${field})`))
  return `the helpdesk refused it: ${named.length > 0 ? named.join('; ') : message}`
}
