/** /connections/propose: a mapping proposed from what the helpdesk offers. Nothing is saved. */
import { OpenAPIHono, z } from '@hono/zod-openapi'
import { makeProposals, ProposeInput, type SaveNeeds } from '../../connections/index.ts'
import { Filters, Mapping, Mode } from '../../contract/index.ts'
import { body, json } from '../../http/index.ts'
import { wantedNames } from '../../routing/index.ts'
import type { Env } from '../access/index.ts'
import { guarded } from './route-helpers.ts'

const ProposalShown = z
  .object({
    of: z.enum(['field', 'group', 'person', 'blank']),
    path: z.string().openapi({ description: 'The path in the mapping.' }),
    target: z.string().nullable().openapi({ description: 'Where it would be written, in words; null: nowhere.' }),
    adds: Mapping.partial().nullable().openapi({ description: 'What it adds to the mapping.' }),
    confidence: z
      .enum(['propose', 'ask', 'no'])
      .openapi({ description: 'propose: it is in the mapping; ask: a person must say yes; no: there is nothing.' }),
    reason: z.string(),
    gaps: z
      .array(z.object({ value: z.string(), because: z.string() }))
      .openapi({ description: 'Our values without a match.' }),
    warnings: z.array(z.string()),
    tickets: z
      .array(
        z.object({
          key: z.string(),
          url: z.string(),
          subject: z.string(),
          has: z.string().nullable(),
          wouldWrite: z.string().nullable(),
          because: z.string(),
        }),
      )
      .openapi({ description: 'Up to three solved tickets: what they have, and what we would have written.' }),
  })
  .openapi('Proposal')

const Proposed = { proposals: z.array(ProposalShown), mapping: Mapping }
const ProposalsShown = z
  .object({
    ...Proposed,
    self: z.object({ id: z.string(), name: z.string(), email: z.string().optional() }),
    samples: z.number().openapi({ description: 'How many solved tickets were read.' }),
    connections: z
      .array(
        z.object({
          name: z.string(),
          kind: z.string(),
          baseUrl: z.string(),
          mode: Mode,
          filters: Filters,
          ...Proposed,
        }),
      )
      .openapi({
        description:
          'One for each project or form, where they differ: create them all, each with your credentials and secrets.',
      }),
    unread: z.array(z.string()),
    missing: z.array(z.object({ what: z.string(), next: z.string() })),
  })
  .openapi('Proposals')

const propose = guarded('administer', {
  method: 'post',
  path: '/connections/propose',
  tags: ['connections'],
  summary: 'Propose a mapping: read the helpdesk and its last solved tickets; nothing is saved',
  description: 'Send a connection without its mapping, or {"name": "..."} of a stored one.',
  request: { body: body(ProposeInput) },
  responses: { 200: json(ProposalsShown, 'The proposals, and the mapping that those of confidence "propose" make.') },
})

export function proposeRoutes(deps: SaveNeeds) {
  return new OpenAPIHono<Env>().openapi(propose, async (c) => {
    const names = await wantedNames(deps.database.db)
    return c.json(await makeProposals(deps, c.req.valid('json'), names), 200)
  })
}
