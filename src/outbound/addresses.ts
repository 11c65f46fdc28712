/** Which addresses are inside: of this machine, of its network, or of the cloud under it. Pure. */
import { BlockList, isIP } from 'node:net'

/** `forbidden`: nothing that we call is there, and a cloud hands out its keys there. */
export type Kind = 'public' | 'internal' | 'forbidden'

/** Link-local with the metadata of most clouds, those of Azure, Alibaba and Oracle, "this host", multicast, reserved. */
const FORBIDDEN_4 = ['169.254.0.0/16', '168.63.129.16/32', '100.100.100.200/32', '192.0.0.192/32']
const NO_HOST_4 = ['0.0.0.0/8', '224.0.0.0/4', '240.0.0.0/4']
/** The same; the metadata of AWS and Google have addresses of their own. */
const FORBIDDEN_6 = ['fe80::/10', 'fd00:ec2::/32', 'fd20:ce::254/128', '::/128', 'ff00::/8']
/** Loopback, private, shared by a carrier, protocols, tests, documentation. */
const INTERNAL_4 = ['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '192.0.0.0/24']
const RESERVED_4 = ['192.0.2.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24']
/** Loopback and old forms of IPv4, unique local, site-local, local NAT64, Teredo, documentation. */
const INTERNAL_6 = ['::/96', 'fc00::/7', 'fec0::/10', '64:ff9b:1::/48', '2001::/32', '2001:db8::/32']

const forbidden = listOf([...withIpv6([...FORBIDDEN_4, ...NO_HOST_4]), ...FORBIDDEN_6])
const internal = listOf([...withIpv6([...INTERNAL_4, ...RESERVED_4]), ...INTERNAL_6])

/** The kind of an IP address. An IPv6 address that contains an IPv4 address is what that one is. */
export function kindOf(address: string): Kind {
  if (contains(forbidden, address)) return 'forbidden'
  return contains(internal, address) ? 'internal' : 'public'
}

/** What an administrator allows: host names, `*.domain`, addresses, and networks such as 10.0.0.0/8. */
export type Allowed = { host(name: string): boolean; address(ip: string): boolean }

/** Reads the list; an entry that is none of these does not match anything (`isAllowable` says so before). */
export function readAllowed(entries: readonly string[]): Allowed {
  const known = entries.map((entry) => entry.toLowerCase())
  const networks = listOf(known.filter((entry) => networkOf(entry) !== null))
  return {
    host: (name) =>
      known.some((entry) => (entry.startsWith('*.') ? name.endsWith(entry.slice(1)) : entry === name.toLowerCase())),
    address: (ip) => contains(networks, ip),
  }
}

/** Is it an address or a network, such as 10.0.0.0/8? */
export const isNetwork = (entry: string): boolean => networkOf(entry) !== null

/** Has the entry one of the forms of the list? */
export function isAllowable(entry: string): boolean {
  return networkOf(entry) !== null || /^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(entry)
}

function contains(list: BlockList, address: string): boolean {
  const ip = address.replace(/%.*$/, '') // the interface of a link-local address
  // a list of IPv4 also matches the addresses of ::ffff:0:0/96
  return list.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4')
}

function listOf(networks: string[]): BlockList {
  const list = new BlockList()
  for (const text of networks) {
    const network = networkOf(text)
    if (network) list.addSubnet(network.address, network.bits, network.family)
  }
  return list
}

function networkOf(text: string) {
  const [address = '', bits, rest] = text.replace(/^\[|\]$/g, '').split('/')
  const version = isIP(address)
  const longest = version === 6 ? 128 : 32
  if (version === 0 || rest !== undefined || (bits !== undefined && !(/^\d+$/.test(bits) && +bits <= longest)))
    return null
  return { address, bits: Number(bits ?? longest), family: version === 6 ? ('ipv6' as const) : ('ipv4' as const) }
}

/** Also in the forms under which NAT64 (RFC 6052) and 6to4 (RFC 3056) reach them. */
function withIpv6(networks: string[]): string[] {
  return networks.flatMap((network) => {
    const [address, bits] = network.split('/') as [string, string]
    const [a, b, c, d] = address.split('.').map(Number) as [number, number, number, number]
    const [high, low] = [a * 256 + b, c * 256 + d].map((part) => part.toString(16))
    return [network, `64:ff9b::${high}:${low}/${96 + +bits}`, `2002:${high}:${low}::/${16 + +bits}`]
  })
}
