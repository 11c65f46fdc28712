import type { MiddlewareHandler } from 'hono'
import { Rejected } from '../errors.ts'
import { sha256Hex } from '../secrets.ts'

/** Lets pass who knows the token: as a bearer token, or as the password that a browser asks for. Null: everybody. */
export function tokenGuard(token: string | null): MiddlewareHandler {
  return async (c, next) => {
    if (token === null) return next()
    const given = givenIn(c.req.header('authorization') ?? '')
    // Digests are compared: the time reveals nothing about the token.
    if (given !== null && (await sha256Hex(given)) === (await sha256Hex(token))) return next()
    c.header('WWW-Authenticate', 'Basic realm="pointsman", charset="UTF-8"')
    throw new Rejected(401, given === null ? 'This needs METRICS_TOKEN' : 'The token is not METRICS_TOKEN', {
      next: 'Send Authorization: Bearer <METRICS_TOKEN>, or give it as the password in a browser.',
    })
  }
}

function givenIn(authorization: string): string | null {
  const [, scheme, value] = /^(Bearer|Basic) +(.*\S) *$/i.exec(authorization) ?? []
  if (value === undefined) return null
  if (scheme!.toLowerCase() === 'bearer') return value
  const pair = Buffer.from(value, 'base64').toString('utf8')
  return pair.slice(pair.indexOf(':') + 1)
}
