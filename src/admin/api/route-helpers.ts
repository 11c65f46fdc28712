/** What all routes share: the guarded route, problem details, pages and cursors. */
import { createRoute, type RouteConfig, z } from '@hono/zod-openapi'
import { problemAnswer } from '../../http/index.ts'
import { MATRIX, may, type Permission } from '../access/index.ts'

export const PROBLEMS = {
  '4XX': problemAnswer(
    'The request is refused: 400 malformed, 401 no token, 403 another role is needed, 404, 409, 422 invalid, 429 too many wrong tokens.',
  ),
  '5XX': problemAnswer('Pointsman, a helpdesk (502) or the database (503) failed.'),
}

/** A route that requires the permission; its description lists the roles that have it. */
export function guarded<P extends string, R extends Omit<RouteConfig, 'path' | 'middleware'> & { path: P }>(
  permission: Permission,
  config: R,
) {
  return createRoute({
    ...config,
    description: `${config.description ? `${config.description}\n\n` : ''}Roles: ${MATRIX[permission].join(', ')}.`,
    'x-permission': permission,
    middleware: may(permission),
    security: [{ bearer: [] }],
    responses: { ...config.responses, ...PROBLEMS } as R['responses'] & typeof PROBLEMS,
  })
}

export const ById = z.strictObject({ id: z.uuid() })

/** What an editor started from, for If-Match. */
export const Tag = z
  .string()
  .openapi({ description: 'Send it as If-Match: a change of somebody else is then not overwritten.' })
export const IfMatch = z.object({
  'if-match': z
    .string()
    .max(100)
    .optional()
    .openapi({ description: 'The tag that was read. 412 with `tag` and `current` when it has changed since.' }),
})

/** Why something was saved, for those who see the versions. */
export const Comment = z.string().max(500)

export const ByVersion = z.strictObject({ version: z.coerce.number<string>().int().min(1).max(2_000_000_000) })

const Moment = z.iso.datetime({
  offset: true,
  error: 'must be an ISO 8601 time with its zone, such as 2026-01-31T00:00:00Z',
})

/** A time span in a query. */
export const Span = {
  since: Moment.transform((text) => new Date(text)).optional(),
  until: Moment.transform((text) => new Date(text)).optional(),
}

const Limit = z.coerce.number<string>().int().min(1).max(200).default(50)

/** Where a page begins: opaque to clients, it encodes the place of the last row of the page before. */
function cursorOf<S extends z.ZodType>(place: S) {
  return z
    .string()
    .max(400)
    .transform((text, ctx) => {
      const parsed = place.safeParse(fromCursor(text))
      if (parsed.success) return parsed.data
      ctx.addIssue({ code: 'custom', message: 'is not a valid cursor: use "next" of the page before' })
      return z.NEVER
    })
}

/** The query of a list that pages by its own kind of place. */
export const pagedBy = <S extends z.ZodType>(place: S) => ({ limit: Limit, cursor: cursorOf(place).optional() })

/** The query of a list that pages by id. */
export const Paged = pagedBy(z.uuid())

/** The answer of a list. */
export const listOf = <S extends z.ZodType>(item: S) =>
  z.object({
    items: z.array(item),
    next: z.string().nullable().openapi({ description: 'The cursor of the next page; null at the end.' }),
  })

/** Cuts a page out of the rows: `found` holds one more than `limit` when there is more. */
export function pageOf<Row, Item>(
  found: Row[],
  limit: number,
  show: (row: Row) => Item,
  place: (row: Row) => unknown,
): { items: Item[]; next: string | null } {
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return { items: page.map(show), next: found.length > limit && last !== undefined ? toCursor(place(last)) : null }
}

function toCursor(place: unknown): string {
  return btoa(encodeURIComponent(JSON.stringify(place)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

function fromCursor(text: string): unknown {
  try {
    return JSON.parse(decodeURIComponent(atob(text.replaceAll('-', '+').replaceAll('_', '/'))))
  } catch {
    return undefined
  }
}
