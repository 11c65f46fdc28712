/** The final value of a field, and what is learnt from it. */
import { z } from 'zod'
import type { Labels } from './decision.ts'

/**
 * Where a label comes from. human: a person set it; confirmed: a person confirmed it, or solved the ticket and left it;
 * machine or rule: decided so, and no person judged it; synthetic: a generated ticket; imported: a person's value in a
 * file, or in a helpdesk before Pointsman decided there.
 */
export const Provenance = z.enum(['human', 'confirmed', 'machine', 'rule', 'synthetic', 'imported'])
export type Provenance = z.infer<typeof Provenance>

/** Where more labels come from at once, for every message that speaks of too few. */
export const MORE_LABELS =
  'bring in past tickets with "pointsman backfill --connection NAME --since 180d" or "pointsman import FILE"'

/**
 * What a person did with a decided value. confirmed: kept or set it; overridden: changed it; reverted: took the decision
 * back; sampled: judged it because it was drawn at random.
 */
export type EvidenceKind = 'confirmed' | 'overridden' | 'reverted' | 'sampled'

/** A ticket with the final values of its fields, for training and evaluation. */
export type LabelledTicket = {
  id: string
  subject: string
  text: string
  language?: string
  metadata?: Record<string, string>
  labels: Labels
  /** A real ticket that a person handled in the helpdesk, not one written or generated as an example. */
  handled?: boolean
}
