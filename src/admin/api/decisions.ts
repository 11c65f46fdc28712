/** /decisions: what was decided and why, and the actions of a reviewer. */

import { OpenAPIHono, z } from '@hono/zod-openapi'
import { WRITEBACK_STATES } from '../../contract/index.ts'
import type { Database, Tx } from '../../db/index.ts'
import {
  type Attempts,
  attemptsAt,
  countDecisions,
  countUndecided,
  type DecisionFilter,
  type DecisionRow,
  decisionsOf,
  listDecisions,
  listUndecided,
  readDecision,
  showAnswers,
  type Undecided,
  undecidedFilter,
} from '../../decisions/index.ts'
import { Rejected } from '../../errors.ts'
import { listOverrides } from '../../feedback/index.ts'
import { body, json } from '../../http/index.ts'
import { listLabels } from '../../labels/index.ts'
import type { Embedded } from '../../models/index.ts'
import type { Queue } from '../../queue/index.ts'
import { retry, retryMany, settleByPerson } from '../../review/index.ts'
import type { Env } from '../access/index.ts'
import { Answers, Outcome, OutcomeCounts, Plan, Route, Sources, Values } from './decision-schemas.ts'
import { FilterQuery, filterOf } from './decisions-filter.ts'
import { LabelShown, OverrideShown, showLabel, showOverride } from './feedback.ts'
import { ById, guarded, listOf, Paged, pageOf } from './route-helpers.ts'

const Decision = z
  .object({
    id: z.uuid(),
    createdAt: z.iso.datetime(),
    connection: z.string(),
    decided: z.boolean().openapi({
      description: 'False: the ticket is not decided yet, and `id` is that of its delivery; only in a list.',
    }),
    ticket: z.object({
      id: z.uuid().nullable().openapi({ description: 'Null: it was not read yet.' }),
      key: z.string(),
      url: z.string().nullable(),
      subject: z.string().nullable(),
    }),
    outcome: Outcome,
    reason: z.string().openapi({ description: 'The reason for the outcome.' }),
    waiting: z
      .object({
        reason: z.string().nullable(),
        attempts: z.number().int(),
        nextAttempt: z.iso.datetime().nullable().openapi({ description: 'Null: it runs now.' }),
      })
      .nullable()
      .openapi({ description: 'For the outcome waiting: why, and when it is tried again.' }),
    plan: Plan.nullable(),
    values: Values,
    sources: Sources,
    answers: Answers,
    route: Route.nullable(),
    model: z.string().nullable(),
    ms: z.number(),
    actor: z.string().nullable().openapi({ description: 'The person who asked for it, if one did.' }),
    newest: z.boolean().openapi({ description: 'False: the ticket has a newer decision.' }),
  })
  .openapi('Decision')

const Writeback = z.object({
  state: z.enum(WRITEBACK_STATES),
  reason: z.string().nullable(),
  written: Values,
  heldBack: z.record(z.string(), z.string()).openapi({ description: 'Fields left alone, with the reason.' }),
  before: z.record(z.string(), z.string().nullable()),
  changeId: z.string().nullable(),
  noteId: z.string().nullable(),
  attempts: z.number().int(),
  writtenAt: z.iso.datetime().nullable(),
})

const DecisionTrace = Decision.extend({
  ticket: Decision.shape.ticket.extend({
    externalId: z.string(),
    text: z.string().openapi({ description: 'Prepared and masked, as the classifier read it.' }),
    language: z.string(),
    metadata: z.record(z.string(), z.string()),
    status: z.enum(['open', 'done', 'removed']),
    createdAt: z.iso.datetime(),
  }),
  cause: z.string(),
  decisionReason: z
    .string()
    .openapi({ description: 'The reason when it was decided; `reason` is the reason for the outcome.' }),
  trace: z
    .record(z.string(), z.unknown())
    .openapi({ description: 'Step by step: prepared, rules, classifier, gates.' }),
  versions: z.object({
    taxonomy: z.number().int(),
    rules: z.number().int(),
    map: z.number().int().nullable(),
    promptFormat: z.string().nullable(),
  }),
  tokens: z.object({ prompt: z.number(), completion: z.number(), cached: z.number() }).nullable(),
  modelMs: z.number().nullable(),
  writeback: Writeback.nullable(),
  overrides: z.array(OverrideShown),
  labels: z.array(LabelShown),
  history: z.array(
    Decision.pick({ id: true, createdAt: true, outcome: true, reason: true, values: true, actor: true }),
  ),
}).openapi('DecisionTrace')

const list = guarded('read', {
  method: 'get',
  path: '/decisions',
  tags: ['decisions'],
  summary: 'Decisions, newest first',
  description:
    'The review queue is `?outcome=held&newest=true`. `outcome=waiting` and `outcome=failed` also list tickets that are not decided.',
  request: {
    query: z.strictObject({
      ...Paged,
      ...FilterQuery,
    }),
  },
  responses: { 200: json(listOf(Decision), 'One page.') },
})

