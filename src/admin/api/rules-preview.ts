/** What rules would do with tickets before they are saved, with the same preparation as in triage. */
import { z } from '@hono/zod-openapi'
import type { Taxonomy } from '../../contract/index.ts'
import type { Rules } from '../../triage/index.ts'
import { tryRules } from '../../triage/index.ts'

const Tried = z.strictObject({
  subject: z.string().max(1000).default(''),
  text: z.string().max(200_000),
  metadata: z.record(z.string(), z.string()).default({}),
  outOfScope: z.boolean().default(false).openapi({
    description: 'Treat the ticket as unlike any the classifier was trained on; the classifier is not asked here.',
  }),
})

export const TriedTickets = z.array(Tried).min(1).max(100)

const Said = z.object({
  decided: z.record(z.string(), z.object({ value: z.string(), rule: z.string() })),
  guards: z.array(z.object({ field: z.string(), atLeast: z.string(), rule: z.string() })),
  skip: z.object({ reason: z.string(), rule: z.string() }).nullable(),
  flags: z.array(z.string()),
})

export const RulesPreview = z
  .object({
    faults: z
      .array(z.object({ rule: z.string(), path: z.string(), message: z.string() }))
      .openapi({ description: 'The faults that saving these rules would report, including examples that fail.' }),
    tickets: z
      .array(z.object({ now: Said, draft: Said, changed: z.boolean() }))
      .openapi({ description: 'In the given order: the result of the current rules, and of the draft.' }),
  })
  .openapi('RulesPreview')

export async function previewRules(
  draft: z.infer<typeof Rules>,
  inForce: z.infer<typeof Rules>,
  tickets: z.infer<typeof TriedTickets>,
  taxonomy: Taxonomy,
): Promise<z.infer<typeof RulesPreview>> {
  const [now, next] = await Promise.all([tryRules(inForce, tickets, taxonomy), tryRules(draft, tickets, taxonomy)])
  return {
    faults: next.faults,
    tickets: next.ruled.map((said, i) => {
      const before = now.ruled[i]!
      return { now: before, draft: said, changed: JSON.stringify(before) !== JSON.stringify(said) }
    }),
  }
}
