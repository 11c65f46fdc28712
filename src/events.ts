/** One function for each business event: its log line and its counter are made together, so that they never drift. */
import type { Logger } from 'pino'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { EndpointHealth } from './classifiers/index.ts'
import { causeOf } from './errors.ts'
import type { Overridden } from './feedback/index.ts'
import type { Reconciled } from './history/index.ts'
import type { FailedJob } from './queue/index.ts'
import type { Decided } from './triage/index.ts'
import type { Demoted } from './trust/index.ts'
import type { WrittenBack } from './writeback/index.ts'

export type Events = ReturnType<typeof openEvents>

/** What a watcher is told, in addition to the log and the counters. */
export type Happening =
  | ({ kind: 'decided' } & Decided)
  | ({ kind: 'written' } & WrittenBack)
  | ({ kind: 'overridden' } & Overridden)
  | ({ kind: 'demoted' } & Demoted)

/** The log, the counters and the watchers of one process. */
export function openEvents(log: Logger) {
  const registry = new Registry()
  const registers = [registry]
  const count = openCounters(registers)
  const time = openTimings(registers)
  const gauge = openGauges(registers)
  const watchers = new Set<(happening: Happening) => void>()
  const tell = (happening: Happening) => watchers.forEach((watch) => void watch(happening))

  return {
    registry,
    /** Returns the way to stop it. */
    watch(watcher: (happening: Happening) => void): () => void {
      watchers.add(watcher)
      return () => void watchers.delete(watcher)
    },
    /** `reason` is null when it was taken. */
    delivered(connection: string, status: number, reason: string | null, ms: number, delivery?: string) {
      count.deliveries.inc({ connection, status })
      if (reason !== null) count.refused.inc({ connection, reason })
      time.intake.observe(ms / 1000)
      log.debug({ connection, status, reason, ms, delivery }, 'delivery')
    },
    decided(d: Decided) {
      count.decisions.inc({ connection: d.connection, plan: d.plan })
      time.triage.observe(d.ms / 1000)
      if (d.modelMs !== null) time.model.observe(d.modelMs / 1000)
      log.info({ ...d, ms: Math.round(d.ms) }, 'decided')
      tell({ kind: 'decided', ...d })
    },
    written(w: WrittenBack) {
      count.writebacks.inc({ connection: w.connection, state: w.state })
      log.info({ ...w, ms: Math.round(w.ms) }, 'written back')
      tell({ kind: 'written', ...w })
    },
    overridden(o: Overridden) {
      count.overrides.inc({ connection: o.connection, field: o.field })
      log.info(o, 'overridden')
      tell({ kind: 'overridden', ...o })
    },
    demoted(d: Demoted) {
      count.demotions.inc({ connection: d.connection, field: d.field })
      log.warn(d, 'value taken out of automation')
      tell({ kind: 'demoted', ...d })
    },
    reconciled(r: Reconciled) {
      count.missed.inc({ connection: r.connection, event: 'created' }, r.created)
      count.missed.inc({ connection: r.connection, event: 'updated' }, r.updated)
      log.warn(r, 'events without a webhook')
    },
    purged(what: string, rows: number) {
      count.purged.inc({ what }, rows)
      log.info({ what, rows }, 'purged')
    },
    erased(actor: string, counts: Record<string, number>) {
      count.erasures.inc()
      log.info({ actor, ...counts }, 'erased')
    },
    answerLookedUp(hit: boolean) {
      count.cacheLookups.inc({ outcome: hit ? 'hit' : 'miss' })
    },
    modelPaused({ model, reason, next, until }: { model: string; reason: string; next: string; until: Date }) {
      log.error({ model, reason, next, until }, 'model paused: its tickets wait')
    },
    modelResumed(model: string) {
      log.info({ model }, 'model resumed')
    },
    pauses(n: number) {
      gauge.pauses.set(n)
    },
    modelPauses(n: number) {
      gauge.modelPauses.set(n)
    },
    failed(error: unknown, about?: FailedJob) {
      count.failures.inc()
      log.warn({ ...about, error: causeOf(error) }, 'an attempt failed')
    },
    endpoints(all: EndpointHealth[]) {
      for (const { name: endpoint, state, running, waiting, answered, failed } of all) {
        gauge.endpointUp.set({ endpoint }, state === 'up' ? 1 : 0)
        for (const [state, tickets] of Object.entries({ running, waiting, answered, failed }))
          gauge.endpointTickets.set({ endpoint, state }, tickets)
      }
    },
    queued(found: Record<string, { queued: number; active: number; oldestSeconds: number }>) {
      for (const [kind, { queued, active, oldestSeconds }] of Object.entries(found)) {
        gauge.depth.set({ kind, state: 'queued' }, queued)
        gauge.depth.set({ kind, state: 'active' }, active)
        gauge.oldest.set({ kind }, oldestSeconds)
      }
    },
  }
}

function openCounters(registers: Registry[]) {
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
    new Counter({ name, help, labelNames, registers })
  return {
    deliveries: counter('pointsman_deliveries_total', 'Webhook deliveries by answer', ['connection', 'status']),
    refused: counter('pointsman_webhooks_refused_total', 'Webhooks that were not taken, by reason', [
      'connection',
      'reason',
    ]),
    decisions: counter('pointsman_decisions_total', 'Decisions by plan', ['connection', 'plan']),
    writebacks: counter('pointsman_writebacks_total', 'Write-backs by state', ['connection', 'state']),
    overrides: counter('pointsman_overrides_total', 'Fields that a person changed after our decision', [
      'connection',
      'field',
    ]),
    demotions: counter(
      'pointsman_demotions_total',
      'Values taken out of automation because they were wrong too often',
      ['connection', 'field'],
    ),
    missed: counter('pointsman_missed_events_total', 'Events whose webhook never came, found in the helpdesk', [
      'connection',
      'event',
    ]),
    purged: counter('pointsman_purged_total', 'Rows emptied or deleted because their time was over', ['what']),
    erasures: counter('pointsman_erasures_total', 'Tickets or people that were erased on request'),
    failures: counter('pointsman_job_failures_total', 'Attempts at a job that failed'),
    cacheLookups: counter(
      'pointsman_answer_cache_lookups_total',
      'Tickets looked up among earlier answers, by outcome; the hit rate is hit / (hit + miss)',
      ['outcome'],
    ),
  }
}

function openTimings(registers: Registry[]) {
  const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
  const histogram = (name: string, help: string) => new Histogram({ name, help, buckets, registers })
  return {
    triage: histogram('pointsman_triage_seconds', 'One ticket through triage, model call included'),
    model: histogram('pointsman_model_seconds', 'The model call of one ticket'),
    intake: histogram('pointsman_intake_seconds', 'One delivery until it was answered'),
  }
}

function openGauges(registers: Registry[]) {
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Gauge({ name, help, labelNames, registers })
  return {
    depth: gauge('pointsman_queue_depth', 'Jobs by kind and state', ['kind', 'state']),
    oldest: gauge('pointsman_queue_oldest_seconds', 'Age of the oldest job that is not done', ['kind']),
    pauses: gauge('pointsman_pauses', 'Pauses of people that hold now', []),
    modelPauses: gauge('pointsman_model_pauses', 'Models that are paused because they fail every ticket', []),
    endpointUp: gauge(
      'pointsman_endpoint_up',
      'Model endpoints: 1 takes tickets, 0 is out of use after failures in a row',
      ['endpoint'],
    ),
    endpointTickets: gauge(
      'pointsman_endpoint_tickets',
      'Tickets at each model endpoint: running and waiting now, answered and failed since the process started',
      ['endpoint', 'state'],
    ),
  }
}
