import { createHash, createHmac } from 'node:crypto'
import { KEPT_BYTES, LONGEST_BYTES, openShortener, readStream, refuseUnsigned, tooLarge } from '../body/index.ts'
import { type Connection, type Connectors, connectorOf, type Delivery } from '../contract/index.ts'

/**
 * Reads a webhook. A body above 1 MiB is not kept: it is hashed and shortened while it passes by, so that its signature
 * can be checked and its ids are found. Throws Rejected 413 above 25 MiB.
 */
export async function readDelivery(
  connectors: Connectors,
  connection: Connection,
  { headers, request }: { headers: Record<string, string>; request: Request },
  now: Date,
): Promise<Delivery> {
  const connector = connectorOf(connectors, connection.kind)
  const declared = Number(headers['content-length'])
  if (declared > LONGEST_BYTES) throw tooLarge(LONGEST_BYTES)
  // Quicker than reading piece by piece; the server reads no more than what is declared.
  if (declared <= KEPT_BYTES && !headers['transfer-encoding'])
    return { headers, body: new Uint8Array(await request.arrayBuffer()) }
  let large: ReturnType<typeof openLarge> | undefined
  const body = await readStream(request.body, async () => {
    if (!connector.thin || !connector.signedHead) throw tooLarge(KEPT_BYTES)
    await refuseUnsigned(connector, headers, connection, now)
    large = openLarge(connector.signedHead(headers), connection)
    return large.push
  })
  return body ? { headers, body } : { headers, ...large!.end() }
}

/** Hashes with every secret of the connection, and shortens. `head` is signed in front of the body. */
function openLarge(head: string, { secrets }: Connection) {
  const digest = createHash('sha256')
  const signatures = secrets.filter(({ kind }) => kind === 'signature')
  const macs = new Map(signatures.map(({ secret }) => [secret, createHmac('sha256', secret).update(head)]))
  const shortener = openShortener(KEPT_BYTES)
  return {
    push(chunk: Uint8Array) {
      digest.update(chunk)
      for (const mac of macs.values()) mac.update(chunk)
      shortener.push(chunk)
    },
    end(): Pick<Delivery, 'body' | 'whole'> {
      const body = shortener.end()
      if (!body) throw tooLarge(KEPT_BYTES, 'Too many values are left when it is shortened.')
      const found = new Map([...macs].map(([secret, mac]) => [secret, new Uint8Array(mac.digest())]))
      return { body, whole: { digest: digest.digest('hex'), mac: (secret) => found.get(secret) ?? null } }
    },
  }
}
