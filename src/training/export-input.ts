import { z } from 'zod'
import { PromptFormat } from '../classifiers/index.ts'
import { LabelFilter } from '../labels/index.ts'
import { FORMATS } from './formats.ts'

/** What to export and in which format. */
export const ExportInput = LabelFilter.extend({
  format: z.enum(FORMATS),
  /** `test`: the tickets are frozen, and never in training data from then on. */
  purpose: z.enum(['train', 'test']).default('train'),
  /** At most so many rows with each value of each required field, the oldest ones. */
  cap: z.number().int().min(1).optional(),
  /** How the model is asked; must be the same as in the service. */
  prompt: PromptFormat.default(PromptFormat.parse({ kind: 'chat' })),
})
export type ExportInput = z.infer<typeof ExportInput>
