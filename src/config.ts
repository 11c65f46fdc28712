/** Reads the environment, and the file that lists the model endpoints. No other module reads them. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { type EndpointSettings, PromptFormat, readEndpoints } from './classifiers/index.ts'
import { didYouMean, Role } from './contract/index.ts'
import { ConfigError } from './errors.ts'
import { isAllowable, isNetwork, type OutboundSettings } from './outbound/index.ts'

const Key32 = z
  .string()
  .regex(/^[A-Za-z0-9+/]{43}=$/, 'must be 32 bytes in base64; make one with: openssl rand -base64 32')

/** A period in days; 0: for ever. */
const Days = z.coerce.number().int().min(0).max(36_500)

/** `admin=it-leads; reviewer=support`: the role first, because the name of a group may hold any sign but a semicolon. */
const RolesOfGroups = z.string().transform((text, ctx) =>
  text
    .split(';')
    .map((entry) => entry.trim())
    .filter(Boolean)
    .map((entry) => {
      const [, name = '', group = ''] = /^([^=]*)=(.*)$/s.exec(entry) ?? []
      const role = Role.safeParse(name.trim())
      if (!role.success) {
        const known = Role.options
        const message = entry.includes('=')
          ? `there is no role ${name.trim()}${didYouMean(name.trim(), known)}`
          : `${entry} is not role=group`
        ctx.addIssue({ code: 'custom', message })
      } else if (group.trim() === '') ctx.addIssue({ code: 'custom', message: `${entry} names no group` })
      return { role: role.data!, group: group.trim() }
    }),
)

/** `one, two`. */
const Entries = z.string().transform((text) => text.split(',').map((entry) => entry.trim()))

const Flag = z.enum(['true', 'false']).transform((text) => text === 'true')

export const Env = z.object({
  NODE_ENV: z.string().optional(),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  HOST: z.string().default('127.0.0.1'),
  METRICS_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  METRICS_TOKEN: z.string().min(24, 'must have 24 characters or more; make one with: openssl rand -hex 32').optional(),
  PUBLIC_URL: z.url().optional(),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'must look like postgres://user:password@host:5432/database' })
    .optional(),
  DATABASE_POOL: z.coerce.number().int().min(2).max(200).default(20),
  DATABASE_PREPARE: z.enum(['auto', 'on', 'off']).default('auto'),
  DATA_DIR: z.string().min(1).default('./data'),
  ENCRYPTION_KEY: z
    .string()
    .transform((text) => text.split(',').map((key) => key.trim()))
    .pipe(z.array(Key32).min(1))
    .optional(),
  ADMIN_TOKEN: z.string().min(24, 'must have 24 characters or more; make one with: openssl rand -hex 32').optional(),
  OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  OIDC_CLIENT_ID: z.string().min(1).optional(),
  OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  OIDC_SCOPES: z.string().min(1).default('openid profile email'),
  OIDC_NAME_CLAIM: z.string().min(1).default('email'),
  OIDC_ROLES_CLAIM: z.string().min(1).default('groups'),
  OIDC_ROLES: RolesOfGroups.default([]),
  EDGE_TOKEN: z.string().min(24, 'must have 24 characters or more; make one with: openssl rand -hex 32').optional(),
  LLM_ENDPOINTS: z.string().min(1).optional(),
  LLM_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  LLM_MODEL: z.string().min(1).optional(),
  LLM_API_KEY: z.string().min(1).optional(),
  LLM_TIMEOUT_MS: z.coerce.number().int().min(100).max(600_000).default(60_000),
  LLM_CONCURRENCY: z.coerce.number().int().min(1).max(256).default(2),
  LLM_EXAMPLES: z.coerce.number().int().min(0).max(20).default(0),
  LLM_SYSTEM_ROLE: z.enum(['separate', 'merged']).default('merged'),
  CLASSIFIER: z.enum(['endpoint', 'embedded', 'cascade']).optional(),
  /** When no endpoint answers: use the embedded classifier if there is one, or wait. */
  ENDPOINT_DOWN: z.enum(['embedded', 'wait']).default('embedded'),
  /** Servers inside that may be called; in development all of them may. */
  ALLOW_HOSTS: Entries.pipe(
    z.array(z.string().refine(isAllowable, 'must be host names, *.domains, addresses or networks like 10.0.0.0/8')),
  ).default([]),
  /** Their X-Forwarded-For is believed. */
  TRUSTED_PROXIES: Entries.pipe(
    z.array(z.string().refine(isNetwork, 'must be addresses or networks like 10.0.0.0/8')),
  ).default([]),
  MAX_CONNECTIONS: z.coerce.number().int().min(10).max(100_000).default(1_000),
  HEADERS_TIMEOUT_MS: z.coerce.number().int().min(100).max(120_000).default(10_000),
  BODY_TIMEOUT_MS: z.coerce.number().int().min(100).max(600_000).default(30_000),
  BODIES_LIMIT_MB: z.coerce.number().int().min(2).max(10_000).default(64),
  ANSWER_LIMIT_MB: z.coerce.number().int().min(1).max(1024).default(32),
  WORKERS: z.coerce.number().int().min(0).max(256).default(4),
  STOP_GRACE_MS: z.coerce.number().int().min(0).max(600_000).default(20_000),
  RETENTION_BODIES_DAYS: Days.default(30),
  RETENTION_EXPLANATIONS_DAYS: Days.default(180),
  RETENTION_TICKETS_DAYS: Days.default(365),
  RETENTION_LABELS_DAYS: Days.default(730),
  RETENTION_AUDIT_DAYS: Days.default(730),
  RETENTION_JOBS_DAYS: Days.min(1).default(1),
  RETENTION_DEAD_LETTERS_DAYS: Days.min(1).default(90),
  EMBEDDED_IN_PRODUCTION: Flag.default(false),
  LOG_LEVEL: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
})

