/** A helpdesk that fails now and then, before or after it did what it was asked. */
import type { HttpBindings } from '@hono/node-server'
import type { Serve } from '../support/fleet.ts'
import type { Chance, Tally } from './chance.ts'
import { odd } from './faulty-answers.ts'

export type Vendor = 'jira' | 'zendesk'

const KINDS = ['401', '403', '409', 'field', '429', '500', 'hang', 'cut', 'page', 'huge'] as const
/** These can also come after the work was done: the caller does not know that it was. */
const AFTER = new Set<string>(['500', 'hang', 'cut', 'page', 'huge'])
const SHARE = 0.15

/** Puts faults in front of the API; `faults.on` switches them off at the end. */
export function faultyDesk(vendor: Vendor, api: Serve, faults: { on: boolean }, chance: Chance, tally: Tally) {
  const draw = chance.bag(KINDS)
  const refused = new Set<string>()
  const fail = async (kind: (typeof KINDS)[number], request: Request, env: HttpBindings): Promise<Response | null> => {
    switch (kind) {
      case '401':
      case '403':
      case '409':
      case '500':
        return odd.json(Number(kind), errorOf(vendor, `Failed with ${kind}`))
      case '429':
        return odd.json(429, errorOf(vendor, 'Too many requests'), odd.retryAfter(chance))
      case 'hang':
        return odd.hang(request)
      case 'cut':
        return odd.cut(env)
      case 'page':
        return odd.page()
      case 'huge':
        return odd.huge(chance)
      case 'field':
        return refuseField(vendor, request, refused, chance)
      default:
        return kind satisfies never
    }
  }
  const handle: Serve = async (request, env) => {
    tally.add(`${vendor} request`)
    if (!faults.on || !chance.happens(SHARE)) return api(request, env)
    const kind = draw()
    const answer = await fail(kind, request.clone(), env)
    if (answer === null) return api(request, env) // there was no field to refuse
    const isDone = AFTER.has(kind) && chance.happens(0.5)
    tally.add(`${vendor} ${kind}${isDone ? ', but done' : ''}`)
    if (isDone) await (await api(request, env)).body?.cancel()
    return answer
  }
  return handle
}

function errorOf(vendor: Vendor, words: string) {
  return vendor === 'jira' ? { errorMessages: [words], errors: {} } : { error: 'Failed', description: words }
}

/** Refuses one of the fields of an edit in the vendor's words; once for a ticket, and null where no field is written. */
async function refuseField(
  vendor: Vendor,
  request: Request,
  refused: Set<string>,
  chance: Chance,
): Promise<Response | null> {
  if (request.method !== 'PUT' || refused.has(request.url)) return null
  const body = (await request.json().catch(() => ({}))) as {
    fields?: Record<string, unknown>
    ticket?: { custom_fields?: { id: string | number }[]; priority?: unknown; group_id?: unknown }
  }
  if (vendor === 'jira') {
    const names = Object.keys(body.fields ?? {})
    if (names.length === 0) return null
    refused.add(request.url)
    const field = chance.pick(names)
    const why = `Field '${field}' cannot be set. It is not on the appropriate screen, or unknown.`
    return odd.json(400, { errorMessages: [], errors: { [field]: why } })
  }
  const { custom_fields = [], ...rest } = body.ticket ?? {}
  const places = [
    ...custom_fields.map(({ id }) => ({ base: [{ description: 'Field: is not valid', ticket_field_id: Number(id) }] })),
    ...['priority', 'group_id']
      .filter((name) => name in rest)
      .map((name) => ({
        [name.replace('_id', '')]: [{ description: `${name}: is not valid`, error: 'InvalidValue' }],
      })),
  ]
  if (places.length === 0) return null
  refused.add(request.url)
  const details = chance.pick<Record<string, unknown>>(places)
  return odd.json(422, { error: 'RecordInvalid', description: 'Record validation errors', details })
}
