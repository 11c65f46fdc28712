/** `pointsman sandbox`: the two sandbox helpdesks over HTTP, without the service. */
import { serve as listen, type ServerType } from '@hono/node-server'
import { ConfigError } from '../errors.ts'
import { randomSecret } from '../secrets.ts'
import { AGENTS, GROUPS } from './desk.ts'
import { loadUnseen } from './tickets.ts'
import type { OpenDesks, PlayedDesk } from './types.ts'

export type SandboxOptions = {
  jiraPort: string
  zendeskPort: string
  seed: string
  webhooks?: string
  json?: boolean
}

type Running = {
  kind: string
  baseUrl: string
  credentials: PlayedDesk['credentials']
  webhook?: { url: string; secret: string }
}

/** Runs until it is stopped. */
export async function runSandbox(openDesks: OpenDesks, options: SandboxOptions): Promise<void> {
  const ports: Record<string, number> = {
    jira: whole('--jira-port', options.jiraPort, 65_535),
    zendesk: whole('--zendesk-port', options.zendeskPort, 65_535),
  }
  const seed = whole('--seed', options.seed, 1000)
  if (options.webhooks !== undefined && !/^https?:$/.test(URL.parse(options.webhooks)?.protocol ?? ''))
    throw new ConfigError(`${options.webhooks} is not an address`, { next: 'Use one like http://127.0.0.1:8080.' })
  const servers: ServerType[] = []
  const stopped = stopSignal()
  try {
    const running: Running[] = []
    for (const desk of openDesks({ groups: GROUPS, agents: AGENTS })) {
      const { server, port } = await open(desk, ports[desk.kind] ?? 0)
      servers.push(server)
      const baseUrl = `http://127.0.0.1:${port}`
      desk.listensAt(baseUrl)
      await fill(desk, seed)
      running.push({ kind: desk.kind, baseUrl, credentials: desk.credentials, ...webhookOf(desk, baseUrl, options) })
    }
    process.stdout.write(options.json ? `${JSON.stringify(running)}\n` : `${lines(running, seed).join('\n')}\n`)
    await stopped
  } finally {
    for (const server of servers) server.close()
  }
}

/** Solved tickets as agents leave them, so that there is something to learn from. */
async function fill(desk: PlayedDesk, seed: number) {
  const tickets = await loadUnseen()
  for (let i = 0; i < seed; i++) {
    const { subject, text, labels } = tickets[i % tickets.length]!
    const { id } = await desk.create({ subject, body: text })
    await desk.correct(id, labels)
    await desk.resolve(id)
  }
}

function webhookOf(desk: PlayedDesk, baseUrl: string, { webhooks }: SandboxOptions): Pick<Running, 'webhook'> {
  if (webhooks === undefined) return {}
  const secret = randomSecret('hex')
  const url = `${webhooks.replace(/\/+$/, '')}/webhooks/${desk.kind}`
  desk.connect(baseUrl, url, { kind: 'signature', secret })
  return { webhook: { url, secret } }
}

function lines(running: Running[], seed: number): string[] {
  const each = running.flatMap(({ kind, baseUrl, credentials, webhook }) => [
    `${kind}: ${baseUrl}`,
    `  e-mail    ${credentials.email}`,
    `  API token ${credentials.apiToken}`,
    webhook
      ? `  webhooks  to ${webhook.url}, signed with ${webhook.secret}`
      : '  webhooks  none: start with --webhooks <address of Pointsman> to send them',
  ])
  return [
    ...each,
    `Each has ${seed} solved tickets. Connect one: npx pointsman connect. Ctrl-C stops them; nothing is kept.`,
  ]
}

function open(desk: PlayedDesk, port: number): Promise<{ server: ServerType; port: number }> {
  return new Promise((resolve, reject) => {
    const server = listen({ fetch: desk.app.fetch, port, hostname: '127.0.0.1' }, (at) =>
      resolve({ server, port: at.port }),
    )
    server.once('error', (cause) =>
      reject(
        new ConfigError(`The sandbox ${desk.kind} cannot listen on port ${port}: ${cause.message}`, {
          next: `Choose another port with --${desk.kind}-port; 0 takes a free one.`,
          cause,
        }),
      ),
    )
  })
}

function whole(name: string, text: string, most: number): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number <= most) return number
  throw new ConfigError(`${name} ${text} is not a whole number from 0 to ${most}`, {
    next: `Use ${name} with a number.`,
  })
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
}
