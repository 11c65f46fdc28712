import { z } from 'zod'

/** One difference between two versions, with its place: `service`, `service/vpn`, `service/vpn.automatic`. */
export const Change = z.object({
  path: z.string(),
  change: z.enum(['added', 'removed', 'changed', 'moved']),
  from: z.unknown().optional(),
  to: z.unknown().optional(),
})
export type Change = z.infer<typeof Change>
