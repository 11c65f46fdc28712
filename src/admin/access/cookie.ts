/** The cookie of a session, and whether a request comes from our own page. */
import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'

const NAME = 'pointsman_session'

type Site = { publicUrl: string | null }

// Behind TLS the browser holds the cookie to this host and to TLS: no other host can set it.
const isSecure = ({ publicUrl }: Site) => publicUrl?.startsWith('https:') ?? false
const prefix = (site: Site) => (isSecure(site) ? ('host' as const) : undefined)

/** The secret in the request's cookie, if it has one. */
export function readSessionCookie(c: Context, site: Site): string | undefined {
  return getCookie(c, NAME, prefix(site)) || undefined
}

export function setSessionCookie(c: Context, site: Site, secret: string, maxAge: number): void {
  setCookie(c, NAME, secret, {
    path: '/',
    httpOnly: true,
    sameSite: 'Strict',
    secure: isSecure(site),
    maxAge,
    prefix: prefix(site),
  })
}

export function clearSessionCookie(c: Context, site: Site): void {
  deleteCookie(c, NAME, { path: '/', secure: isSecure(site), prefix: prefix(site) })
}

/**
 * Was the request made by our own page? Browsers say so themselves where the connection is trusted; elsewhere the origin
 * must be this host, or the public address. Null: no browser says anything, so it is a script.
 */
export function isOwnPage(c: Context, { publicUrl }: Site): boolean | null {
  const site = c.req.header('sec-fetch-site')
  if (site !== undefined) return site === 'same-origin'
  const origin = c.req.header('origin')
  if (origin === undefined) return null
  if (publicUrl !== null && origin === new URL(publicUrl).origin) return true
  return URL.canParse(origin) && new URL(origin).host === (c.req.header('host') ?? new URL(c.req.url).host)
}
