/** The whole service in this process, with both sandbox helpdesks behind the fake network. */
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import type { Logger } from 'pino'
import { connectors } from '../../connectors/index.ts'
import { createJiraSandbox, type JiraSandbox, jiraSandboxMapping } from '../../connectors/jira/sandbox.ts'
import { createZendeskSandbox, type ZendeskSandbox, zendeskSandboxMapping } from '../../connectors/zendesk/sandbox.ts'
import { createApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { ConnectionInput, saveConnection } from '../../src/connections/index.ts'
import type { Classifier, Connection, Connectors, Labels, Mode } from '../../src/contract/index.ts'
import { AGENTS, GROUPS, routingMap } from '../../src/demo/desk.ts'
import { type Deps, openDeps } from '../../src/deps.ts'
import { tasks } from '../../src/jobs.ts'
import { publishDraft, saveDraft } from '../../src/routing/index.ts'
import { currentTaxonomy } from '../../src/taxonomy/index.ts'
import { type Fresh, freshDatabase } from './database.ts'

export const SECRET = 'a test secret of some length'
export const ORIGIN = 'https://pointsman.test'

export type Service = {
  deps: Deps
  app: ReturnType<typeof createApp>
  jira: JiraSandbox
  zendesk: ZendeskSandbox
  network: ReturnType<typeof setupServer>
  /** Runs jobs and deliveries until nothing is left to do. */
  drain(): Promise<void>
  /** The same, but a job that waits for a later time runs now, once. */
  drainEarly(): Promise<void>
  connection(name: 'jira' | 'zendesk'): Promise<Connection>
  close(): Promise<void>
}

export type ServiceOptions = {
  mode?: Mode
  env?: Record<string, string>
  /** Default: no classifier at all. */
  classifier?: Classifier
  settings?: Record<string, unknown>
  /** Default: nothing is logged. */
  log?: Logger
  fresh?: Fresh
  /** Adapters beside those of Jira and Zendesk. */
  connectors?: Connectors
}

export async function openService(options: ServiceOptions = {}): Promise<Service> {
  const fresh = options.fresh ?? (await freshDatabase())
  const config = readConfig({
    LOG_LEVEL: 'silent',
    ADMIN_TOKEN: 'the admin token of the tests, long',
    DATA_DIR: fresh.dataDir,
    PUBLIC_URL: ORIGIN,
    ...(fresh.url ? { DATABASE_URL: fresh.url, DATABASE_POOL: '6', ENCRYPTION_KEY: btoa('k'.repeat(32)) } : {}),
    ...options.env,
  })
  const jira = createJiraSandbox({ baseUrl: 'https://jira.test', groups: GROUPS, retryMs: [1, 1, 1] })
  const zendesk = createZendeskSandbox({
    baseUrl: 'https://zendesk.test',
    groups: GROUPS,
    agents: AGENTS,
    backoffMs: 1,
  })
  const network = setupServer(
    http.all('https://jira.test/*', ({ request }) => jira.app.fetch(request)),
    http.all('https://zendesk.test/*', ({ request }) => zendesk.app.fetch(request)),
    http.all(`${ORIGIN}/*`, ({ request }) => app.fetch(request)),
    http.all('*', ({ request }) => HttpResponse.json({ unexpected: request.url }, { status: 599 })),
  )
  // before anything is opened: a client keeps the `fetch` it finds then
  network.listen({ onUnhandledFrame: 'error' })
  const migrations = new URL('../../migrations', import.meta.url).pathname
  const deps = await openDeps(
    config,
    { ...connectors, ...options.connectors },
    migrations,
    ...(options.log ? [options.log] : []),
  )
  if (options.classifier) {
    deps.classifiers.embedded = async () => options.classifier!
    deps.classifiers.choice = 'embedded'
  }
  const app = createApp(deps)
  const saved = { jira, zendesk }
  for (const [name, sandbox] of Object.entries(saved)) {
    const kind = name as 'jira' | 'zendesk'
    const input = ConnectionInput.parse({
      name,
      kind,
      baseUrl: sandbox.baseUrl,
      mode: options.mode ?? 'automate',
      credentials: kind === 'jira' ? { kind: 'basic', ...jira.site.credentials } : zendesk.credentials.basic,
      secrets: [{ kind: 'signature', secret: SECRET }],
      mapping: kind === 'jira' ? jiraSandboxMapping(jira) : zendeskSandboxMapping(zendesk),
      // A new desk has proven nothing: only a plain threshold applies values from the first ticket on.
      settings: { perMinute: 100_000, threshold: 0.6, ...options.settings },
    })
    await saveConnection({ db: deps.database.db, vault: deps.vault }, input, sandbox.self.id, 'test')
    sandbox.webhooks.push({
      url: `${ORIGIN}/webhooks/${name}`,
      secret: { kind: 'signature', secret: SECRET },
      style: 'events',
    })
  }
  await saveDraft(deps.database.db, routingMap, 'test')
  await publishDraft(deps.database.db, await currentTaxonomy(deps.database.db), 'test')
  const service: Service = {
    deps,
    app,
    jira,
    zendesk,
    network,
    async drain() {
      for (let ran = 1; ran > 0; ) {
        await Promise.all([jira.settled(), zendesk.settled()])
        ran = await deps.queue.drain(tasks(deps))
      }
      await Promise.all([jira.settled(), zendesk.settled()])
    },
    async drainEarly() {
      await deps.queue.drain(tasks(deps), { early: true })
      await service.drain()
    },
    async connection(name) {
      const { findConnection } = await import('../../src/connections/index.ts')
      return findConnection({ db: deps.database.db, vault: deps.vault }, name)
    },
    async close() {
      network.close()
      await deps[Symbol.asyncDispose]()
      if (!options.fresh) await fresh.drop()
    },
  }
  return service
}

/** A classifier with fixed answers: the labels of the first entry whose word is in the text. */
export function opinion(entries: [word: string, labels: Labels, confidence?: number][]): Classifier {
  return {
    kind: 'embedded',
    model: 'opinion-1',
    async classify({ subject, text }) {
      const [, labels = {}, confidence = 0.95] = entries.find(([word]) => `${subject} ${text}`.includes(word)) ?? []
      const fields = Object.fromEntries(
        Object.entries(labels).map(([field, value]) => [
          field,
          { value, raw: confidence, calibrated: null, alternatives: [] },
        ]),
      )
      return { source: 'embedded', model: 'opinion-1', fields, tokens: null, ms: 1 }
    },
  }
}
