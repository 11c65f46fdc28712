import { z } from 'zod'

/** Something that a new version leaves without effect, or that names what goes away. */
export const Break = z.object({
  kind: z.enum(['row', 'connection', 'pause', 'rule', 'guard', 'label', 'field']),
  path: z.string(),
  message: z.string(),
  next: z.string(),
  /** How many there are, where it is a number: labels. */
  count: z.number().int().optional(),
})
export type Break = z.infer<typeof Break>