/** Variables that have no effect in this release; the start warns about them. */
const NOT_YET: [pattern: RegExp, means: string][] = [
  [/^OTEL_EXPORTER_OTLP_ENDPOINT$/, 'traces are not exported yet: /metrics has counters and histograms'],
]

/** For how many days each kind of data is kept; 0: for ever. */
type Retention = {
  /** Webhook bodies, after they are settled. */
  bodies: number
  /** Free text of decisions and write-backs. */
  explanations: number
  /** Tickets that no person labelled, with their decisions; and deliveries about no ticket. */
  tickets: number
  /** Tickets that a person labelled, after the last label; and imported examples. */
  labels: number
  audit: number
  /** Finished jobs with their errors. */
  jobs: number
  /** Jobs that were given up and that nobody requeued. */
  deadLetters: number
}

/** How people sign in with the accounts of their company. */
export type OidcSettings = {
  issuer: string
  clientId: string
  /** Null: a public client. */
  clientSecret: string | null
  scopes: string
  nameClaim: string
  rolesClaim: string
  /** The first that fits wins; the group `*` fits everybody. */
  roles: { role: Role; group: string }[]
}

export type Config = {
  /** Variables that are set and have no effect, with the reason; for a warning at start. */
  unused: string[]
  production: boolean
  port: number
  host: string
  /** The port of metrics and API reference; null: they are on `port`. */
  metricsPort: number | null
  /** Needed for both; null: everybody may read them. */
  metricsToken: string | null
  /** The address under which people and helpdesks reach the service; null: not set, notes then carry no link. */
  publicUrl: string | null
  /** Null: the embedded Postgres in `dataDir`. */
  databaseUrl: string | null
  /** The most connections of this process. */
  databasePool: number
  /** Prepared statements: auto finds out whether they survive, which they do not behind every pooler. */
  databasePrepare: 'auto' | 'on' | 'off'
  dataDir: string
  /** The first one encrypts, all of them decrypt. Null (embedded only): a key is created and kept in `dataDir`. */
  encryptionKeys: string[] | null
  adminToken: string | null
  /** Null: people sign in with access tokens only. */
  oidc: OidcSettings | null
  /** The edge intake authenticates with it; null: there is no edge. */
  edgeToken: string | null
  llm: {
    /** At least one; the first is the model whose prompt format the training export has. */
    endpoints: EndpointSettings[]
    /** For a whole ticket: waiting, every endpoint, every further attempt. */
    deadlineMs: number
  } | null
  classifier: 'endpoint' | 'embedded' | 'cascade'
  endpointDown: 'embedded' | 'wait'
  /** Addresses and networks of the proxies in front of us: they say who asks. */
  trustedProxies: string[]
  /** What the clients of our own server may use. */
  limits: { connections: number; headersMs: number; bodyMs: number; heldBytes: number }
  outbound: OutboundSettings
  workers: number
  stopGraceMs: number
  /** For how many days what is kept; 0: for ever. */
  retention: Retention
  logLevel: 'silent' | 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace'
}

