/** The server of the intake benchmark: the real app, plus two reference routes. No workers run. */
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { connectors } from '../../connectors/index.ts'
import { createApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { ConnectionInput, saveConnection } from '../../src/connections/index.ts'
import { uuidv7 } from '../../src/db/id.ts'
import { migrationsFolder } from '../../src/db/migrations-folder.ts'
import { openDeps } from '../../src/deps.ts'

const secret = process.env.BENCH_SECRET ?? ''
const deps = await openDeps(readConfig({ ...process.env, LOG_LEVEL: 'silent' }), connectors, migrationsFolder())
const { database, vault } = deps
const input = ConnectionInput.parse({
  name: 'bench',
  kind: 'jira',
  baseUrl: 'http://127.0.0.1:9',
  credentials: { kind: 'bearer', token: 'none' },
  secrets: [{ kind: 'signature', secret }],
})
const connection = await saveConnection({ db: database.db, vault }, input, null, 'bench')

async function verified(request: Request) {
  const body = new Uint8Array(await request.arrayBuffer())
  await connectors.jira.verify({ headers: Object.fromEntries(request.headers), body }, connection, new Date())
  return new TextDecoder().decode(body)
}
const INSERT = `insert into deliveries (id, connection_id, dedupe_key, event, ticket_id, body, state) values ($1, $2, $3, 'created', '1', $4, 'done')`
const referenceRoutes = new Hono()
  .post('/verify', async (c) => {
    JSON.parse(await verified(c.req.raw))
    return c.json({}, 202)
  })
  .post('/insert', async (c) => {
    const text = await verified(c.req.raw)
    JSON.parse(text)
    const id = uuidv7()
    await database.prepared(INSERT, [id, connection.id, id, text])
    return c.json({}, 202)
  })
const app = new Hono().route('/', referenceRoutes).route('/', createApp(deps))

const sendStats = (port: number) => {
  const { user, system } = process.cpuUsage()
  process.send?.({ port, cpuMicros: user + system, rssMb: Math.round(process.memoryUsage.rss() / 1e6) })
}
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
  process.on('message', () => sendStats(port))
  sendStats(port)
})
