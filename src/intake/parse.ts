import { Rejected } from '../errors.ts'

/**
 * The JSON of a body, with what Postgres cannot store made harmless: NUL goes, a lone surrogate becomes U+FFFD. Throws
 * Rejected 400 when it is not a JSON object.
 */
export function parseBody(text: string): unknown {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch (error) {
    throw new Rejected(400, `The body is not JSON: ${(error as Error).message.slice(0, 120)}`, {
      next: 'Send JSON. In a trigger use ids only: placeholders such as the subject are not escaped by the helpdesk.',
    })
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new Rejected(400, 'The body is JSON, but not an object', {
      next: "Send the helpdesk's event as one JSON object.",
    })
  return SUSPECT.test(text) ? clean(body) : body
}

// In valid JSON both can only stand as escapes, or as bytes that decoding has already replaced.
const SUSPECT = /\\u(?:0000|d[89a-f])/i

function clean(value: unknown, depth = 0): unknown {
  if (depth > 500)
    throw new Rejected(400, 'The body is nested too deeply', { next: 'Send the event as the helpdesk makes it.' })
  if (typeof value === 'string') return value.replaceAll('\0', '').toWellFormed()
  if (Array.isArray(value)) return value.map((inner) => clean(inner, depth + 1))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [clean(key), clean(inner, depth + 1)]))
  return value
}
