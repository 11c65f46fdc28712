/** The cookies of a session and of a sign-in on its way, and whether a request comes from our own page. */
import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'

const SESSION = 'pointsman_session'
const SIGN_IN = 'pointsman_sign_in'
/** How long a person may take at the identity provider. */
const SIGN_IN_S = 600

type Site = { publicUrl: string | null }

// Behind TLS the browser holds the cookie to this host and to TLS: no other host can set it.
const isSecure = ({ publicUrl }: Site) => publicUrl?.startsWith('https:') ?? false
const prefix = (site: Site) => (isSecure(site) ? ('host' as const) : undefined)

/** The secret in the request's cookie, if it has one. */
export function readSessionCookie(c: Context, site: Site): string | undefined {
  return getCookie(c, SESSION, prefix(site)) || undefined
}

export function setSessionCookie(c: Context, site: Site, secret: string, maxAge: number): void {
  setCookie(c, SESSION, secret, { ...optionsOf(site), sameSite: 'Strict', maxAge })
}

export function clearSessionCookie(c: Context, site: Site): void {
  deleteCookie(c, SESSION, optionsOf(site))
}

/** For the way to the identity provider and back: the browser comes back from another site. */
export function setSignInCookie(c: Context, site: Site, value: string): void {
  setCookie(c, SIGN_IN, value, { ...optionsOf(site), sameSite: 'Lax', maxAge: SIGN_IN_S })
}

/** Reads it, and removes it: it is good for one return. */
export function takeSignInCookie(c: Context, site: Site): string | undefined {
  const value = getCookie(c, SIGN_IN, prefix(site))
  if (value) deleteCookie(c, SIGN_IN, optionsOf(site))
  return value || undefined
}

const optionsOf = (site: Site) => ({ path: '/', httpOnly: true, secure: isSecure(site), prefix: prefix(site) })

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
