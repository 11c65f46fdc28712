/** Edge intake: the same checks as the service's own intake, by the same code; then the delivery goes into the queue. */

import {
  type Connection,
  type Delivery,
  type EdgeConnector,
  mustBeJson,
  parseBody,
  type TicketEvent,
} from '../contract/index.ts'
import { Rejected } from '../errors.ts'
import { sha256Hex } from '../secrets.ts'
import { gzip } from './gzip.ts'
import { CONTENT_TYPE, type Outbox, type Queued, ROOM } from './queues.ts'

/**
 * `queued`: the key by which the service finds duplicates. `ignored`: the reason; the body is too large for the queue,
 * and it is an event that we do not act on.
 */
export type EdgeReceipt = { queued: string } | { ignored: string }

const BODY_LIMIT = 1024 * 1024

/** Throws Rejected: 400, 401, 413, 415, 422 as the service does, 503 when the queue does not accept it. */
export async function receive(
  { connector, outbox }: { connector: EdgeConnector; outbox: Outbox },
  connection: Connection,
  request: Request,
  now: Date,
): Promise<EdgeReceipt> {
  mustBeJson((name) => request.headers.get(name))
  const delivery: Delivery = { headers: Object.fromEntries(request.headers), body: await readBody(request) }
  await connector.verify(delivery, connection, now)
  const body = parseBody(new TextDecoder().decode(delivery.body))
  const event = connector.read(body, connection)
  const digest = await sha256Hex(delivery.body)
  const key = connector.identify(delivery, body) ?? digest
  const packed = await pack(connector, event, delivery, body, digest)
  if (packed === null) return { ignored: event.kind === 'ignored' ? event.reason : 'too large' }
  await send(outbox, { connection: connection.name, headers: identifying(connector, delivery), body: packed, key })
  return { queued: key }
}

/** The raw body if it fits into a message, else a body of ids, which makes the service read the ticket. */
async function pack(
  connector: EdgeConnector,
  event: TicketEvent,
  { body }: Delivery,
  parsed: unknown,
  digest: string,
): Promise<Uint8Array | null> {
  const whole = await gzip(body)
  if (whole.length <= ROOM) return whole
  if (event.kind === 'ignored') return null
  return gzip(new TextEncoder().encode(JSON.stringify(connector.thin(event, parsed, digest))))
}

// Only the headers that identify it: signatures and tokens were checked and do not belong in a queue.
function identifying({ identifiers }: EdgeConnector, { headers }: Delivery): Record<string, string> {
  return Object.fromEntries(identifiers.filter((name) => headers[name]).map((name) => [name, headers[name]!]))
}

async function readBody(request: Request): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length')) > BODY_LIMIT) throw tooLarge()
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = request.body?.getReader()
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    size += read.value.length
    if (size > BODY_LIMIT) {
      await reader?.cancel()
      throw tooLarge()
    }
    chunks.push(read.value)
  }
  const body = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    body.set(chunk, at)
    at += chunk.length
  }
  return body
}

function tooLarge() {
  return new Rejected(413, 'The body is larger than 1 MiB', {
    next: 'Send less: ids are enough, the ticket is read back.',
  })
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
