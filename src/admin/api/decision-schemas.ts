/** Schemas of decisions in API answers. */
import { z } from '@hono/zod-openapi'
import { PLANS } from '../../contract/index.ts'
import { OUTCOMES } from '../../decisions/index.ts'

export const Values = z
  .record(z.string(), z.string())
  .openapi({ description: 'Taxonomy field to value.', example: { service: 'internet', priority: 'high' } })
export const Source = z.enum(['rule', 'endpoint', 'embedded', 'memory', 'cache', 'human'])
export const Sources = z.record(z.string(), Source)
export const Plan = z.enum(PLANS)
export const Outcome = z.enum(OUTCOMES)
const count = z.number().int()
export const OutcomeCounts = z.object(
  Object.fromEntries(OUTCOMES.map((outcome) => [outcome, count])) as Record<(typeof OUTCOMES)[number], typeof count>,
)
export const Route = z.object({ group: z.string().nullable(), assignee: z.string().nullable(), because: z.string() })

const FieldAnswerShown = z.object({
  value: z.string(),
  confidence: z.number().nullable().openapi({
    description: 'The confidence that is compared with the threshold: calibrated if there is a calibration, else raw.',
  }),
  raw: z.number().nullable(),
  calibrated: z.number().nullable(),
  calibration: z.enum(['calibrated', 'not calibrated yet']),
  alternatives: z.array(z.object({ value: z.string(), confidence: z.number() })),
  legalMass: z.number().optional(),
  source: z
    .literal('memory')
    .optional()
    .openapi({ description: 'memory: a person gave this value to a ticket with the same text.' }),
  doubt: z.string().optional(),
  because: z.array(z.object({ feature: z.string(), weight: z.number() })).optional(),
})

export const Answers = z
  .record(z.string(), FieldAnswerShown)
  .openapi({ description: 'The answer of the classifier for each field.' })
