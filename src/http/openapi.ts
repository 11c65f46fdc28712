/** What every described route says of its bodies and of its errors. */
import { z } from '@hono/zod-openapi'

const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().openapi({ description: 'What happened.' }),
    next: z.string().openapi({ description: 'What to do now.' }),
    faults: z
      .array(z.object({ path: z.string(), message: z.string(), next: z.string().optional() }))
      .optional()
      .openapi({ description: 'Everything that is wrong with the input, with the place in it.' }),
  })
  .openapi('Problem', { description: 'RFC 9457 problem details.' })

/** An error of a described route. */
export const problemAnswer = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: Problem } },
})

export const json = <S extends z.ZodType>(schema: S, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

export const body = <S extends z.ZodType>(schema: S) => ({
  required: true,
  content: { 'application/json': { schema } },
})

export const ConnectionName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'is not a connection name')
