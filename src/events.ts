/** One function for each business event: its log line and its counter are made together, so that they never drift. */
import type { Logger } from 'pino'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { EndpointHealth } from './classifiers/index.ts'
import type { Overridden } from './feedback/index.ts'
import type { Decided } from './triage/index.ts'
import type { WrittenBack } from './writeback/index.ts'

export type Events = ReturnType<typeof openEvents>

/** What somebody who watches is told, beside the log and the counters. */
export type Happening =
  | ({ kind: 'decided' } & Decided)
  | ({ kind: 'written' } & WrittenBack)
  | ({ kind: 'overridden' } & Overridden)

export function openEvents(log: Logger) {
  const registry = new Registry()
  const registers = [registry]
  const deliveries = new Counter({
    name: 'pointsman_deliveries_total',
    help: 'Webhook deliveries by answer',
    labelNames: ['connection', 'status'],
    registers,
  })
  const decided = new Counter({
    name: 'pointsman_decisions_total',
    help: 'Decisions by plan',
    labelNames: ['connection', 'plan'],
    registers,
  })
  const written = new Counter({
    name: 'pointsman_writebacks_total',
    help: 'Write-backs by state',
    labelNames: ['connection', 'state'],
    registers,
  })
  const overridden = new Counter({
    name: 'pointsman_overrides_total',
    help: 'Fields that a person changed after us',
    labelNames: ['connection', 'field'],
    registers,
  })
  const failures = new Counter({
    name: 'pointsman_job_failures_total',
    help: 'Attempts at a job that threw',
    registers,
  })
  const cacheLookups = new Counter({
    name: 'pointsman_answer_cache_lookups_total',
    help: 'Tickets looked up among earlier answers, by outcome; the hit rate is hit / (hit + miss)',
    labelNames: ['outcome'],
    registers,
  })
  const seconds = { buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30], registers }
  const triageSeconds = new Histogram({
    name: 'pointsman_triage_seconds',
    help: 'One ticket through triage, model call included',
    ...seconds,
  })
  const modelSeconds = new Histogram({
    name: 'pointsman_model_seconds',
    help: 'The model call of one ticket',
    ...seconds,
  })
  const intakeSeconds = new Histogram({
    name: 'pointsman_intake_seconds',
    help: 'One delivery until it was answered',
    ...seconds,
  })
  const depth = new Gauge({
    name: 'pointsman_queue_depth',
    help: 'Jobs by kind and state',
    labelNames: ['kind', 'state'],
    registers,
  })
  const endpointUp = new Gauge({
    name: 'pointsman_endpoint_up',
    help: 'Model endpoints: 1 takes tickets, 0 is out after failures in a row',
    labelNames: ['endpoint'],
    registers,
  })
  const endpointTickets = new Gauge({
    name: 'pointsman_endpoint_tickets',
    help: 'Tickets at each model endpoint: running and waiting now, answered and failed since the start of the process',
    labelNames: ['endpoint', 'state'],
    registers,
  })
  const oldest = new Gauge({
    name: 'pointsman_queue_oldest_seconds',
    help: 'Age of the oldest job that is not done',
    labelNames: ['kind'],
    registers,
  })

  const watchers: ((happening: Happening) => void)[] = []
  const tell = (happening: Happening) => {
    for (const watch of watchers) watch(happening)
  }

  return {
    registry,
    watch(watcher: (happening: Happening) => void) {
      watchers.push(watcher)
    },
    delivered(connection: string, status: number, ms: number) {
      deliveries.inc({ connection, status })
      intakeSeconds.observe(ms / 1000)
      log.debug({ connection, status, ms }, 'delivery')
    },
    decided(d: Decided) {
      decided.inc({ connection: d.connection, plan: d.plan })
      triageSeconds.observe(d.ms / 1000)
      if (d.modelMs !== null) modelSeconds.observe(d.modelMs / 1000)
      log.info({ ...d, ms: Math.round(d.ms) }, 'decided')
      tell({ kind: 'decided', ...d })
    },
    written(w: WrittenBack) {
      written.inc({ connection: w.connection, state: w.state })
      log.info({ ...w, ms: Math.round(w.ms) }, 'written back')
      tell({ kind: 'written', ...w })
    },
    overridden(o: Overridden) {
      overridden.inc({ connection: o.connection, field: o.field })
      log.info(o, 'overridden')
      tell({ kind: 'overridden', ...o })
    },
    answerLookedUp(hit: boolean) {
      cacheLookups.inc({ outcome: hit ? 'hit' : 'miss' })
    },
    failed(error: unknown) {
      failures.inc()
      log.warn({ error: error instanceof Error ? error.message : String(error) }, 'an attempt failed')
    },
    endpoints(all: EndpointHealth[]) {
      for (const { name: endpoint, state, running, waiting, answered, failed } of all) {
        endpointUp.set({ endpoint }, state === 'up' ? 1 : 0)
        for (const [state, tickets] of Object.entries({ running, waiting, answered, failed }))
          endpointTickets.set({ endpoint, state }, tickets)
      }
    },
    queued(found: Record<string, { queued: number; active: number; oldestSeconds: number }>) {
      for (const [kind, { queued, active, oldestSeconds }] of Object.entries(found)) {
        depth.set({ kind, state: 'queued' }, queued)
        depth.set({ kind, state: 'active' }, active)
        oldest.set({ kind }, oldestSeconds)
      }
    },
  }
}
