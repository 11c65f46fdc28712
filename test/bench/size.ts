/**
 * `npm run bench -- size`: how long each list and report takes when there is much, through the whole application.
 * `--rows N` tickets (default 200,000), `--runs N` times each (default 5), `--only WORD` in the path, `--json`.
 */
import { parseArgs } from 'node:util'
import { connectors } from '../../connectors/index.ts'
import { createToken } from '../../src/admin/access/index.ts'
import { createApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { type Deps, openDeps } from '../../src/deps.ts'
import { type Client, clientWith } from '../support/client.ts'
import { ownDatabase } from './database.ts'
import { countRows, fill } from './size/fill.ts'

type Timed = { path: string; best: number; median: number; items: number | null }

export const run = (args: string[]): Promise<void> => measure(args, paths)

/** Fills a database, and times what `pathsOf` lists. With `most`, exits with 1 when the best of one takes longer. */
export async function measure(
  args: string[],
  pathsOf: (deps: Deps) => Promise<string[]>,
  most = Number.POSITIVE_INFINITY,
): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      rows: { type: 'string', default: '200000' },
      runs: { type: 'string', default: '5' },
      only: { type: 'string', default: '' },
      json: { type: 'boolean', default: false },
    },
  })
  const database = await ownDatabase()
  const config = readConfig({
    LOG_LEVEL: 'silent',
    DATA_DIR: database.dataDir,
    ...(database.url ? { DATABASE_URL: database.url, ENCRYPTION_KEY: btoa('b'.repeat(32)) } : {}),
  })
  const migrations = new URL('../../migrations', import.meta.url).pathname
  const deps = await openDeps(config, connectors, migrations)
  try {
    const began = performance.now()
    await fill(deps, Number(values.rows))
    const filledIn = Math.round((performance.now() - began) / 1000)
    const counts = await countRows(deps.database)
    const timed: Timed[] = []
    const { token } = await createToken(deps.database.db, { name: 'bench', role: 'admin' }, 'bench')
    const client = clientWith({ app: createApp(deps) }, token)
    for (const path of (await pathsOf(deps)).filter((path) => path.includes(values.only)))
      timed.push(await time(client, path, Number(values.runs)))
    if (timed.some(({ best }) => best > most)) process.exitCode = 1
    if (values.json)
      return console.log(JSON.stringify({ database: database.url ? 'PostgreSQL' : 'embedded', counts, timed }))
    console.log(`${database.url ? 'PostgreSQL' : 'embedded'}, filled in ${filledIn} s:`)
    for (const [name, n] of Object.entries(counts)) console.log(`${String(n).padStart(11)} ${name}`)
    console.log(`\n${'best'.padStart(7)} ${'median'.padStart(7)}   of ${values.runs}, in ms`)
    for (const { path, best, median, items } of timed)
      console.log(
        `${best.toFixed(1).padStart(7)} ${median.toFixed(1).padStart(7)} ${best > most ? '!' : ' '} ${path}${items === null ? '' : ` (${items})`}`,
      )
  } finally {
    await deps[Symbol.asyncDispose]()
    await database.drop()
  }
}

/** What is asked: the lists and reports, unfiltered, and with filters that match much, little and nothing. */
async function paths({ database: { db } }: Deps): Promise<string[]> {
  const { labels } = await import('../../src/db/schema.ts')
  const [label] = await db.select().from(labels).limit(1)
  const day = new Date(Date.now() - 86_400_000).toISOString()
  const month = new Date(Date.now() - 30 * 86_400_000).toISOString()
  const outcomes = ['applied', 'suggested', 'held', 'skipped', 'failed', 'waiting', 'lost']
  const filters = [
    ...outcomes.map((outcome) => `outcome=${outcome}`),
    'outcome=held&newest=true',
    'connection=rare',
    'connection=rare&outcome=failed',
    'connection=zendesk&outcome=applied',
    'outcome=held&reason=not%20there',
    'outcome=waiting&reason=turn',
    'key=DESK-77',
    'text=about%20invoice',
    'text=not%20there%20at%20all',
    'value=service/vpn',
    'overridden=any',
    `since=${day}`,
    'until=2020-01-01T00:00:00Z',
  ]
  return [
    '/reports/ledger',
    `/reports/ledger?since=${month}`,
    `/reports/timeline`,
    `/reports/timeline?since=${month}`,
    '/reports/timeline?since=2020-01-01T00:00:00Z',
    '/reports/today',
    '/reports/today?since=2020-01-01T00:00:00Z',
    '/decisions',
    ...filters.map((filter) => `/decisions?${filter}`),
    '/decisions/counts',
    ...filters
      .filter((filter) => !filter.startsWith('outcome') || filter.includes('&'))
      .map((filter) => `/decisions/counts?${filter}`),
    '/overrides',
    '/overrides?connection=rare',
    '/overrides?field=service',
    '/labels',
    '/labels?connection=jira',
    '/labels?connection=rare',
    '/labels?provenance=human',
    '/labels?field=service&value=vpn',
    `/labels?ticket=${label?.ticketId}`,
    '/dead-letters',
    '/pauses?ended=true',
    '/audit',
    '/audit?actor=nobody',
    '/retention',
    '/erasures',
    '/exports',
  ]
}

async function time(client: Client, path: string, runs: number): Promise<Timed> {
  const took: number[] = []
  let items: number | null = null
  for (let i = 0; i < runs; i++) {
    const began = performance.now()
    const { status, body } = await client('GET', path)
    took.push(performance.now() - began)
    if (status !== 200) throw new Error(`${path} answered ${status}: ${JSON.stringify(body)}`)
    items = Array.isArray(body.items) ? body.items.length : null
  }
  took.sort((a, b) => a - b)
  return { path, best: took[0]!, median: took[Math.floor(runs / 2)]!, items }
}
