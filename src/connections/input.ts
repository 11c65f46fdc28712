/** What an admin sends to create or change a connection. */
import { z } from 'zod'
import {
  type Connection,
  ConnectionSettings,
  Credentials,
  Filters,
  Mapping,
  Mode,
  WebhookSecret,
} from '../contract/index.ts'
import { Rejected } from '../errors.ts'
import { randomSecret } from '../secrets.ts'
import { checkPattern } from '../text/index.ts'
import { mergePatch } from './merge-patch.ts'

// What belongs to a vendor is checked once its adapter is known: `checkParts`.
const Settings = ConnectionSettings.superRefine(({ mask }, context) => {
  for (const [i, { pattern }] of mask.entries()) {
    const fault = checkPattern(pattern)
    if (fault) context.addIssue({ code: 'custom', path: ['mask', i, 'pattern'], message: fault })
  }
})

const Secrets = z.array(WebhookSecret).min(1, 'without a webhook secret every delivery is refused').max(4)

/** What an admin sends to create a connection. */
export const ConnectionInput = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'use lower-case letters, digits and -: it is part of the webhook URL'),
  kind: z.string().describe('The name of an adapter.'),
  baseUrl: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')),
  mode: Mode.default('observe'),
  credentials: Credentials,
  // Nobody sees the one that is made: the webhook is then made by the API, or another secret is asked for.
  secrets: Secrets.optional().transform(
    (given) => given ?? [{ kind: 'signature' as const, secret: randomSecret('hex') }],
  ),
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
  secrets: Secrets.optional(),
  mapping: Mapping.optional(),
  filters: Filters.optional(),
  settings: Settings.optional(),
})
export type ConnectionChange = z.infer<typeof ConnectionChange>

const Merged = z.record(z.string(), z.unknown()).nullable()

/**
 * Single settings of a connection as a JSON merge patch (RFC 7396): null brings back the default. Credentials and secrets
 * are replaced as a whole.
 */
export const ConnectionPatch = ConnectionChange.extend({
  mapping: Merged.optional(),
  filters: Merged.optional(),
  settings: Merged.optional(),
})
export type ConnectionPatch = z.infer<typeof ConnectionPatch>

/** The change that a patch makes of the connection. Throws Rejected 422 when the result is not valid. */
export function applyPatch(
  current: Connection,
  { mapping, filters, settings, ...plain }: ConnectionPatch,
): ConnectionChange {
  const given = Object.entries({ mapping, filters, settings }).filter(([, part]) => part !== undefined)
  const merged = given.map(([name, part]) => [name, mergePatch(current[name as 'mapping'], part) ?? {}])
  const parsed = ConnectionChange.safeParse({ ...plain, ...Object.fromEntries(merged) })
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }))
  throw new Rejected(422, `The patch is invalid: ${faults.map((f) => `${f.path}: ${f.message}`).join('; ')}`, {
    next: 'Fix what "faults" lists; /docs shows what is expected.',
    faults,
  })
}
