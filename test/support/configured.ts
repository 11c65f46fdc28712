/** Helpdesks configured as companies have them, connected to the service through its API, with rules that decide. */
import { http } from 'msw'
import { createJiraSandbox, type JiraSandboxOptions } from '../../connectors/jira/sandbox.ts'
import type { Sandbox } from '../../connectors/sandbox.ts'
import { createZendeskSandbox, type ZendeskSandbox } from '../../connectors/zendesk/sandbox.ts'
import type { Labels } from '../../src/contract/index.ts'
import { AGENTS, GROUPS } from '../../src/demo/desk.ts'
import { publishDraft, saveDraft } from '../../src/routing/index.ts'
import { currentTaxonomy } from '../../src/taxonomy/index.ts'
import { rowsOf } from './acts.ts'
import { type Client, signIn } from './client.ts'
import { ORIGIN, openService, SECRET, type Service } from './service.ts'

const value = (id: string) => ({ id })
const FIELDS = [
  { id: 'service', values: ['internet', 'mobile', 'billing'].map(value) },
  { id: 'priority', values: ['low', 'normal', 'high', 'urgent'].map(value) },
  { id: 'outage', kind: 'flag' },
  { id: 'churn', kind: 'score' },
]

/** The decision that a word in the text of a ticket makes. */
const DECISIONS: Record<string, Labels> = {
  mobileword: { service: 'mobile' },
  internetword: { service: 'internet' },
  urgentword: { priority: 'urgent' },
  outageword: { service: 'mobile', outage: 'true' },
  calmword: { service: 'mobile', outage: 'false' },
  churnword: { service: 'mobile', churn: '73' },
}

type Saved = { status: number; faults: { path: string; message: string; next: string }[]; missing: string[] }

export class Configured {
  readonly service: Service
  readonly admin: Client
  #count = 0

  constructor(service: Service, admin: Client) {
    this.service = service
    this.admin = admin
  }

  static async open(): Promise<Configured> {
    const service = await openService()
    const admin = await signIn(service, 'admin')
    const fields = FIELDS.map((field) => ({ source: 'rule', required: false, ...field }))
    const { body: taxonomy } = await admin('GET', '/taxonomy')
    await expectOk(admin('PUT', '/taxonomy', { version: taxonomy.version, fields }))
    const { body: rules } = await admin('GET', '/rules')
    const own = Object.entries(DECISIONS).map(([word, decide]) => ({
      id: word,
      when: { any: [word] },
      // biome-ignore lint/suspicious/noThenProperty: rules have this name, and nothing awaits one
      then: { decide },
    }))
    await expectOk(admin('PUT', '/rules', { version: rules.version, rules: own }))
    return new Configured(service, admin)
  }

  /** Where the tickets go that are decided from now on. */
  async route(group: string | null, assignee: string | null = null): Promise<void> {
    const { db } = this.service.deps.database
    const strategy = assignee ? { kind: 'fixed' as const, assignee } : { kind: 'group' as const }
    await saveDraft(db, { rows: [{ when: {}, group, strategy }] }, 'test')
    await publishDraft(db, await currentTaxonomy(db), 'test')
  }

  jira(options: JiraSandboxOptions = {}) {
    const host = `jira-${++this.#count}.test`
    const sandbox = createJiraSandbox({ baseUrl: `https://${host}`, groups: GROUPS, retryMs: [], ...options })
    const credentials = { kind: 'basic', ...sandbox.site.credentials }
    return { sandbox, ...this.#connect(host, 'jira', sandbox, credentials) }
  }

  zendesk(options: Parameters<typeof createZendeskSandbox>[0] = {}) {
    const host = `zendesk-${++this.#count}.test`
    const seed = { groups: GROUPS, agents: AGENTS, backoffMs: 1, ...options }
    const sandbox = createZendeskSandbox({ baseUrl: `https://${host}`, ...seed })
    return { sandbox, ...idsOf(sandbox), ...this.#connect(host, 'zendesk', sandbox, sandbox.credentials.basic) }
  }

  #connect(host: string, kind: string, sandbox: Sandbox, credentials: object) {
    this.service.network.use(http.all(`https://${host}/*`, ({ request }) => sandbox.app.fetch(request)))
    const name = host.replace('.test', '')
    const secret = { kind: 'signature' as const, secret: SECRET }
    const input = { name, kind, baseUrl: `https://${host}`, mode: 'automate', credentials, secrets: [secret] }
    const save = async (mapping: unknown, more: object = {}, query = ''): Promise<Saved> => {
      const settings = { perMinute: 100_000 }
      const { status, body } = await this.admin('POST', `/connections${query}`, {
        ...input,
        settings,
        mapping,
        ...more,
      })
      if (status === 201) sandbox.webhooks.push({ url: `${ORIGIN}/webhooks/${name}`, secret, style: 'events' })
      return {
        status,
        faults: body.faults ?? [],
        missing: (body.missing ?? []).map((one: { what: string }) => one.what),
      }
    }
    /** A customer writes a ticket; answers it as it is after the write-back. */
    const ticket = async (word: string, fields: Record<string, unknown> = {}) => {
      const { id } = await sandbox.create({
        subject: 'The office is offline',
        body: `Nobody can work. ${word}`,
        fields,
      })
      await sandbox.settled()
      await this.service.drain()
      await sandbox.settled()
      const writeback = (await rowsOf(this.service).writebacks()).at(-1)!
      const now = sandbox.ticket(id)!
      return {
        id,
        fields: now.fields,
        writeback,
        notes: now.comments.filter(({ author }) => author === sandbox.self.id),
      }
    }
    return { save, ticket }
  }
}

/** Ids by the titles of fields and the names of groups and agents. */
function idsOf({ account }: ZendeskSandbox) {
  return {
    field: (title: string) => account.fields.find((one) => one.title === title)!.id,
    group: (name: string) => account.groups.find((one) => one.name === name)!.id,
    agent: (name: string) => account.agents.find((one) => one.name === name)!.id,
  }
}

async function expectOk(call: ReturnType<Client>): Promise<void> {
  const { status, body } = await call
  if (status !== 200) throw new Error(`answered ${status}: ${JSON.stringify(body)}`)
}
