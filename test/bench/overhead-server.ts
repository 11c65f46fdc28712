/** The whole service for the overhead benchmark. It reports how long each ticket took. */

import { eq } from 'drizzle-orm'
import { readConfig } from '../../src/config.ts'
import { ConnectionInput, saveConnection } from '../../src/connections/index.ts'
import { decisions, deliveries } from '../../src/db/schema.ts'
import { routingMap } from '../../src/demo/desk.ts'
import { loadTraining } from '../../src/demo/tickets.ts'
import { addExamples } from '../../src/labels/index.ts'
import { start } from '../../src/node.ts'
import { publishDraft, saveDraft } from '../../src/routing/index.ts'
import { currentTaxonomy } from '../../src/taxonomy/index.ts'
import { trainEmbedded } from '../../src/training/index.ts'

const config = readConfig({
  ...process.env,
  LOG_LEVEL: 'silent',
  PORT: '0',
  ADMIN_TOKEN: 'the admin token of the benchmark',
  LLM_BASE_URL: '',
  CLASSIFIER: '',
})
const { url, deps } = await start(config)
const { db } = deps.database
await saveDraft(db, routingMap, 'bench')
await publishDraft(db, await currentTaxonomy(db), 'bench')
await addExamples(db, 'synthetic', await loadTraining())
await trainEmbedded(db)
deps.embedded.refresh()
const { baseUrl, site, selfId, mapping } = JSON.parse(process.env.BENCH_JIRA ?? '{}')
const input = ConnectionInput.parse({
  name: 'bench',
  kind: 'jira',
  baseUrl,
  mode: 'automate',
  credentials: { kind: 'basic', ...site },
  secrets: [{ kind: 'signature', secret: process.env.BENCH_SECRET }],
  mapping,
  settings: { perMinute: 100_000, threshold: 0 },
})
await saveConnection({ db, vault: deps.vault }, input, selfId, 'bench')

const timings: { total: number; model: number; triage: number }[] = []
deps.events.watch(async (happening) => {
  if (happening.kind === 'overridden' || happening.kind === 'demoted') return
  if (happening.kind === 'decided' && (happening.plan === 'apply' || happening.plan === 'suggest')) return
  const now = Date.now()
  const [row] = await db.select().from(decisions).where(eq(decisions.id, happening.decision))
  const [delivery] = await db
    .select()
    .from(deliveries)
    .where(eq(deliveries.id, row!.cause.replace('delivery:', '')))
  const model = row!.modelMs ?? 0
  timings.push({ total: now - delivery!.receivedAt.getTime() - model, model, triage: row!.ms })
})

const report = (message?: unknown) => {
  const { user, system } = process.cpuUsage()
  process.send?.({
    port: Number(new URL(url).port),
    cpuMicros: user + system,
    rssMb: Math.round(process.memoryUsage.rss() / 1e6),
    done: timings.length,
    timings: message === 'timings' ? timings : [],
  })
}
process.on('message', report)
process.on('SIGTERM', () => process.exit(0))
report()
