import { z } from 'zod'

/** What a person or a script may do here; the permissions of each are in admin/access. */
export const Role = z.enum(['viewer', 'reviewer', 'operator', 'editor', 'ml', 'admin', 'auditor'])
export type Role = z.infer<typeof Role>
