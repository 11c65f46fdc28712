import type { z } from 'zod'
import { broken } from './client.ts'

/** The part of an answer that we know; HelpdeskError `broken` for an answer of another shape. */
export function parsed<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const found = schema.safeParse(value)
  if (!found.success) throw broken(`${what} from Zendesk has an unknown shape`, found.error)
  return found.data
}
