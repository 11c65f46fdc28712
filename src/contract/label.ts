/** The value that a field finally has, and what is learnt from it. */
import { z } from 'zod'
import type { Labels } from './decision.ts'

/** human: changed by a person; confirmed: a person worked it to solution or said so; machine: untouched; rule; synthetic; imported. */
export const Provenance = z.enum(['human', 'confirmed', 'machine', 'rule', 'synthetic', 'imported'])
export type Provenance = z.infer<typeof Provenance>

/** A ticket with the final values of its fields, to train and to measure on. */
export type LabelledTicket = {
  id: string
  subject: string
  text: string
  language?: string
  metadata?: Record<string, string>
  labels: Labels
  /** A person dealt with it in the helpdesk: it came as new tickets will come, and was not written to learn from. */
  handled?: boolean
}
