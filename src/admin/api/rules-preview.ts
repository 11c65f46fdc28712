/** What rules would do with tickets before they are saved, with the same preparation as in triage. */
import { z } from '@hono/zod-openapi'
import type { Taxonomy } from '../../contract/index.ts'
import type { Tx } from '../../db/index.ts'
import { lastTickets } from '../../decisions/index.ts'
import { currentTaxonomy } from '../../taxonomy/index.ts'
import type { Rules } from '../../triage/index.ts'
import { tryOnStored, tryRules } from '../../triage/index.ts'

const Tried = z.strictObject({
  subject: z.string().max(1000).default(''),
  text: z.string().max(200_000),
  metadata: z.record(z.string(), z.string()).default({}),
  outOfScope: z.boolean().default(false).openapi({
    description: 'Treat the ticket as unlike any the classifier was trained on; the classifier is not asked here.',
  }),
})

export const TriedTickets = z.array(Tried).min(1).max(100)

/** The last tickets of the helpdesks, to try rules on. */
export const TriedSample = z.strictObject({
  last: z.number().int().min(1).max(1000).openapi({ description: 'How many of the last tickets.' }),
  rule: z.string().max(63).optional().openapi({ description: 'Count and list the tickets that this rule matches.' }),
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(100).default(10),
})

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
    sample: z
      .object({
        sampled: z.number().int(),
        matched: z.number().int().openapi({ description: 'Tickets that meet the conditions of the rule.' }),
        changed: z.number().int().openapi({ description: 'Tickets for which the rules have another result.' }),
        examples: z.array(
          z.object({
            decision: z.uuid(),
            key: z.string(),
            subject: z.string(),
            text: z.string().openapi({ description: 'As it was prepared and masked; its beginning.' }),
            now: Said,
            draft: Said,
            changed: z.boolean(),
          }),
        ),
      })
      .nullable()
      .openapi({ description: 'Of the last tickets, newest first: those that the rule matches, or else that change.' }),
  })
  .openapi('RulesPreview')

/** As much as an example of a rule may hold. */
const EXAMPLE_LENGTH = 10_000

type Asked = { tickets?: z.infer<typeof TriedTickets> | undefined; sample?: z.infer<typeof TriedSample> | undefined }
type Step = { draft: z.infer<typeof Rules>; inForce: z.infer<typeof Rules> }

export async function previewRules(
  db: Tx,
  { draft, inForce }: Step,
  { tickets = [], sample }: Asked,
): Promise<z.infer<typeof RulesPreview>> {
  const taxonomy = await currentTaxonomy(db)
  const [now, next] = await Promise.all([tryRules(inForce, tickets, taxonomy), tryRules(draft, tickets, taxonomy)])
  return {
    faults: next.faults,
    tickets: next.ruled.map((said, i) => {
      const before = now.ruled[i]!
      return { now: before, draft: said, changed: JSON.stringify(before) !== JSON.stringify(said) }
    }),
    sample: sample ? await trySample(db, { draft, inForce }, sample, taxonomy) : null,
  }
}

async function trySample(
  db: Tx,
  { draft, inForce }: Step,
  { last, rule, offset, limit }: z.infer<typeof TriedSample>,
  taxonomy: Taxonomy,
): Promise<z.infer<typeof RulesPreview>['sample']> {
  const found = await lastTickets(db, last)
  const tried = await tryOnStored({ now: inForce, draft, rule }, found, taxonomy)
  const all = found.map(({ decision, key, subject, text }, i) => ({
    decision,
    key,
    subject,
    text: text.slice(0, EXAMPLE_LENGTH),
    ...tried[i]!,
  }))
  const [matched, changed] = [all.filter(({ matches }) => matches), all.filter((ticket) => ticket.changed)]
  return {
    sampled: all.length,
    matched: matched.length,
    changed: changed.length,
    examples: (rule === undefined ? changed : matched)
      .slice(offset, offset + limit)
      .map(({ matches: _, ...ticket }) => ticket),
  }
}
