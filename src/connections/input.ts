/** What an admin sends to create or change a connection. */
import { z } from 'zod'
import { ConnectionSettings, Credentials, Filters, Mapping, Mode, WebhookSecret } from '../contract/index.ts'
import { checkPattern } from '../text/index.ts'

// What belongs to a vendor is checked once its adapter is known: `checkParts`.
const Settings = ConnectionSettings.superRefine(({ mask }, context) => {
  for (const [i, { pattern }] of mask.entries()) {
    const fault = checkPattern(pattern)
    if (fault) context.addIssue({ code: 'custom', path: ['mask', i, 'pattern'], message: fault })
  }
})

/** What an admin sends to create a connection. */
export const ConnectionInput = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'use lower-case letters, digits and -: it is part of the webhook URL'),
  kind: z.string().describe('The name of an adapter.'),
  baseUrl: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')),
  mode: Mode.default('observe'),
  credentials: Credentials,
  secrets: z.array(WebhookSecret).min(1, 'without a webhook secret every delivery is refused').max(4),
  mapping: Mapping.prefault({}),
  filters: Filters.default({}),
  settings: Settings.prefault({}),
})
export type ConnectionInput = z.infer<typeof ConnectionInput>

/** What an admin sends to change a connection. An absent part stays: nobody can read credentials and secrets back. */
export const ConnectionChange = z.strictObject({
  baseUrl: ConnectionInput.shape.baseUrl.optional(),
  mode: Mode.optional(),
  credentials: Credentials.optional(),
  secrets: ConnectionInput.shape.secrets.optional(),
  mapping: Mapping.optional(),
  filters: Filters.optional(),
  settings: Settings.optional(),
})
export type ConnectionChange = z.infer<typeof ConnectionChange>
