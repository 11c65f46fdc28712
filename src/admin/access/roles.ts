/** Who may do what: the permissions of each role, and the check in front of every route. */
import type { MiddlewareHandler } from 'hono'
import type { Role } from '../../contract/index.ts'
import type { Tx } from '../../db/index.ts'
import { Rejected } from '../../errors.ts'
import { isOwnPage, readSessionCookie } from './cookie.ts'
import { findSession } from './sessions.ts'
import { type Actor, findToken } from './tokens.ts'

/** Permission -> the roles that have it. Every route names one of these permissions. */
export const MATRIX = {
  /** Decisions, taxonomy, rules, routing map, overrides, labels, reports. */
  read: ['viewer', 'reviewer', 'operator', 'editor', 'ml', 'admin', 'auditor'],
  /** Ask the classifier: stores nothing, costs model time. */
  classify: ['reviewer', 'operator', 'editor', 'ml', 'admin'],
  /** Confirm, correct and retry decisions; undo that, and put back what was written. */
  review: ['reviewer', 'operator', 'editor', 'admin'],
  /** The text of a ticket as it came, with personal data; each time is recorded. */
  unmask: ['operator', 'admin'],
  /** Pause and resume; modes and thresholds of connections; dead letters. */
  operate: ['operator', 'admin'],
  /** Taxonomy, rules, routing map. */
  edit: ['editor', 'admin'],
  /** Make exports and train models. */
  learn: ['ml', 'admin'],
  /** See which exports were made, with their manifests. */
  'read-exports': ['ml', 'admin', 'auditor'],
  'read-models': ['operator', 'editor', 'ml', 'admin', 'auditor'],
  /** Connections without their secrets: a routing map and an export name what is in them. */
  'read-connections': ['operator', 'editor', 'ml', 'admin', 'auditor'],
  /** Dead letters. */
  'read-operations': ['operator', 'admin', 'auditor'],
  /** The audit log, and which tokens there are. */
  inspect: ['admin', 'auditor'],
  /** Connections and tokens. */
  administer: ['admin'],
} as const satisfies Record<string, readonly Role[]>
export type Permission = keyof typeof MATRIX

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

export type Env = { Variables: { actor: Actor } }

export function isAllowed(role: Role, permission: Permission): boolean {
  return (MATRIX[permission] as readonly Role[]).includes(role)
}

/** Identifies the caller by the bearer token, or else by the session of the browser; 401 when there is none or it is not valid. */
export function authenticate(db: Tx, site: { publicUrl: string | null }): MiddlewareHandler<Env> {
  return async (c, next) => {
    const given = /^Bearer +(.*\S) *$/i.exec(c.req.header('authorization') ?? '')?.[1]
    const secret = given === undefined ? readSessionCookie(c, site) : undefined
    // A browser adds the cookie to requests of other sites too: only our own page may change anything with it.
    if (secret !== undefined && !SAFE.has(c.req.method) && isOwnPage(c, site) !== true)
      throw new Rejected(403, 'The request does not come from this page', {
        next: 'Open Pointsman at its own address; a script sends Authorization: Bearer <token>.',
      })
    const actor =
      given !== undefined ? await findToken(db, given) : secret !== undefined ? await findSession(db, secret) : null
    if (!actor) {
      c.header('WWW-Authenticate', `Bearer realm="pointsman"${given === undefined ? '' : ', error="invalid_token"'}`)
      throw new Rejected(401, given === undefined ? 'There is no bearer token' : 'The token is unknown or revoked', {
        next: 'Send Authorization: Bearer <token>; an admin creates one with POST /api/v1/tokens.',
      })
    }
    c.set('actor', actor)
    c.header('Cache-Control', 'no-store') // answers hold tickets and tokens: no cache may keep them
    await next()
  }
}

/** Refuses callers whose role lacks the permission. */
export function may(permission: Permission): MiddlewareHandler<Env> {
  return async (c, next) => {
    const { name, role } = c.get('actor')
    if (!isAllowed(role, permission))
      throw new Rejected(403, `${name} is ${role}; this needs ${MATRIX[permission].join(' or ')}`, {
        next: 'Use a token with one of these roles, or ask an admin for one.',
      })
    await next()
  }
}
