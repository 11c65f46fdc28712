/** /setup: how far an installation is on its way to its first routed ticket. */
import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Classifiers } from '../../classifiers/index.ts'
import type { Config } from '../../config.ts'
import { listConnections, type Vault } from '../../connections/index.ts'
import { Mode } from '../../contract/index.ts'
import type { Database } from '../../db/index.ts'
import { firstRouted } from '../../decisions/index.ts'
import { json } from '../../http/index.ts'
import { listArrivals } from '../../intake/index.ts'
import { countCorrected } from '../../labels/index.ts'
import { draftMap, publishedMap } from '../../routing/index.ts'
import { ENOUGH } from '../../training/index.ts'
import { currentRules } from '../../triage/index.ts'
import type { Env } from '../access/index.ts'
import { guarded } from './route-helpers.ts'

export type SetupReportNeeds = {
  config: Pick<Config, 'publicUrl'>
  database: Pick<Database, 'db' | 'kind'>
  vault: Vault
  classifiers: Pick<Classifiers, 'choice' | 'embedded'>
}

const setup = guarded('read', {
  method: 'get',
  path: '/setup',
  tags: ['operations'],
  summary: 'What is set up, and what is missing before tickets are routed',
  responses: {
    200: json(
      z.object({
        database: z.string().openapi({ description: '`embedded` is for evaluation only.' }),
        publicUrl: z.string().nullable(),
        connections: z.array(
          z.object({
            name: z.string(),
            kind: z.string(),
            mode: Mode,
            fields: z.array(z.string()).openapi({ description: 'The fields that its mapping writes.' }),
            group: z.boolean().openapi({ description: 'Does its mapping write the group?' }),
            heard: z.boolean().openapi({ description: 'Has a delivery of it been taken?' }),
          }),
        ),
        map: z.object({ published: z.number().int().nullable(), draft: z.boolean() }),
        rules: z.number().int(),
        classifier: z.object({
          choice: z.string(),
          ready: z.boolean().openapi({ description: 'false: nothing is trained, and only rules decide.' }),
        }),
        labels: z.object({
          tickets: z.number().int().openapi({ description: 'Tickets with labels of people, counted up to `enough`.' }),
          enough: z.number().int().openapi({ description: 'From so many on, the embedded classifier is trained.' }),
        }),
        routed: z
          .object({ decision: z.uuid(), key: z.string(), subject: z.string() })
          .nullable()
          .openapi({ description: 'The first ticket that got a route.' }),
      }),
      'The state of now.',
    ),
  },
})

export function setupRoutes({ config, database, vault, classifiers }: SetupReportNeeds) {
  const { db } = database
  return new OpenAPIHono<Env>().openapi(setup, async (c) => {
    const [connections, published, draft, rules, model, labelled, routed] = await Promise.all([
      listConnections({ db, vault }),
      publishedMap(db),
      draftMap(db),
      currentRules(db),
      classifiers.choice === 'endpoint' ? true : classifiers.embedded(),
      countCorrected(db, ENOUGH),
      firstRouted(db),
    ])
    const shown = connections.map(async ({ id, name, kind, mode, mapping }) => ({
      name,
      kind,
      mode,
      fields: Object.keys(mapping.fields),
      group: mapping.group !== undefined,
      heard: (await listArrivals(db, id, { refused: false, limit: 20 })).some(({ event }) => event !== 'rejected'),
    }))
    return c.json(
      {
        database: database.kind,
        publicUrl: config.publicUrl,
        connections: await Promise.all(shown),
        map: { published: published?.version ?? null, draft: draft !== null },
        rules: rules.document.length,
        classifier: { choice: classifiers.choice, ready: model !== null || classifiers.choice === 'cascade' },
        labels: { tickets: labelled, enough: ENOUGH },
        routed,
      },
      200,
    )
  })
}
