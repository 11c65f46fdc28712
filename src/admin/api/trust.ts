/** How far each value is trusted: the evidence, what an asked precision would automate, and who promoted what. */

import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Classifiers } from '../../classifiers/index.ts'
import { findConnection, namesOfConnections, type Vault } from '../../connections/index.ts'
import { barOf, type Classifier, Mode, modeOf, precisionOf, type Taxonomy } from '../../contract/index.ts'
import type { Database } from '../../db/index.ts'
import { Rejected } from '../../errors.ts'
import { body, json } from '../../http/index.ts'
import { currentTaxonomy } from '../../taxonomy/index.ts'
import { demote, ladder, promote, reliability, type Standing, standingsOf, weeksOf } from '../../trust/index.ts'
import type { Env } from '../access/index.ts'
import { guarded } from './route-helpers.ts'

const Count = z.number().int()
const Share = z.number().min(0).max(1)
const Moment = z.iso.datetime()

const StandingShown = z
  .object({
    field: z.string(),
    value: z.string(),
    state: z.enum(['tracking', 'eligible', 'asked', 'promoted', 'demoted']).openapi({
      description:
        'tracking: not enough evidence yet; eligible: a person may promote it; asked: a second person has to agree; demoted: only suggested from then on.',
    }),
    set: z
      .object({ by: z.string().nullable(), at: Moment, because: z.string(), ticket: z.string().nullable() })
      .nullable()
      .openapi({ description: '`by` null: the evidence itself; `ticket`: the one that caused it.' }),
    counts: z.object({ confirmed: Count, overridden: Count, reverted: Count, sampled: Count }),
    asked: Share.openapi({ description: 'The precision that is asked for.' }),
    proof: z.object({
      n: Count,
      right: Count,
      low: Share.openapi({ description: 'At least this share is right, with 95 % certainty, one-sided.' }),
      missing: Count.openapi({ description: 'More handled tickets without a fault until it is proven.' }),
    }),
    missing: z.string().nullable().openapi({ description: 'The first thing that is missing before it is automated.' }),
  })
  .openapi('Standing')

const StepShown = z.object({
  asked: Share,
  threshold: z.number().nullable(),
  expected: z.object({ share: Share, low: z.number(), high: Share }).nullable(),
  n: Count,
  missing: Count.nullable(),
  automated: Share.openapi({ description: 'The share of the handled tickets that would be automated.' }),
  byValue: z.record(z.string(), Share),
})

const TrustShown = z.object({
  connection: z.string(),
  connections: z.array(z.string()).openapi({ description: 'All that can be asked for.' }),
  mode: Mode,
  promotion: z.enum(['none', 'one', 'two']),
  fields: z.array(
    z.object({
      field: z.string(),
      /** The lower one of its own mode and that of the connection. */
      mode: Mode,
      ownMode: Mode.nullable(),
      precision: Share,
      threshold: z.number().nullable().openapi({ description: 'Null: what handled tickets prove decides.' }),
      values: z.array(StandingShown),
      models: z.array(
        z.object({
          model: z.string(),
          kind: z.enum(['endpoint', 'embedded']),
          handled: Count,
          calibrated: z.boolean(),
          reliability: z.array(z.object({ from: Share, to: Share, n: Count, right: Count, confidence: z.number() })),
          steps: z.array(StepShown),
        }),
      ),
      weeks: z.array(z.object({ week: z.string(), n: Count, right: Count })),
    }),
  ),
})

const tags = ['trust']

const show = guarded('read', {
  method: 'get',
  path: '/trust',
  tags,
  summary: 'How far the values of a connection are trusted, with the evidence',
  request: {
    query: z.strictObject({
      connection: z.string().min(1).optional().openapi({ description: 'Absent: the first one by name.' }),
    }),
  },
  responses: { 200: json(TrustShown, 'By field and value, in the order of the taxonomy.') },
})

