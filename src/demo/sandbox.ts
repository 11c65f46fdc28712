/** `pointsman sandbox`: the sandbox helpdesks over HTTP, without the service. */
import { serve as listen, type ServerType } from '@hono/node-server'
import type { Labels, OpenDesks, PlayedDesk } from '../contract/index.ts'
import { ConfigError } from '../errors.ts'
import { randomSecret } from '../secrets.ts'
import { AGENTS, GROUPS, routingMap } from './desk.ts'
import { loadUnseen } from './tickets.ts'

export type SandboxOptions = {
  configuration?: string
  list?: boolean
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

/** `configurations`: the name of each with what it is about. Runs until it is stopped. */
export async function runSandbox(
  { openDesks, configurations }: { openDesks: OpenDesks; configurations: Record<string, string> },
  options: SandboxOptions,
): Promise<void> {
  if (options.list) return list(configurations, options.json === true)
  const { configuration } = options
  if (configuration !== undefined && !Object.hasOwn(configurations, configuration))
    throw new ConfigError(`There is no configuration ${configuration}`, {
      next: 'pointsman sandbox --list shows those there are.',
    })
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
    const clock = openClock()
    for (const desk of openDesks({
      groups: GROUPS,
      agents: AGENTS,
      now: clock.now,
      ...(configuration !== undefined && { configuration }),
    })) {
      const { server, port } = await openServer(desk, ports[desk.kind] ?? 0)
      servers.push(server)
      const baseUrl = `http://127.0.0.1:${port}`
      desk.listensAt(baseUrl)
      await fillDesk(desk, seed, clock.set)
      clock.set(null)
      running.push({ kind: desk.kind, baseUrl, credentials: desk.credentials, ...webhookOf(desk, baseUrl, options) })
    }
    process.stdout.write(options.json ? `${JSON.stringify(running)}\n` : `${lines(running, seed).join('\n')}\n`)
    await stopped
  } finally {
    for (const server of servers) server.close()
  }
}

function list(configurations: Record<string, string>, asJson: boolean): void {
  const width = Math.max(...Object.keys(configurations).map(({ length }) => length))
  const rows = Object.entries(configurations).map(([name, about]) => `${name.padEnd(width)}  ${about}`)
  process.stdout.write(asJson ? `${JSON.stringify(configurations)}\n` : `${rows.join('\n')}\n`)
}

/** Shares no divisor with the number of tickets, so that each of them comes once before one comes again. */
const STRIDE = 37

const HOUR_MS = 3_600_000
/** The tickets are spread over so many days, up to now. */
const DAYS = 180
/** Every so many tickets come to a wrong group first. */
const ASTRAY = 6

/**
 * Solved tickets as agents leave them, so that there is something to learn from and to propose by. `setClock`: the clock of
 * the desk, if it has one that can be set: each ticket is then solved before the next one comes.
 */
export async function fillDesk(desk: PlayedDesk, seed: number, setClock?: (at: Date) => void): Promise<void> {
  const tickets = await loadUnseen()
  const last = Date.now() - HOUR_MS
  for (let i = 0; i < seed; i++) {
    // They are sorted by service: a few of them should have every service.
    const { subject, text, labels } = tickets[(i * STRIDE) % tickets.length]!
    const born = last - ((seed - i) * DAYS * 24 * HOUR_MS) / seed
    setClock?.(new Date(born))
    const { id } = await desk.create({ subject, body: text })
    const { group, assignee, ...rest } = { ...labels, ...routeOf(labels, i) } as Labels
    const wrong = setClock && i % ASTRAY === 0 ? GROUPS.find((other) => other !== group) : undefined
    if (wrong) await desk.correct(id, { group: wrong })
    setClock?.(new Date(born + HOUR_MS / 4))
    await desk.correct(id, { ...rest, ...(group && { group }), ...(assignee && { assignee }) })
    setClock?.(new Date(born + HOUR_MS / 2))
    await desk.resolve(id)
  }
}

/** A clock that can be set; null: the real time. */
function openClock() {
  let at: Date | null = null
  return {
    now: () => at ?? new Date(),
    set(moment: Date | null) {
      at = moment
    },
  }
}

/** Where the agents send the nth ticket. */
function routeOf({ service }: Labels, n: number): Labels {
  const row = routingMap.rows.find(({ when }) => when.service === service) ?? routingMap.rows[0]!
  const members = AGENTS.filter(({ groups }) => row.group !== null && groups.includes(row.group))
  return { ...(row.group !== null && { group: row.group }), assignee: members[n % members.length]!.name }
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
    `With ${seed} solved tickets${running.length > 1 ? ' each' : ''}. To connect: npx pointsman connect. Ctrl-C stops; nothing is kept.`,
  ]
}

function openServer(desk: PlayedDesk, port: number): Promise<{ server: ServerType; port: number }> {
  return new Promise((resolve, reject) => {
    const server = listen({ fetch: desk.fetch, port, hostname: '127.0.0.1' }, (at) =>
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
