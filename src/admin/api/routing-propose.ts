/** /routing-map/propose: a first map, from where agents sent solved tickets. Nothing is saved. */
import { OpenAPIHono, z } from '@hono/zod-openapi'
import { listConnections, type SaveNeeds, solvedLabels } from '../../connections/index.ts'
import { Rejected } from '../../errors.ts'
import { json } from '../../http/index.ts'
import { MapDocument, proposeRows } from '../../routing/index.ts'
import { currentTaxonomy } from '../../taxonomy/index.ts'
import type { Env } from '../access/index.ts'
import { guarded } from './route-helpers.ts'

const propose = guarded('edit', {
  method: 'post',
  path: '/routing-map/propose',
  tags: ['policy'],
  summary: 'Propose a first map from the last solved tickets of all connections; nothing is saved',
  description:
    'A row for each service of which most tickets went to one group, and one for the rest. The comment of a row has the figures. 422 when no solved ticket has a group of the mappings.',
  responses: {
    200: json(
      MapDocument.extend({ tickets: z.number().int().openapi({ description: 'How many solved tickets were read.' }) }),
      'A document for PUT /routing-map/draft.',
    ),
  },
})

export function routingProposeRoutes(deps: SaveNeeds) {
  return new OpenAPIHono<Env>().openapi(propose, async (c) => {
    const { db } = deps.database
    const connections = await listConnections({ db, vault: deps.vault })
    const read = await Promise.all(connections.map(({ name }) => solvedLabels(deps, name)))
    const solved = read.flat()
    const document = proposeRows(solved, await currentTaxonomy(db))
    if (!document)
      throw new Rejected(422, `None of ${solved.length} solved tickets has a group that a connection maps`, {
        next: 'Map the group of a connection first, or make the rows by hand.',
      })
    return c.json({ ...document, tickets: solved.length }, 200)
  })
}