const Place = { connection: z.string().min(1), field: z.string().min(1), value: z.string().min(1) }

const up = guarded('operate', {
  method: 'post',
  path: '/trust/promote',
  tags,
  summary: 'Promote a value: it may be automated from now on',
  description:
    'The evidence is looked at once more; 409 with what is missing when it is not enough. Where the connection asks for two people, the first call only asks. What is already decided stays as it is.',
  request: { body: body(z.strictObject(Place)) },
  responses: { 200: json(StandingShown, 'Promoted, or asked for.') },
})

const down = guarded('operate', {
  method: 'post',
  path: '/trust/demote',
  tags,
  summary: 'Take a value out of automation: it is only suggested from now on',
  description: 'Its evidence starts anew, and it has to be promoted again.',
  request: { body: body(z.strictObject({ ...Place, because: z.string().min(1).max(500) })) },
  responses: { 200: json(StandingShown, 'Demoted.') },
})

export type TrustNeeds = { database: Pick<Database, 'db'>; vault: Vault; classifiers: Classifiers }

const WEEKS = 26

export function trustRoutes({ database: { db }, vault, classifiers }: TrustNeeds) {
  const place = async (name: string) => ({
    connection: await findConnection({ db, vault }, name),
    taxonomy: await currentTaxonomy(db),
  })
  return new OpenAPIHono<Env>()
    .openapi(show, async (c) => {
      const connections = await namesOfConnections(db)
      const name = c.req.valid('query').connection ?? connections[0]
      if (name === undefined)
        throw new Rejected(404, 'There is no connection yet', {
          next: 'Connect a helpdesk first: npx pointsman connect.',
        })
      const { connection, taxonomy } = await place(name)
      const { settings } = connection
      const since = new Date(Date.now() - WEEKS * 7 * 24 * 3_600_000)
      const [standings, weeks, embedded] = await Promise.all([
        standingsOf(db, connection, taxonomy),
        weeksOf(db, connection.id, since),
        classifiers.embedded(),
      ])
      const asked = [classifiers.endpoint, embedded].filter((one) => one !== null)
      const fields = decidedByModel(taxonomy).map((field) => {
        const precision = precisionOf(settings, field, '')
        const bar = barOf(settings, field, '')
        return {
          field,
          mode: modeOf(connection, field),
          ownMode: settings.modes[field] ?? null,
          precision,
          threshold: 'threshold' in bar ? bar.threshold : null,
          values: standings.filter((one) => one.field === field).map(shown),
          models: asked.map((classifier) => curvesOf(classifier, field, precision)),
          weeks: weeks.filter((one) => one.field === field).map(({ week, n, right }) => ({ week, n, right })),
        }
      })
      return c.json(
        { connection: connection.name, connections, mode: connection.mode, promotion: settings.promotion, fields },
        200,
      )
    })
    .openapi(up, async (c) => {
      const { connection: name, ...value } = c.req.valid('json')
      return c.json(shown(await promote(db, { ...(await place(name)), ...value, actor: c.get('actor').name })), 200)
    })
    .openapi(down, async (c) => {
      const { connection: name, ...value } = c.req.valid('json')
      return c.json(shown(await demote(db, { ...(await place(name)), ...value, actor: c.get('actor').name })), 200)
    })
}

const decidedByModel = ({ fields }: Taxonomy) => fields.filter(({ source }) => source === 'model').map(({ id }) => id)

const shown = ({ set, ...standing }: Standing) => ({ ...standing, set: set && { ...set, at: set.at.toISOString() } })

function curvesOf(classifier: Classifier, field: string, precision: number) {
  const { handled, calibrated } = classifier.record?.(classifier.model, field) ?? { handled: [], calibrated: false }
  return {
    model: classifier.model,
    kind: classifier.kind,
    handled: handled.length,
    calibrated,
    reliability: reliability(handled),
    steps: ladder({ handled, calibrated }, precision),
  }
}
