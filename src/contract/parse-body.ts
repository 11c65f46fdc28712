import { Rejected } from '../errors.ts'

/**
 * Parses the JSON of a body and replaces what Postgres cannot store: NUL is removed, a lone surrogate becomes U+FFFD.
 * Throws Rejected 400 when the body is not a JSON object; the message never quotes the body.
 */
export function parseBody(text: string): unknown {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch (error) {
    throw new Rejected(400, `The body is not JSON${positionOf(error)}`, {
      next: 'Send valid JSON. In a trigger, use ids only: the helpdesk does not escape placeholders such as the subject.',
    })
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new Rejected(400, 'The body is JSON, but not an object', {
      next: "Send the helpdesk's event as one JSON object.",
    })
  refuseDeep(body, 0)
  return UNSAFE_ESCAPE.test(text) ? clean(body) : body
}

// The engine's message quotes the text around the error; an error must not contain a ticket's text.
function positionOf(error: unknown): string {
  return / at position \d+/.exec((error as Error).message)?.[0] ?? ''
}

// No helpdesk nests this deep, and later readers of the body may use recursion.
const MAX_DEPTH = 500

function refuseDeep(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return
  if (depth > MAX_DEPTH)
    throw new Rejected(400, `The JSON of the body is nested more than ${MAX_DEPTH} levels deep`, {
      next: 'Send the event as the helpdesk creates it.',
    })
  for (const inner of Object.values(value)) refuseDeep(inner, depth + 1)
}

// In valid JSON, NUL and lone surrogates can only occur as escapes.
const UNSAFE_ESCAPE = /\\u(?:0000|d[89a-f])/i

function clean(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '').toWellFormed()
  if (Array.isArray(value)) return value.map(clean)
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [clean(key), clean(inner)]))
  return value
}