/**
 * Reads and checks all settings. Throws ConfigError that lists every fault with what to do; an empty variable counts as
 * absent.
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = Env.safeParse(given)
  const listed = given.LLM_ENDPOINTS ? listedEndpoints(given.LLM_ENDPOINTS, given) : null
  const faults = [
    ...(parsed.error?.issues ?? []).map((i) => `${i.path.join('.')}: ${i.message}`),
    ...(listed && 'faults' in listed ? listed.faults.map((fault) => `LLM_ENDPOINTS: ${fault}`) : []),
    ...crossFaults(given),
  ]
  if (!parsed.success || faults.length > 0)
    throw new ConfigError(
      `${faults.length} setting(s) are wrong:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
      {
        next: 'Fix them and start again; deploy/env.example explains each variable.',
      },
    )
  const e = parsed.data
  const endpoints = listed && 'endpoints' in listed ? listed.endpoints : e.LLM_BASE_URL ? [onlyEndpoint(e)] : null
  return {
    unused: [
      ...NOT_YET.flatMap(([pattern, means]) =>
        Object.keys(given)
          .filter((name) => pattern.test(name))
          .map((name) => `${name}: ${means}`),
      ),
      ...without(given, 'LLM_BASE_URL', ['LLM_MODEL', 'LLM_API_KEY']),
      ...without(given, 'OIDC_ISSUER', ['OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_ROLES']),
    ],
    production: e.NODE_ENV === 'production',
    port: e.PORT,
    host: e.HOST,
    metricsPort: e.METRICS_PORT ?? null,
    metricsToken: e.METRICS_TOKEN ?? null,
    publicUrl: e.PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    databaseUrl: e.DATABASE_URL ?? null,
    databasePool: e.DATABASE_POOL,
    databasePrepare: e.DATABASE_PREPARE,
    dataDir: e.DATA_DIR,
    encryptionKeys: e.ENCRYPTION_KEY ?? null,
    adminToken: e.ADMIN_TOKEN ?? null,
    oidc: oidcOf(e),
    edgeToken: e.EDGE_TOKEN ?? null,
    llm: endpoints && {
      // an endpoint that hangs leaves the others time to answer
      endpoints: endpoints.map((each) => ({ timeoutMs: Math.floor(e.LLM_TIMEOUT_MS / endpoints.length), ...each })),
      deadlineMs: e.LLM_TIMEOUT_MS,
    },
    classifier: e.CLASSIFIER ?? (endpoints ? 'endpoint' : 'embedded'),
    endpointDown: e.ENDPOINT_DOWN,
    trustedProxies: e.TRUSTED_PROXIES,
    limits: {
      connections: e.MAX_CONNECTIONS,
      headersMs: e.HEADERS_TIMEOUT_MS,
      bodyMs: e.BODY_TIMEOUT_MS,
      heldBytes: e.BODIES_LIMIT_MB * 1024 * 1024,
    },
    outbound: {
      allowHosts: e.ALLOW_HOSTS,
      allowInternal: e.NODE_ENV !== 'production',
      answerBytes: e.ANSWER_LIMIT_MB * 1024 * 1024,
    },
    workers: e.WORKERS,
    stopGraceMs: e.STOP_GRACE_MS,
    retention: {
      bodies: e.RETENTION_BODIES_DAYS,
      explanations: e.RETENTION_EXPLANATIONS_DAYS,
      tickets: e.RETENTION_TICKETS_DAYS,
      labels: e.RETENTION_LABELS_DAYS,
      audit: e.RETENTION_AUDIT_DAYS,
      jobs: e.RETENTION_JOBS_DAYS,
      deadLetters: e.RETENTION_DEAD_LETTERS_DAYS,
    },
    logLevel: e.LOG_LEVEL,
  }
}

/** Of these variables, those that are set and have no effect without `main`. */
function without(given: Record<string, string | undefined>, main: string, names: string[]): string[] {
  return names
    .filter((name) => given[name] && !given[main])
    .map((name) => `${name}: has an effect only with ${main}, which is not set`)
}

