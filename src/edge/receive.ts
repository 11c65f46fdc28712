/** Edge intake: the same checks as the service's own intake, by the same code; then the delivery goes into the queue. */

import {
  identityOf,
  joined,
  KEPT_BYTES,
  LONGEST_BYTES,
  mustBeJson,
  openShortener,
  readStream,
  refuseUnsigned,
  tooLarge,
} from '../body/index.ts'
import {
  type Connection,
  type Delivery,
  type EdgeConnector,
  KEY_HEADER,
  parseBody,
  type TicketEvent,
} from '../contract/index.ts'
import { Rejected } from '../errors.ts'
import { gzip } from './gzip.ts'
import { CONTENT_TYPE, type Outbox, type Queued, ROOM } from './queues.ts'

/**
 * `queued`: the key by which the service finds duplicates. `ignored`: the reason; the body is too large for the queue,
 * and it is an event that we do not act on.
 */
export type EdgeReceipt = { queued: string } | { ignored: string }

/** Throws Rejected: 400, 401, 413, 415, 422 as the service does, 503 when the queue does not accept it. */
export async function receive(
  { connector, outbox }: { connector: EdgeConnector; outbox: Outbox },
  connection: Connection,
  request: Request,
  now: Date,
): Promise<EdgeReceipt> {
  mustBeJson((name) => request.headers.get(name))
  const { whole, shortened, headers } = await readBody(connector, connection, request, now)
  const delivery: Delivery = { headers, body: whole }
  await connector.verify(delivery, connection, now)
  const body = parseBody(new TextDecoder().decode(shortened ?? whole))
  const event = connector.read(body, connection)
  const { key, digest } = await identityOf(connector, delivery, body)
  const packed = (!shortened && (await pack(whole))) || (await packIds(connector, event, body, digest))
  if (packed === null) return { ignored: event.kind === 'ignored' ? event.reason : 'too large' }
  // Only the key by which it is recognised: signatures and tokens were checked and do not belong in a queue.
  await send(outbox, { connection: connection.name, headers: { [KEY_HEADER]: key }, body: packed, key })
  return { queued: key }
}

/** The raw body if it fits into a message, else null. */
async function pack(body: Uint8Array): Promise<Uint8Array | null> {
  const packed = await gzip(body)
  return packed.length <= ROOM ? packed : null
}

/** A body of ids, which makes the service read the ticket; null for an event that we do not act on. */
async function packIds(
  connector: EdgeConnector,
  event: TicketEvent,
  body: unknown,
  digest: string,
): Promise<Uint8Array | null> {
  if (event.kind === 'ignored' || event.kind === 'forgotten') return null
  return gzip(new TextEncoder().encode(JSON.stringify(connector.thin(event, body, digest))))
}

/** The whole body, for its signature, and a shortened one if it is too large to be parsed. */
async function readBody(connector: EdgeConnector, connection: Connection, request: Request, now: Date) {
  if (Number(request.headers.get('content-length')) > LONGEST_BYTES) throw tooLarge(LONGEST_BYTES)
  const headers = Object.fromEntries(request.headers)
  const shortener = openShortener(KEPT_BYTES)
  const chunks: Uint8Array[] = []
  let size = 0
  const small = await readStream(request.body, async () => {
    await refuseUnsigned(connector, headers, connection, now)
    return (chunk) => {
      chunks.push(chunk)
      size += chunk.length
      shortener.push(chunk)
    }
  })
  if (small) return { headers, whole: small, shortened: null }
  const shortened = shortener.end()
  if (!shortened) throw tooLarge(KEPT_BYTES, 'Too many values are left when it is shortened.')
  return { headers, whole: joined(chunks, size), shortened }
}

async function send(outbox: Outbox, message: Queued) {
  try {
    await outbox.send(message, CONTENT_TYPE)
  } catch (error) {
    throw new Rejected(503, 'The queue did not accept the delivery', {
      next: 'Send it again; the helpdesk does this by itself.',
      retryAfterMs: 30_000,
      cause: error,
    })
  }
}
