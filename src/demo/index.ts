/** The demo: the real service, two sandbox helpdesks over real HTTP, a stream of tickets, and agents who correct some. */

import { rmSync } from 'node:fs'
import { serve as listen } from '@hono/node-server'
import { sql } from 'drizzle-orm'
import type { Hono } from 'hono'
import type { Config } from '../config.ts'
import { ConnectionInput, saveConnection } from '../connections/index.ts'
import type { Labels, Mapping, WebhookSecret } from '../contract/index.ts'
import { migrationsFolder, openDatabase, rows } from '../db/index.ts'
import { type Ledger, readLedger } from '../decisions/index.ts'
import { ConfigError } from '../errors.ts'
import { addExamples } from '../labels/index.ts'
import { start } from '../node.ts'
import { publishDraft, saveDraft } from '../routing/index.ts'
import { randomSecret } from '../secrets.ts'
import { currentTaxonomy } from '../taxonomy/index.ts'
import { trainEmbedded } from '../training/index.ts'
import { AGENTS, GROUPS, routingMap } from './desk.ts'
import { openScreen, type Screen } from './screen.ts'
import { playStream } from './stream.ts'
import { loadJunk, loadTraining, loadUnseen } from './tickets.ts'

/** A helpdesk to play on; `connectors/desks.ts` makes them. */
export type PlayedDesk = {
  kind: 'jira' | 'zendesk'
  app: Hono
  mapping: Mapping
  credentials: { kind: 'basic'; email: string; apiToken: string }
  connect(baseUrl: string, webhookUrl: string, secret: WebhookSecret & { kind: 'signature' }): void
  create(ticket: { subject: string; body: string }): Promise<{ id: string; key: string }>
  correct(ticketId: string, labels: Labels): Promise<void>
  resolve(ticketId: string): Promise<void>
  settled(): Promise<void>
}

export type OpenDesks = (options: { groups: string[]; agents: { name: string; groups: string[] }[] }) => PlayedDesk[]

export type Summary = Omit<Ledger, 'lost' | 'ignored' | 'duplicates' | 'balanced'> & {
  balanced: boolean
  lost: number
  accuracy: Record<string, { n: number; accuracy: number }>
  classifier: string
  seconds: number
}

/** Plays the stream once and, unless `once`, stays until stopped. Returns what a script wants to know. */
export async function runDemo(
  config: Config,
  openDesks: OpenDesks,
  options: { once: boolean; json: boolean },
): Promise<Summary> {
  const screen = openScreen(options.json)
  const began = new Date()
  // A demo starts afresh; what it made the last time is not worth a lock on the real data.
  const dataDir = `${config.dataDir}/demo`
  if (config.databaseUrl) await refuseRealData(config.databaseUrl, dataDir)
  else clear(dataDir)
  screen.say(config.databaseUrl ? 'Opening the database ...' : 'Making an embedded Postgres (some seconds) ...')
  const service = await start({ ...config, dataDir, logLevel: config.logLevel === 'info' ? 'silent' : config.logLevel })
  const servers: { close(): void }[] = []
  try {
    const { database, vault } = service.deps
    const taxonomy = await currentTaxonomy(database.db)
    await saveDraft(database.db, routingMap, 'demo')
    await publishDraft(database.db, taxonomy, 'demo', 'the demo desk')
    if (!config.llm || config.classifier !== 'endpoint') await prepareClassifier(service.deps, screen)
    const run = Date.now().toString(36)
    const desks = openDesks({ groups: GROUPS, agents: AGENTS })
    for (const desk of desks) {
      const baseUrl = await open(desk.app, servers)
      const name = `demo-${desk.kind}-${run}`
      const secret = { kind: 'signature' as const, secret: randomSecret('hex') }
      const settings = { perMinute: 100_000, threshold: 0.5 }
      const { kind, credentials, mapping } = desk
      const input = ConnectionInput.parse({
        name,
        kind,
        baseUrl,
        mode: 'automate',
        credentials,
        secrets: [secret],
        mapping,
        settings,
      })
      const { self } = await service.deps.connectors[kind].inspect({ ...input, id: name, selfId: null })
      await saveConnection({ db: database.db, vault }, input, self.id, 'demo')
      desk.connect(baseUrl, `${service.url}/webhooks/${name}`, secret)
    }
    const tickets = [...(await loadUnseen()), ...(await loadJunk()).map((junk) => ({ ...junk, labels: null }))]
    screen.heading(
      tickets.length,
      config.llm && config.classifier !== 'embedded'
        ? config.llm.endpoints.map(({ model, baseUrl }) => `${model} at ${baseUrl}`).join(', ')
        : 'the embedded classifier',
    )
    const accuracy = await playStream(service.deps, desks, tickets, screen, options.once ? 0 : 250)
    const { ignored: _i, duplicates: _d, ...ledger } = await readLedger(database.db, began)
    const seconds = Math.round((Date.now() - began.getTime()) / 100) / 10
    const summary = { ...ledger, accuracy, classifier: config.classifier, seconds }
    screen.summary(summary)
    if (!options.once) {
      screen.stay(service.url, dataDir)
      await stopSignal()
    }
    return summary
  } finally {
    for (const server of servers) server.close()
    await service.stop()
  }
}

function clear(dataDir: string) {
  rmSync(`${dataDir}/postgres`, { recursive: true, force: true })
  rmSync(`${dataDir}/encryption.key`, { force: true })
}

/** Before anything is opened for work: a demo must not touch the tokens, the map or the model of a desk at work. */
async function refuseRealData(url: string, dataDir: string) {
  const database = await openDatabase({ url, dataDir, pool: 2, migrations: migrationsFolder() })
  try {
    const [there] = await rows<{ found: string | null }>(
      database.db,
      sql`select to_regclass('connections')::text as found`,
    )
    if (!there?.found) return
    const names = await rows<{ name: string }>(
      database.db,
      sql`select name from connections union all select 'token ' || name from tokens where not bootstrap`,
    )
    const real = names.filter(({ name }) => !name.startsWith('demo-'))
    const [used] = await rows<{ n: number }>(database.db, sql`select count(*)::int as n from tokens`)
    if (real.length > 0 || (names.length === 0 && (used?.n ?? 0) > 0))
      throw new ConfigError(
        `The database is in use (${real.map(({ name }) => name).join(', ') || 'it has an admin token'})`,
        {
          next: 'Play the demo on another database: it publishes a routing map and trains a model of its own.',
        },
      )
  } finally {
    await database.close()
  }
}

async function prepareClassifier({ database, embedded }: Awaited<ReturnType<typeof start>>['deps'], screen: Screen) {
  const training = await loadTraining()
  await addExamples(
    database.db,
    'synthetic',
    training.map((ticket) => ({ ...ticket, language: ticket.lang === 'mixed' ? undefined : ticket.lang })),
  )
  const bar = screen.bar(`Training on ${training.length} synthetic tickets`)
  await trainEmbedded(database.db, { onProgress: ({ share }) => bar.update(share) })
  bar.end()
  embedded.refresh()
}

function open(app: Hono, servers: { close(): void }[]): Promise<string> {
  return new Promise((resolve) => {
    const server = listen({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
      resolve(`http://127.0.0.1:${port}`),
    )
    servers.push(server)
  })
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
}
