/** /session/oidc: to the identity provider, and back from it. A browser opens these, so faults are shown by the page. */

import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Logger } from 'pino'
import { causeOf, Rejected } from '../../errors.ts'
import { randomSecret } from '../../secrets.ts'
import {
  groupsOf,
  nameOf,
  openOidc,
  openSession,
  roleOf,
  SignInError,
  setSessionCookie,
  setSignInCookie,
  takeSignInCookie,
} from '../access/index.ts'
import { PROBLEMS } from './route-helpers.ts'
import type { SessionNeeds } from './sessions.ts'
import { refuseInvalid } from './validation-errors.ts'

const tags = ['access']
const MOVED = {
  302: { description: 'The browser goes on there; `/sign-in?refused=` says why it could not.' },
  ...PROBLEMS,
}

const begin = createRoute({
  method: 'get',
  path: '/session/oidc',
  tags,
  summary: 'Sign in at the identity provider',
  description: 'For browsers: sends them to the provider of OIDC_ISSUER.',
  security: [],
  request: {
    query: z.strictObject({
      to: z.string().max(1000).optional().openapi({ description: 'The address of the page to go to then.' }),
    }),
  },
  responses: MOVED,
})

const finish = createRoute({
  method: 'get',
  path: '/session/oidc/callback',
  tags,
  summary: 'Where the identity provider sends the browser back to',
  security: [],
  request: { query: z.looseObject({ state: z.string().optional(), code: z.string().optional() }) },
  responses: MOVED,
})

/** `role`: the account has none. The others are faults of the sign-in itself. */
type Refusal = 'role' | SignInError['fault']

export function oidcRoutes({ database: { db }, config, log }: SessionNeeds & { log: Logger }) {
  const { oidc: settings, publicUrl } = config
  const oidc = settings && publicUrl ? { settings, provider: openOidc(settings, publicUrl) } : null
  const needed = () => {
    if (oidc) return oidc
    throw new Rejected(404, 'There is no identity provider', {
      next: 'Sign in with an access token, or set OIDC_ISSUER and start again.',
    })
  }
  const refuse = (c: Context, why: Refusal) => c.redirect(`/sign-in?refused=${why}`, 302)
  const failed = (c: Context, error: unknown) => {
    if (!(error instanceof SignInError)) throw error
    log.warn({ fault: error.fault, error: causeOf(error) }, 'a sign-in at the identity provider failed')
    return refuse(c, error.fault)
  }

  return new OpenAPIHono({ defaultHook: refuseInvalid })
    .openapi(begin, async (c) => {
      const { provider } = needed()
      const secret = randomSecret('hex')
      c.header('Cache-Control', 'no-store')
      try {
        const url = await provider.begin(secret)
        setSignInCookie(c, config, `${secret}${pathOf(c.req.valid('query').to)}`)
        return c.redirect(url.href, 302)
      } catch (error) {
        return failed(c, error)
      }
    })
    .openapi(finish, async (c) => {
      const { provider, settings } = needed()
      c.header('Cache-Control', 'no-store')
      const [, secret, to] = /^([0-9a-f]{64})(\/.*)$/s.exec(takeSignInCookie(c, config) ?? '') ?? []
      if (secret === undefined) return refuse(c, 'again')
      try {
        const claims = await provider.finish(new URL(c.req.url).searchParams, secret)
        const account = {
          issuer: settings.issuer,
          subject: claims.sub,
          name: nameOf(claims, settings),
          role: roleOf(claims, settings),
        }
        const opened = await openSession(db, { account, groups: groupsOf(claims, settings.rolesClaim) })
        if (!opened) return refuse(c, 'role')
        setSessionCookie(c, config, opened.secret, opened.maxAge)
        return c.redirect(pathOf(to), 302)
      } catch (error) {
        return failed(c, error)
      }
    })
}

/** An address of this page: anything else would send a person elsewhere. A browser reads it with the same rules. */
function pathOf(to: string | undefined): string {
  const here = 'http://here'
  const url = to !== undefined && URL.canParse(to, here) ? new URL(to, here) : null
  return url?.origin === here ? url.pathname + url.search + url.hash : '/'
}
