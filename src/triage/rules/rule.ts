import { z } from 'zod'

const Keyword = z.string().trim().min(1).max(120)
const Id = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,62}$/, 'use lower-case letters, digits, - and _, starting with a letter')

/** What can be counted in a ticket. */
export const Countable = z.enum(['prices', 'durations', 'links', 'questions', 'numbers', 'lines'])
export type Countable = z.infer<typeof Countable>

/** As `prepare` gives it: ISO 639-1, or `und` when the language is unknown. */
const LanguageCode = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^(?:[a-z]{2}|und)$/, 'use the two letters of ISO 639-1, such as en or ru')

/** When a rule applies: every given condition must hold. */
export const When = z
  .strictObject({
    /** One of these words or phrases, in any inflection; `outag*` stands for every word that starts with it. */
    any: z.array(Keyword).min(1).max(500).optional(),
    /** All of these. */
    all: z.array(Keyword).min(1).max(100).optional(),
    /** None of these. */
    none: z.array(Keyword).min(1).max(500).optional(),
    /** See text/pattern: case is ignored, and \w and \b work for every script. */
    regex: z.string().min(1).max(1000).optional(),
    /** Where the words and the pattern are searched. */
    in: z.enum(['subject', 'text', 'both']).default('both'),
    /** ISO 639-1 codes. */
    language: z.array(LanguageCode).min(1).max(50).optional(),
    /** Metadata by name: equal to the value, or to one of the values. Case is ignored. */
    metadata: z.record(z.string(), z.union([z.string(), z.array(z.string()).min(1)])).optional(),
    /** Characters of subject and text together. */
    minLength: z.number().int().min(0).optional(),
    maxLength: z.number().int().min(0).optional(),
    /** The number of something in the ticket. */
    count: z
      .strictObject({
        of: Countable,
        atLeast: z.number().int().min(0).optional(),
        atMost: z.number().int().min(0).optional(),
      })
      .optional(),
    outOfScope: z
      .literal(true)
      .optional()
      .describe(
        'The classifier itself doubts its answer for every choice field: the ticket is unlike its training tickets, or no value fits. This is known only after it was asked, so such a rule may only skip or flag. A ticket that a guard matches, or that instructs the classifier, is never out of scope.',
      ),
  })
  .refine((when) => Object.keys(when).some((key) => key !== 'in' && when[key as keyof typeof when] !== undefined), {
    message: 'a rule without a condition would match every ticket',
  })
export type When = z.infer<typeof When>

/** What a rule does. */
const Then = z.union(
  [
    z.strictObject({ decide: z.record(z.string(), z.string()) }),
    z.strictObject({ guard: z.strictObject({ field: z.string(), atLeast: z.string() }) }),
    z.strictObject({ skip: z.string().trim().min(1).max(200) }),
    z.strictObject({ flag: z.string().trim().min(1).max(60) }),
  ],
  { error: 'use one of decide, guard, skip, flag' },
)

export const Rule = z.strictObject({
  id: Id,
  /** For people: what the rule is for. */
  description: z.string().max(500).default(''),
  enabled: z.boolean().default(true),
  when: When,
  // biome-ignore lint/suspicious/noThenProperty: the key of the rule format; its value is data, nobody awaits it
  then: Then,
  /** Tickets that the rule must match, or must not; checked whenever rules are saved. */
  examples: z
    .array(
      z.strictObject({
        text: z.string().max(10_000),
        matches: z.boolean(),
        subject: z.string().max(1000).optional(),
        language: LanguageCode.optional(),
        metadata: z.record(z.string(), z.string()).optional(),
      }),
    )
    .max(50)
    .default([]),
})
export type Rule = z.infer<typeof Rule>
/** A rule as an admin or a file writes it, where defaults may be left out. */
export type RuleInput = z.input<typeof Rule>

/** A list of rules, applied in this order. */
export const Rules = z.array(Rule).max(1000)
export type Rules = z.infer<typeof Rules>

/** The lowest value that a field may get, in the order of the taxonomy's values. */
type Guard = { field: string; atLeast: string; rule: string }

/** The result of the rules for one ticket. */
export type Ruled = {
  decided: Record<string, { value: string; rule: string }>
  guards: Guard[]
  skip: { reason: string; rule: string } | null
  flags: string[]
}
