import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'

/**
 * The address of who asks. Each proxy adds the address that it was called from at the end of X-Forwarded-For; what stands
 * before the first that is not one of ours could be written by anybody.
 */
export function clientAddress(
  remote: string,
  forwarded: string | undefined,
  isProxy: (address: string) => boolean,
): string {
  const hops = (forwarded ?? '')
    .split(',')
    .map((hop) => hop.trim())
    .filter(Boolean)
  let address = remote
  while (isProxy(address)) {
    const hop = hops.pop()
    if (hop === undefined) break
    address = hop
  }
  return address
}

/** The address at the other end of the connection. */
export function remoteAddress(c: Context): string {
  try {
    return getConnInfo(c).remote.address ?? 'unknown'
  } catch {
    return 'unknown' // no socket: the request was made in this process
  }
}
