/** /session and /sessions: signing in a browser with a token or a link, signing out, and who is signed in. */

import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Config } from '../../config.ts'
import { Role } from '../../contract/index.ts'
import type { Database } from '../../db/index.ts'
import { Rejected } from '../../errors.ts'
import { body, json } from '../../http/index.ts'
import {
  clearSessionCookie,
  type Env,
  endSessions,
  isOwnPage,
  listSessions,
  openSession,
  readSessionCookie,
  revokeSession,
  setSessionCookie,
} from '../access/index.ts'
import { ById, guarded, listOf, PROBLEMS } from './route-helpers.ts'
import { refuseInvalid } from './validation-errors.ts'

export type SessionNeeds = { database: Pick<Database, 'db'>; config: Pick<Config, 'publicUrl' | 'oidc'> }

const Secret = z.string().min(1).max(400)
const tags = ['access']

const Session = z
  .object({
    id: z.uuid(),
    name: z.string(),
    role: Role,
    by: z.enum(['token', 'link', 'oidc']).openapi({ description: 'How the browser signed in.' }),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().nullable(),
    expiresAt: z.iso.datetime(),
    current: z.boolean().openapi({ description: 'The one that asks.' }),
  })
  .openapi('Session')

const ways = createRoute({
  method: 'get',
  path: '/session/ways',
  tags,
  summary: 'How a browser can sign in',
  security: [],
  responses: {
    200: json(
      z.object({ oidc: z.boolean().openapi({ description: 'At the identity provider: GET /session/oidc.' }) }),
      'An access token is always taken.',
    ),
    ...PROBLEMS,
  },
})

const signIn = createRoute({
  method: 'post',
  path: '/session',
  tags,
  summary: 'Sign in a browser',
  description:
    'Answers with the cookie of a session that lasts 12 hours. Scripts need no session: they send the token.',
  security: [],
  request: {
    body: body(
      z.union([
        z.strictObject({ token: Secret }),
        z.strictObject({ link: Secret.openapi({ description: 'What follows the # in a link that signs in once.' }) }),
      ]),
    ),
  },
  responses: { 200: json(z.object({ name: z.string(), role: Role }), 'Signed in.'), ...PROBLEMS },
})

const signOut = guarded('read', {
  method: 'delete',
  path: '/session',
  tags,
  summary: 'Sign out this browser',
  responses: { 204: { description: 'Signed out.' } },
})

const signOutEverywhere = guarded('read', {
  method: 'delete',
  path: '/sessions',
  tags,
  summary: 'Sign out every browser of this person or token',
  responses: { 200: json(z.object({ ended: z.number().int() }), 'How many sessions were ended.') },
})

const list = guarded('inspect', {
  method: 'get',
  path: '/sessions',
  tags,
  summary: 'Who is signed in',
  responses: { 200: json(listOf(Session), 'The open sessions, newest first.') },
})

const revoke = guarded('administer', {
  method: 'delete',
  path: '/sessions/{id}',
  tags,
  summary: 'Sign out the browser of somebody',
  request: { params: ById },
  responses: { 204: { description: 'Signed out.' } },
})

/** Needs no session, of course. */
export function signInRoutes({ database: { db }, config }: SessionNeeds) {
  return new OpenAPIHono({ defaultHook: refuseInvalid })
    .openapi(ways, (c) => c.json({ oidc: config.oidc !== null }, 200))
    .openapi(signIn, async (c) => {
      // Else another site could sign a person in as somebody else.
      if (isOwnPage(c, config) === false)
        throw new Rejected(403, 'The request does not come from this page', {
          next: 'Open Pointsman at its own address.',
        })
      const { actor, secret, maxAge } = await openSession(db, c.req.valid('json'))
      setSessionCookie(c, config, secret, maxAge)
      c.header('Cache-Control', 'no-store')
      return c.json({ name: actor.name, role: actor.role }, 200)
    })
}

export function sessionRoutes({ database: { db }, config }: SessionNeeds) {
  const forget = (c: Context) => clearSessionCookie(c, config)
  return new OpenAPIHono<Env>()
    .openapi(signOut, async (c) => {
      const secret = readSessionCookie(c, config)
      if (secret !== undefined) await endSessions(db, c.get('actor'), { secret })
      forget(c)
      return c.body(null, 204)
    })
    .openapi(signOutEverywhere, async (c) => {
      const ended = await endSessions(db, c.get('actor'), 'all')
      forget(c)
      return c.json({ ended }, 200)
    })
    .openapi(list, async (c) => {
      const found = await listSessions(db, readSessionCookie(c, config))
      const items = found.map(({ createdAt, lastUsedAt, expiresAt, ...session }) => ({
        ...session,
        createdAt: createdAt.toISOString(),
        lastUsedAt: lastUsedAt?.toISOString() ?? null,
        expiresAt: expiresAt.toISOString(),
      }))
      return c.json({ items, next: null }, 200)
    })
    .openapi(revoke, async (c) => {
      await revokeSession(db, c.req.valid('param').id, c.get('actor').name)
      return c.body(null, 204)
    })
}
