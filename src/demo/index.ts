/** The demo: the real service, two sandbox helpdesks over real HTTP, a stream of tickets, and agents who correct some. */
import { rmSync } from 'node:fs'
import { serve as listen } from '@hono/node-server'
import { sql } from 'drizzle-orm'
import { createSignInLink } from '../admin/access/index.ts'
import type { Config } from '../config.ts'
import { ConnectionInput, saveConnection } from '../connections/index.ts'
import { connectorOf, type OpenDesks, type PlayedDesk } from '../contract/index.ts'
import { migrationsFolder, openDatabase, rows } from '../db/index.ts'
import { readLedger } from '../decisions/index.ts'
import type { Deps } from '../deps.ts'
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
import type { Summary } from './types.ts'

/** Plays the stream once and, unless `once`, keeps running until stopped. Returns the summary that `--json` prints. */
export async function runDemo(
  config: Config,
  openDesks: OpenDesks,
  options: { once: boolean; json: boolean },
): Promise<Summary> {
  const screen = openScreen(options.json)
  const began = new Date()
  // A demo starts with an empty database of its own, so that it never locks or changes real data.
  const dataDir = `${config.dataDir}/demo`
  if (config.databaseUrl) await refuseRealData(config.databaseUrl, dataDir)
  else clear(dataDir)
  screen.say(config.databaseUrl ? 'Opening the database ...' : 'Creating an embedded Postgres (some seconds) ...')
  const service = await start({ ...config, dataDir, logLevel: config.logLevel === 'info' ? 'silent' : config.logLevel })
  const servers: { close(): void }[] = []
  try {
    const { deps } = service
    const { db } = deps.database
    const signInLink = async () => (await createSignInLink(db, service.url)) ?? service.url
    if (!options.once) screen.page(await signInLink())
    await saveDraft(db, routingMap, 'demo')
    await publishDraft(db, await currentTaxonomy(db), 'demo', { comment: 'the demo desk' })
    if (!config.llm || config.classifier !== 'endpoint') await prepareClassifier(deps, screen)
    const desks = openDesks({ groups: GROUPS, agents: AGENTS })
    const run = Date.now().toString(36)
    for (const desk of desks) await connect(desk, `demo-${desk.kind}-${run}`, service, servers)
    const tickets = [...(await loadUnseen()), ...(await loadJunk()).map((junk) => ({ ...junk, labels: null }))]
    screen.heading(tickets.length, nameOfClassifier(config))
    const accuracy = await playStream(deps, desks, tickets, screen, options.once ? 0 : 250)
    const { ignored: _i, duplicates: _d, ...ledger } = await readLedger(db, began)
    const seconds = Math.round((Date.now() - began.getTime()) / 100) / 10
    const summary = { ...ledger, accuracy, classifier: config.classifier, seconds }
    screen.summary(summary)
    if (!options.once) {
      screen.stay(service.url, await signInLink(), dataDir)
      await stopSignal()
    }
    return summary
  } finally {
    for (const server of servers) server.close()
    await service.stop()
  }
}

const nameOfClassifier = (config: Config) =>
  config.llm && config.classifier !== 'embedded'
    ? config.llm.endpoints.map(({ model, baseUrl }) => `${model} at ${baseUrl}`).join(', ')
    : 'the embedded classifier'

/** Starts a sandbox helpdesk and makes the connection to it, with a signed webhook back to the service. */
async function connect(
  desk: PlayedDesk,
  name: string,
  { deps, url }: { deps: Deps; url: string },
  servers: { close(): void }[],
) {
  const secret = { kind: 'signature' as const, secret: randomSecret('hex') }
  const { kind, credentials, mapping } = desk
  const input = ConnectionInput.parse({
    name,
    kind,
    baseUrl: await open(desk, servers),
    mode: 'automate',
    credentials,
    secrets: [secret],
    mapping,
    // Its desks are new: nobody has handled a ticket yet, and without a threshold they would only suggest.
    settings: { perMinute: 100_000, threshold: 0.5 },
  })
  const { self } = await connectorOf(deps.connectors, kind).inspect({ ...input, id: name, selfId: null })
  await saveConnection({ db: deps.database.db, vault: deps.vault }, input, self.id, 'demo')
  desk.connect(input.baseUrl, `${url}/webhooks/${name}`, secret)
}

function clear(dataDir: string) {
  rmSync(`${dataDir}/postgres`, { recursive: true, force: true })
  rmSync(`${dataDir}/encryption.key`, { force: true })
}

/** Checked before the service starts: a demo must not touch the tokens, the map or the model of a real installation. */
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
          next: 'Run the demo on another database: it publishes a routing map and trains a model of its own.',
        },
      )
  } finally {
    await database.close()
  }
}

async function prepareClassifier({ database, embedded }: Deps, screen: Screen) {
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

function open({ fetch }: PlayedDesk, servers: { close(): void }[]): Promise<string> {
  return new Promise((resolve) => {
    const server = listen({ fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => resolve(`http://127.0.0.1:${port}`))
    servers.push(server)
  })
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
}
