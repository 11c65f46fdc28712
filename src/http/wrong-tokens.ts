import type { Context, MiddlewareHandler } from 'hono'
import type { Logger } from 'pino'
import { Rejected } from '../errors.ts'
import { readAllowed } from '../outbound/index.ts'
import { clientAddress, remoteAddress } from './client-address.ts'

const WINDOW_MS = 60_000
/** Wrong tokens in a minute: from one address, and from all together. */
const LIMITS = { address: 10, all: 100 }
/** Addresses that are counted apart; further ones count together only. */
const ADDRESSES = 10_000
const ALL = 'all'

type Count = { failures: number; until: number }

/** Counts failures. Pure but for what it remembers: the time is given. */
export function openFailures() {
  const counts = new Map<string, Count>()
  const count = (who: string, now: number): Count => {
    const known = counts.get(who)
    if (known && known.until > now) return known
    const fresh = { failures: 0, until: now + WINDOW_MS }
    if (known || who === ALL || counts.size < ADDRESSES) counts.set(who, fresh)
    return fresh
  }
  return {
    /** One more failure of this address: how long to wait, in milliseconds; null while there are few. */
    add(address: string, now: number): number | null {
      if (counts.size >= ADDRESSES) for (const [who, { until }] of counts) if (until <= now) counts.delete(who)
      const [one, all] = [count(address, now), count(ALL, now)]
      one.failures++
      all.failures++
      const waits = [
        one.failures > LIMITS.address ? one.until - now : 0,
        all.failures > LIMITS.all ? all.until - now : 0,
      ]
      return Math.max(...waits) || null
    },
  }
}

/**
 * Answers 429 in place of 401 to those who send many wrong tokens. A right token is never refused for it: whoever shares
 * the address of an attacker, or the service with one, is not locked out. `proxies` say who asks.
 */
export function limitWrongTokens(log: Logger, proxies: readonly string[]): MiddlewareHandler {
  const failures = openFailures()
  const ours = readAllowed(proxies)
  return async (c, next) => {
    await next()
    if (c.res.status !== 401 || !showsToken(c)) return
    const address = clientAddress(remoteAddress(c), c.req.header('x-forwarded-for'), ours.address)
    const waitMs = failures.add(address, Date.now())
    if (waitMs === null) return
    log.warn({ address, path: c.req.path }, 'many wrong tokens')
    throw new Rejected(429, 'Too many wrong tokens', {
      next: 'Check the token, and wait before the next try.',
      retryAfterMs: waitMs,
    })
  }
}

/** Who sends nothing guesses nothing, and an ended session is no guess. */
function showsToken(c: Context): boolean {
  return c.req.header('authorization') !== undefined || (c.req.method === 'POST' && c.req.path.endsWith('/session'))
}
