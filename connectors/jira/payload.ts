/**
 * The bodies that Jira sends: admin webhooks of Cloud and Data Center, and the three formats of Automation. Only the names
 * that we use are here, and parsing cannot fail: Jira leaves lists out, sends null for whole objects, and Automation sends
 * numbers where webhooks send strings. A value of an unexpected type becomes null.
 */
import { z } from 'zod'

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An absent name counts as null. */
export const Any = z.unknown().optional()

export const Text = Any.transform((value) => {
  if (typeof value === 'string') return value
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : null
})

export const Flag = Any.transform((value) => (typeof value === 'boolean' ? value : null))

export const Fields = Any.transform((value) => (isRecord(value) ? value : null))

export function part<Shape extends z.ZodRawShape>(shape: Shape) {
  const inner = z.object(shape)
  return Any.transform((value) => (isRecord(value) ? inner.parse(value) : null))
}

export function list<Item extends z.ZodType>(item: Item) {
  const inner = item
  return Any.transform((value): NonNullable<z.output<Item>>[] => {
    if (!Array.isArray(value)) return []
    return value.map((one) => inner.parse(one)).filter((one) => one !== null && one !== undefined)
  })
}

/** `accoundId` is the spelling in the vendor's documented example. */
export const Person = part({
  accountId: Text,
  accoundId: Text,
  name: Text,
  key: Text,
  displayName: Text,
  accountType: Text,
  active: Flag,
  emailAddress: Text,
})
export type Person = NonNullable<z.output<typeof Person>>

/** One line of a changelog. `Object.hasOwn`, because an item without `toString` inherits a function of that name. */
export const Item = Any.transform((value) => {
  if (!isRecord(value)) return null
  const text = (name: string) => (Object.hasOwn(value, name) ? Text.parse(value[name]) : null)
  return {
    field: text('field'),
    fieldId: text('fieldId'),
    fieldtype: text('fieldtype'),
    from: text('from'),
    fromText: text('fromString'),
    to: text('to'),
    toText: text('toString'),
    fromAccount: text('tmpFromAccountId'),
    toAccount: text('tmpToAccountId'),
  }
})
export type Item = NonNullable<z.output<typeof Item>>

export const Issue = part({ id: Text, key: Text, self: Text, fields: Fields })
export type Issue = NonNullable<z.output<typeof Issue>>

const Comment = part({
  self: Text,
  author: Person,
  updateAuthor: Person,
  jsdPublic: Flag,
  created: Text,
  updated: Text,
})

/** `items` may be absent, which differs from empty: the body then does not say what changed. */
const Changelog = Any.transform((value) => {
  if (!isRecord(value)) return null
  return { id: Text.parse(value.id), items: Array.isArray(value.items) ? list(Item).parse(value.items) : null }
})

export const Body = z.object({
  timestamp: Text,
  webhookEvent: Text,
  issue_event_type_name: Text,
  user: Person,
  issue: Issue,
  comment: Comment,
  changelog: Changelog,
  // Automation puts the issue at the top level; a thin body has a key and perhaps the kind of event.
  id: Text,
  key: Text,
  self: Text,
  fields: Fields,
  event: Text,
  kind: Text,
})
export type Body = z.output<typeof Body>

const ISSUE_ID = /^\d{1,19}$/
// Jira's default pattern. Jira ignores the case of keys.
const ISSUE_KEY = /^[A-Z][A-Z0-9_]{0,254}-\d{1,19}$/

export function issueId(text: string | null): string | null {
  const id = text?.trim() ?? ''
  return ISSUE_ID.test(id) ? id : null
}

export function issueKey(text: string | null): string | null {
  const key = text?.trim().toUpperCase() ?? ''
  return ISSUE_KEY.test(key) ? key : null
}

/** `issue.self` of newer Cloud bodies lacks `/issue/`; comments have it. Only the id is read; the URL is never called. */
export function idInSelf(self: string | null): string | null {
  const found = self?.match(/\/rest\/api\/[^/]+\/(?:issue\/)?(\d{1,19})(?:\/|$)/)
  return found?.[1] ?? null
}

/** Jira's `2024-12-29T08:41:23.904+0530`, or epoch milliseconds as number or text. A time without a zone gives null. */
export function instant(value: unknown): string | null {
  if (typeof value === 'number') return iso(value)
  if (typeof value !== 'string') return null
  if (/^\d{10,16}$/.test(value)) return iso(Number(value))
  const zoned = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)(Z|[+-]\d\d:?\d\d)$/.exec(value)
  if (!zoned) return null
  return iso(Date.parse(zoned[1] + zoned[2]!.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')))
}

function iso(ms: number): string | null {
  return Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : null
}
