/** Decisions in API answers: the schemas, and the rows as they are shown. */

import { z } from '@hono/zod-openapi'
import { WRITEBACK_STATES } from '../../contract/index.ts'
import { type Attempts, type DecisionRow, showAnswers, type Undecided } from '../../decisions/index.ts'
import { Answers, Outcome, Plan, Route, Sources, Values } from './decision-schemas.ts'
import { LabelShown, OverrideShown } from './feedback.ts'

export const Decision = z
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

export const DecisionTrace = Decision.extend({
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

export const showAttempts = ({ reason, attempts, nextAttempt }: Attempts) => ({
  reason,
  attempts,
  nextAttempt: nextAttempt?.toISOString() ?? null,
})

export function showUndecided({ id, connection, ticket, at, outcome, ...job }: Undecided): z.infer<typeof Decision> {
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

export function showDecision({
  decision,
  outcome,
  newest,
  connection,
  ticket,
  writeback,
}: DecisionRow): z.infer<typeof Decision> {
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

export function showTrace(row: DecisionRow) {
  const { decision, ticket, writeback } = row
  const { externalId, text, language, metadata, status } = ticket
  const shown = showDecision(row)
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

export function brief({ id, createdAt, outcome, reason, values, actor }: z.infer<typeof Decision>) {
  return { id, createdAt, outcome, reason, values, actor }
}