const counts = guarded('read', {
  method: 'get',
  path: '/decisions/counts',
  tags: ['decisions'],
  summary: 'How many decisions match a filter, by outcome',
  description: 'Takes the filter of the list. Its `outcome` is ignored, so that the counts of all outcomes are there.',
  request: { query: z.strictObject(FilterQuery) },
  responses: { 200: json(OutcomeCounts, 'The counts.') },
})

const read = guarded('read', {
  method: 'get',
  path: '/decisions/{id}',
  tags: ['decisions'],
  summary: 'One decision with everything that explains it',
  request: { params: ById },
  responses: { 200: json(DecisionTrace, 'The whole trace.') },
})

const Settled = z.object({
  decision: z.uuid().openapi({ description: 'The new decision; the old one is not changed.' }),
})

const confirm = guarded('review', {
  method: 'post',
  path: '/decisions/{id}/confirm',
  tags: ['decisions'],
  summary: 'Confirm that a decision is right',
  request: { params: ById },
  responses: { 200: json(Settled, 'Confirmed; labels are saved and the write-back is queued.') },
})

const correct = guarded('review', {
  method: 'post',
  path: '/decisions/{id}/correct',
  tags: ['decisions'],
  summary: 'Correct the values of a decision',
  request: {
    params: ById,
    body: body(
      z.strictObject({
        values: z
          .record(z.string(), z.string())
          .refine((values) => Object.keys(values).length > 0, 'give at least one value'),
      }),
    ),
  },
  responses: { 200: json(Settled, 'Corrected; labels are saved and the write-back is queued.') },
})

const again = guarded('review', {
  method: 'post',
  path: '/decisions/{id}/retry',
  tags: ['decisions'],
  summary: 'Decide the ticket again, with the current rules, model and routing map',
  request: {
    params: ById,
    body: {
      ...body(
        z.strictObject({
          force: z.boolean().default(false).openapi({
            description: 'Choose the person anew and add a note, even if the ticket has the decided values already.',
          }),
        }),
      ),
      required: false,
    },
  },
  responses: {
    202: json(
      z.object({
        cause: z.string().openapi({ description: 'The new decision will carry it.' }),
        will: z.array(z.string()).openapi({ description: 'What will happen, in words.' }),
      }),
      'Queued.',
    ),
  },
})

const many = guarded('review', {
  method: 'post',
  path: '/decisions/retry',
  tags: ['decisions'],
  summary: 'Try again all that a filter means',
  description:
    'What waits is tried now, what was given up is put back to work, and what was decided is decided again with the current rules, model and routing map; only the newest decision of a ticket counts.',
  request: {
    body: body(
      z.strictObject({
        ...FilterQuery,
        outcome: Outcome,
        limit: z.number().int().min(1).max(1000).default(1000),
        dryRun: z.boolean().default(false).openapi({ description: 'Only count.' }),
      }),
    ),
  },
  responses: {
    200: json(
      z.object({
        matched: z.number().int(),
        retried: z.number().int(),
        more: z.boolean().openapi({ description: 'The filter means more than `limit`: call again.' }),
      }),
      'Queued.',
    ),
  },
})

type Needs = { database: Pick<Database, 'db'>; queue: Queue; embedded: Pick<Embedded, 'refresh'> }

export function decisionRoutes({ database: { db }, queue, embedded }: Needs) {
  return new OpenAPIHono<Env>()
    .openapi(list, async (c) => {
      const { limit, cursor, ...query } = c.req.valid('query')
      const filter = await filterOf(db, query)
      const found = await listWithUndecided(db, filter, { limit: limit + 1, before: cursor })
      return c.json(
        pageOf(
          found,
          limit,
          (item) => item,
          ({ id }) => id,
        ),
        200,
      )
    })
    .openapi(counts, async (c) => {
      const filter = await filterOf(db, c.req.valid('query'))
      const counted = await countDecisions(db, filter)
      const open = undecidedFilter(filter)
      for (const outcome of open ? (['waiting', 'failed'] as const) : [])
        counted[outcome] += await countUndecided(db, outcome, open!)
      return c.json(counted, 200)
    })
    .openapi(many, async (c) => {
      const { limit, dryRun, ...query } = c.req.valid('json')
      const filter = { ...(await filterOf(db, query)), outcome: query.outcome }
      return c.json(await retryMany({ db, queue }, { filter, limit, dryRun, actor: c.get('actor').name }), 200)
    })
    .openapi(read, async (c) => {
      const { id } = c.req.valid('param')
      const row = await readDecision(db, id)
      if (!row) throw new Rejected(404, `There is no decision ${id}`, { next: 'GET /api/v1/decisions lists them.' })
      const [overrides, labels, history] = await Promise.all([
        listOverrides(db, { ticket: row.ticket.id }, { limit: 200 }),
        listLabels(db, { ticket: row.ticket.id }, { limit: 200 }),
        decisionsOf(db, row.ticket.id),
      ])
      const related = {
        overrides: overrides.map(showOverride),
        labels: labels.map(showLabel),
        history: history.map(show).map(brief),
      }
      return c.json({ ...showTrace(row), ...related }, 200)
    })
    .openapi(confirm, async (c) =>
      c.json(
        await settleByPerson({ db, queue }, c.req.valid('param').id, { kind: 'confirm' }, c.get('actor').name),
        200,
      ),
    )
    .openapi(correct, async (c) => {
      const { values } = c.req.valid('json')
      const verdict = { kind: 'correct' as const, values }
      const settled = await settleByPerson({ db, queue }, c.req.valid('param').id, verdict, c.get('actor').name)
      embedded.refresh()
      return c.json(settled, 200)
    })
    .openapi(again, async (c) => {
      const { force } = c.req.valid('json')
      return c.json(await retry({ db, queue }, c.req.valid('param').id, c.get('actor').name, { force }), 202)
    })
}

