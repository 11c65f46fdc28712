/** Which servers this process may call: one policy, set at its start, so that no caller can be without it. */
import { lookup as resolve } from 'node:dns/promises'
import { isIP } from 'node:net'
import { OutboundError } from '../errors.ts'
import { type Allowed, kindOf, readAllowed } from './addresses.ts'

export type OutboundSettings = {
  /** Hosts, addresses and networks inside that may be called. */
  allowHosts: string[]
  /** Every internal address may be called: for development, where helpdesks and models are on this machine. */
  allowInternal: boolean
  /** The most bytes of an answer that are read. */
  answerBytes: number
}

type Policy = OutboundSettings & { allowed: Allowed }

let policy: Policy = withLists({ allowHosts: [], allowInternal: true, answerBytes: 32 * 1024 * 1024 })

/** Sets the policy of the process. */
export function setOutbound(settings: OutboundSettings): void {
  policy = withLists(settings)
}

function withLists(settings: OutboundSettings): Policy {
  return { ...settings, allowed: readAllowed(settings.allowHosts) }
}

/** The most bytes of an answer that are read. */
export const answerLimit = () => policy.answerBytes

/** The host of a URL, without the brackets of an IPv6 address. */
export const hostOf = (url: string | URL) => new URL(url).hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')

/** Why this address of the host must not be called; null when it may. `trusted` hosts may be internal. */
export function refusal(host: string, address: string, trusted: readonly string[] = []): OutboundError | null {
  const kind = kindOf(address)
  if (kind === 'public') return null
  const where = host === address ? host : `${host} (${address})`
  if (kind === 'forbidden')
    return new OutboundError(`${where} is a link-local, metadata or reserved address, which is never called`, {
      next: 'Give the public address of the server, or its address in your network.',
    })
  const { allowInternal, allowed } = policy
  if (allowInternal || trusted.includes(host) || allowed.host(host) || allowed.address(address)) return null
  return new OutboundError(`${where} is an internal address, which is not called`, {
    next: `If it is meant, add ${host} or its network to ALLOW_HOSTS and start again.`,
  })
}

/**
 * Why this URL cannot be saved: every address that its host has now is refused. Null when one may be called, or when the
 * name cannot be resolved: each call checks again.
 */
export async function checkUrl(url: string): Promise<OutboundError | null> {
  const host = hostOf(url)
  const found = isIP(host) ? [{ address: host }] : await resolve(host, { all: true }).catch(() => [])
  const refused = found.map(({ address }) => refusal(host, address))
  return refused.every((error) => error !== null) ? (refused[0] ?? null) : null
}
