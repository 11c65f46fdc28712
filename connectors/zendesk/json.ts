/**
 * JSON and ids. Zendesk's ids are integers that may exceed 2^53; JavaScript would round them to another record's id. So
 * every id is a string here: digits that would be rounded are read as text, and written as bare digits, because the API
 * accepts integers only.
 */
const LONG = /\d{16}/

/** Like `JSON.parse`, but an integer that JavaScript would round becomes the string of its digits. */
export function parseJson(text: string): unknown {
  // Few answers hold such an id, and a reviver makes parsing several times slower.
  return LONG.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text)
}

function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  return context?.source !== undefined && /^-?\d+$/.test(context.source) ? context.source : value
}

/** An id for a request: a number with all its digits. */
export function wireId(id: string): number {
  const number = Number(id)
  return Number.isSafeInteger(number) ? number : rawNumber(id)
}

// The cast holds because the value only goes to JSON.stringify, which writes the digits as a number.
function rawNumber(digits: string): number {
  const json = JSON as unknown as { rawJSON(text: string): unknown }
  return json.rawJSON(digits) as number
}

export function isId(id: string): boolean {
  return /^[1-9]\d{0,18}$/.test(id)
}

/** null, `""`, `"0"` and 0 all mean "nobody" or "nothing" in Zendesk's documentation; undefined: not given. */
export function readId(value: unknown): string | null | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'string') return /^(-1|[1-9]\d{0,18})$/.test(value.trim()) ? value.trim() : null
  // An unsafe number was rounded before it reached us: it would name another record.
  return Number.isSafeInteger(value) && value !== 0 ? String(value) : null
}

/** A value as text; null when empty; lists joined by spaces, as Zendesk joins tags. */
export function readText(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return readText(value.filter((part) => typeof part === 'string').join(' '))
  return null
}

/** Tags are a list, or one text with spaces. */
export function readTags(value: unknown): string[] | undefined {
  if (typeof value === 'string') return value.split(/[\s,]+/).filter(Boolean)
  if (Array.isArray(value)) return value.filter((tag) => typeof tag === 'string' && tag !== '')
  return value === null ? [] : undefined
}

/** ISO 8601 with milliseconds (events have nanoseconds); null when it is not a time. */
export function readTime(value: unknown): string | null {
  if (typeof value !== 'string') return null
  const time = new Date(value.replace(/(\.\d{3})\d+/, '$1'))
  return Number.isNaN(time.getTime()) ? null : time.toISOString()
}
