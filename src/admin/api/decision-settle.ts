/** What a person does with a decision: claim it, confirm or correct it, alone and in bulk, undo that, put values back. */

import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Database } from '../../db/index.ts'
import type { Rejected } from '../../errors.ts'
import { body, json } from '../../http/index.ts'
import type { Live } from '../../live.ts'
import type { Embedded } from '../../models/index.ts'
import type { Queue } from '../../queue/index.ts'
import { claim, type ReviewNeeds, revert, settleByPerson, settleMany, undo } from '../../review/index.ts'
import type { Env } from '../access/index.ts'
import { ById, guarded } from './route-helpers.ts'

const Settled = z.object({
  decision: z.uuid().openapi({ description: 'The new decision; the old one is not changed.' }),
})

const CONFLICT =
  'Where somebody has settled it meanwhile, the answer is 409 with `settled`: `decision`, `by`, `how` (confirmed, corrected, undone, reverted, repeated), `at` and `values`.'

const Given = z
  .record(z.string(), z.string())
  .refine((values) => Object.keys(values).length > 0, 'give at least one value')

const confirm = guarded('review', {
  method: 'post',
  path: '/decisions/{id}/confirm',
  tags: ['decisions'],
  summary: 'Confirm that a decision is right',
  description: CONFLICT,
  request: { params: ById },
  responses: { 200: json(Settled, 'Confirmed; labels are saved and the write-back is queued.') },
})

const correct = guarded('review', {
  method: 'post',
  path: '/decisions/{id}/correct',
  tags: ['decisions'],
  summary: 'Correct the values of a decision',
  description: CONFLICT,
  request: {
    params: ById,
    body: body(
      z.strictObject({
        values: Given,
      }),
    ),
  },
  responses: { 200: json(Settled, 'Corrected; labels are saved and the write-back is queued.') },
})

const SettledOne = z.object({
  id: z.uuid(),
  decision: z.uuid().nullable().openapi({ description: 'The new decision; null: it was refused.' }),
  problem: z
    .looseObject({ status: z.number().int(), detail: z.string(), next: z.string() })
    .nullable()
    .openapi({ description: 'Why, as /confirm and /correct would answer.' }),
})

const settle = guarded('review', {
  method: 'post',
  path: '/decisions/settle',
  tags: ['decisions'],
  summary: 'Confirm or correct several decisions',
  description: 'Each stands for itself: one that is refused does not stop the others.',
  request: {
    body: body(
      z.strictObject({
        items: z
          .array(
            z.strictObject({
              id: z.uuid(),
              values: Given.optional().openapi({ description: 'Corrected values; absent: it is confirmed.' }),
            }),
          )
          .min(1)
          .max(200),
      }),
    ),
  },
  responses: { 200: json(z.object({ items: z.array(SettledOne) }), 'What became of each, in the order given.') },
})

const undone = guarded('review', {
  method: 'post',
  path: '/decisions/{id}/undo',
  tags: ['decisions'],
  summary: 'Undo a confirmation or correction',
  description:
    'The ticket is as it was decided before, and waits for a person again if it did. The labels of before come back. What the review wrote into the ticket is put back, unless somebody has changed it since.',
  request: { params: ById },
  responses: { 200: json(Settled, 'Undone.') },
})

const back = guarded('review', {
  method: 'post',
  path: '/decisions/{id}/revert',
  tags: ['decisions'],
  summary: 'Put back the values that the ticket had before we wrote into it',
  description:
    'As a write-back, in every mode of the connection; a pause holds it. Only values that are still ours are replaced: what a person or another robot changed since stays. 409: nothing of ours is in the ticket.',
  request: { params: ById },
  responses: { 200: json(Settled, 'The write-back is queued.') },
})

const look = guarded('review', {
  method: 'post',
  path: '/decisions/{id}/claim',
  tags: ['decisions'],
  summary: 'Say that you look at a decision',
  description:
    'It is yours for a minute, unless somebody else has it, and is given up when you claim another one. Claim it again to keep it. A claim is a hint to others: it refuses nothing.',
  request: { params: ById },
  responses: {
    200: json(
      z.object({ mine: z.boolean(), who: z.string(), until: z.iso.datetime() }),
      'Whose it is, and until when.',
    ),
  },
})

type Needs = {
  database: Pick<Database, 'db'>
  queue: Queue
  embedded: Pick<Embedded, 'refresh'>
  live: Pick<Live, 'tell'>
  events: ReviewNeeds['events']
}

export function decisionSettleRoutes({ database: { db }, queue, embedded, live, events }: Needs) {
  const needs = { db, queue, events }
  return new OpenAPIHono<Env>()
    .openapi(settle, async (c) => {
      const { items } = c.req.valid('json')
      const reviews = items.map(({ id, values }) =>
        values ? { id, kind: 'correct' as const, values } : { id, kind: 'confirm' as const },
      )
      const settled = await settleMany(needs, reviews, c.get('actor').name)
      if (reviews.some(({ kind }) => kind === 'correct')) embedded.refresh()
      const shown = settled.map(({ id, decision, refused }) => ({ id, decision, problem: refused && shortly(refused) }))
      return c.json({ items: shown }, 200)
    })
    .openapi(confirm, async (c) => {
      const verdict = { kind: 'confirm' as const }
      return c.json(await settleByPerson(needs, c.req.valid('param').id, verdict, c.get('actor').name), 200)
    })
    .openapi(correct, async (c) => {
      const verdict = { kind: 'correct' as const, values: c.req.valid('json').values }
      const settled = await settleByPerson(needs, c.req.valid('param').id, verdict, c.get('actor').name)
      embedded.refresh()
      return c.json(settled, 200)
    })
    .openapi(undone, async (c) => {
      const done = await undo(needs, c.req.valid('param').id, c.get('actor').name)
      embedded.refresh()
      return c.json(done, 200)
    })
    .openapi(back, async (c) => c.json(await revert(needs, c.req.valid('param').id, c.get('actor').name), 200))
    .openapi(look, async (c) => {
      const { name } = c.get('actor')
      const { who, until, isNew } = await claim(db, c.req.valid('param').id, name)
      if (isNew) live.tell('claims')
      return c.json({ mine: who === name, who, until: until.toISOString() }, 200)
    })
}

const shortly = ({ status, message, next, more }: Rejected) => ({ status, detail: message, next, ...more })
