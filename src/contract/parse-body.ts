import { Rejected } from '../errors.ts'

/**
 * The JSON of a body, with what Postgres cannot store made harmless: NUL goes, a lone surrogate becomes U+FFFD. Throws
 * Rejected 400 when it is not a JSON object, in words that hold nothing of the body.
 */
export function parseBody(text: string): unknown {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch (error) {
    throw new Rejected(400, `The body is not JSON${placeOf(error)}`, {
      next: 'Send JSON. In a trigger use ids only: placeholders such as the subject are not escaped by the helpdesk.',
    })
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new Rejected(400, 'The body is JSON, but not an object', {
      next: "Send the helpdesk's event as one JSON object.",
    })
  refuseDeep(body, 0)
  return SUSPECT.test(text) ? clean(body) : body
}

// The engine's own words quote the text around the fault; a ticket's text is not ours to repeat.
function placeOf(error: unknown): string {
  return / at position \d+/.exec((error as Error).message)?.[0] ?? ''
}

// No helpdesk nests this deep, and whoever reads the body after us may walk it by recursion.
const DEEPEST = 500

function refuseDeep(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return
  if (depth > DEEPEST)
    throw new Rejected(400, 'The body is nested too deeply', { next: 'Send the event as the helpdesk makes it.' })
  for (const inner of Object.values(value)) refuseDeep(inner, depth + 1)
}

// In valid JSON both can only stand as escapes, or as bytes that decoding has already replaced.
const SUSPECT = /\\u(?:0000|d[89a-f])/i

function clean(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '').toWellFormed()
  if (Array.isArray(value)) return value.map(clean)
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [clean(key), clean(inner)]))
  return value
}