function oidcOf(e: z.infer<typeof Env>): OidcSettings | null {
  if (!e.OIDC_ISSUER) return null
  return {
    issuer: e.OIDC_ISSUER,
    clientId: e.OIDC_CLIENT_ID!,
    clientSecret: e.OIDC_CLIENT_SECRET ?? null,
    scopes: e.OIDC_SCOPES,
    nameClaim: e.OIDC_NAME_CLAIM,
    rolesClaim: e.OIDC_ROLES_CLAIM,
    roles: e.OIDC_ROLES,
  }
}

/** The one endpoint that LLM_BASE_URL and the variables beside it describe. */
function onlyEndpoint(e: z.infer<typeof Env>): EndpointSettings {
  return {
    name: 'default',
    baseUrl: e.LLM_BASE_URL!.replace(/\/+$/, ''),
    model: e.LLM_MODEL!,
    ...(e.LLM_API_KEY ? { apiKey: e.LLM_API_KEY } : {}),
    concurrency: e.LLM_CONCURRENCY,
    format: PromptFormat.parse({ kind: 'chat', system: e.LLM_SYSTEM_ROLE, examples: e.LLM_EXAMPLES }),
  }
}

function listedEndpoints(path: string, env: Record<string, string | undefined>): ReturnType<typeof readEndpoints> {
  try {
    return readEndpoints(JSON.parse(readFileSync(path, 'utf8')), env)
  } catch (error) {
    // the parser's own message would quote the file
    const why =
      error instanceof SyntaxError ? 'is not JSON' : `cannot be read (${(error as NodeJS.ErrnoException).code})`
    return { faults: [`the file ${why}`] }
  }
}

// Faults between variables. Checked on the raw values, so that they are reported together with the faults of each one.
function crossFaults(e: Record<string, string | undefined>): string[] {
  const faults: string[] = []
  if (e.DATABASE_URL && !e.ENCRYPTION_KEY)
    faults.push('ENCRYPTION_KEY: required with DATABASE_URL; make one with: openssl rand -base64 32')
  if (!e.DATABASE_URL && e.NODE_ENV === 'production' && e.EMBEDDED_IN_PRODUCTION !== 'true')
    faults.push(
      'DATABASE_URL: required when NODE_ENV=production; the embedded database does not survive a power loss (EMBEDDED_IN_PRODUCTION=true accepts that)',
    )
  if (e.LLM_BASE_URL && !e.LLM_MODEL)
    faults.push('LLM_MODEL: required with LLM_BASE_URL; GET {LLM_BASE_URL}/models lists the names')
  if (e.LLM_BASE_URL && e.LLM_ENDPOINTS)
    faults.push('LLM_ENDPOINTS: set either this or LLM_BASE_URL; the file can also name a single endpoint')
  if (!e.LLM_BASE_URL && !e.LLM_ENDPOINTS && (e.CLASSIFIER === 'endpoint' || e.CLASSIFIER === 'cascade'))
    faults.push(
      `LLM_BASE_URL: required with CLASSIFIER=${e.CLASSIFIER}; give the server's base URL, ending in /v1, or LLM_ENDPOINTS`,
    )
  if (e.OIDC_ISSUER) faults.push(...oidcFaults(e))
  return faults
}

function oidcFaults(e: Record<string, string | undefined>): string[] {
  const needed = {
    OIDC_CLIENT_ID: 'the name under which the provider knows Pointsman',
    OIDC_ROLES: 'which group has which role, such as admin=it-leads; reviewer=support',
    PUBLIC_URL: 'the provider sends people back there',
  }
  const isSafe = (url: string) =>
    !URL.canParse(url) || /^(https:|http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|\/|$))/.test(url)
  return [
    ...Object.entries(needed).flatMap(([name, why]) => (e[name] ? [] : [`${name}: required with OIDC_ISSUER: ${why}`])),
    ...(isSafe(e.OIDC_ISSUER!) ? [] : ['OIDC_ISSUER: must be https, or on this machine']),
    ...(e.OIDC_SCOPES && !e.OIDC_SCOPES.split(' ').includes('openid') ? ['OIDC_SCOPES: must contain openid'] : []),
  ]
}