/** A page of decisions, with what is not decided where the outcome asks for it. */
async function listWithUndecided(db: Tx, filter: DecisionFilter, page: { limit: number; before?: string }) {
  const { outcome } = filter
  const decided = await listDecisions(db, filter, page)
  const items = decided.map((row) => show(row))
  if (outcome !== 'waiting' && outcome !== 'failed') return items
  if (outcome === 'waiting') {
    const attempts = await attemptsAt(
      db,
      items.map(({ id }) => id),
    )
    for (const item of items) {
      const at = attempts.get(item.id)
      if (!at) continue
      item.waiting = showAttempts(at)
      item.reason = at.reason ?? item.reason
    }
  }
  const open = undecidedFilter(filter)
  const undecided = open ? (await listUndecided(db, outcome, open, page)).map(showUndecided) : []
  return [...items, ...undecided].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, page.limit)
}

const showAttempts = ({ reason, attempts, nextAttempt }: Attempts) => ({
  reason,
  attempts,
  nextAttempt: nextAttempt?.toISOString() ?? null,
})

function showUndecided({ id, connection, ticket, at, outcome, ...job }: Undecided): z.infer<typeof Decision> {
  return {
    id,
    connection,
    ticket,
    outcome,
    decided: false,
    createdAt: at.toISOString(),
    reason: job.reason ?? '',
    waiting: outcome === 'waiting' ? showAttempts(job) : null,
    plan: null,
    values: {},
    sources: {},
    answers: {},
    route: null,
    model: null,
    ms: 0,
    actor: null,
    newest: true,
  }
}

function show({ decision, outcome, newest, connection, ticket, writeback }: DecisionRow): z.infer<typeof Decision> {
  const { id, createdAt, plan, reason, values, sources, answers, route, model, ms, actor } = decision
  return {
    id,
    connection,
    outcome,
    decided: true,
    waiting: null,
    plan,
    values,
    sources,
    route,
    model,
    ms,
    actor,
    newest,
    createdAt: createdAt.toISOString(),
    ticket: { id: ticket.id, key: ticket.key, url: ticket.url, subject: ticket.subject },
    reason: writeback?.reason ?? reason,
    answers: showAnswers(answers),
  }
}

function showTrace(row: DecisionRow) {
  const { decision, ticket, writeback } = row
  const { externalId, text, language, metadata, status } = ticket
  const shown = show(row)
  return {
    ...shown,
    ticket: {
      ...shown.ticket,
      externalId,
      text,
      language,
      metadata,
      status,
      createdAt: ticket.createdAt.toISOString(),
    },
    cause: decision.cause,
    decisionReason: decision.reason,
    trace: decision.trace,
    versions: {
      taxonomy: decision.taxonomyVersion,
      rules: decision.rulesVersion,
      map: decision.mapVersion,
      promptFormat: decision.promptFormat,
    },
    tokens: decision.tokens ?? null,
    modelMs: decision.modelMs,
    writeback: writeback && showWriteback(writeback),
  }
}

function showWriteback({
  state,
  reason,
  written,
  heldBack,
  before,
  changeId,
  noteId,
  attempts,
  writtenAt,
}: NonNullable<DecisionRow['writeback']>) {
  return {
    state,
    reason,
    written,
    heldBack,
    before,
    changeId,
    noteId,
    attempts,
    writtenAt: writtenAt?.toISOString() ?? null,
  }
}

function brief({ id, createdAt, outcome, reason, values, actor }: z.infer<typeof Decision>) {
  return { id, createdAt, outcome, reason, values, actor }
}
