/** The consumer of the queue: delivers to the service, and keeps what the service cannot accept. */
import { gunzip } from './gzip.ts'
import { type Batch, CONTENT_TYPE, type Message, type Outbox, type Queued } from './queues.ts'
import type { Settings } from './settings.ts'

/** The name in wrangler.toml. */
const DEAD_QUEUE = 'pointsman-dead'
const TIMEOUT_MS = 30_000
const LONGEST_PAUSE_S = 3600
// When dead letters are sent again, one that is refused again must not loop without a pause.
const REFUSED_REST_S = 600

export type Outcome =
  | { kind: 'taken' }
  /** The service will never accept it unchanged. */
  | { kind: 'refused'; status: number; detail: string }
  | { kind: 'later'; reason: string; retryAfterSeconds: number }

type Queues = { DELIVERIES: Outbox; DEAD: Outbox }

export async function forwardAll(settings: Settings, queues: Queues, batch: Batch): Promise<void> {
  const one = batch.queue === DEAD_QUEUE ? sendAgain : forward
  await Promise.all(batch.messages.map((message) => one(settings, queues, message)))
}

async function forward(settings: Settings, { DEAD }: Queues, message: Message) {
  const { body, attempts } = message
  const outcome = await post(settings, body)
  const line = { connection: body.connection, key: body.key, attempts }
  switch (outcome.kind) {
    case 'taken':
      message.ack()
      return log('delivered', line)
    case 'refused': {
      const { status, detail } = outcome
      await DEAD.send({ ...body, refused: { status, detail } }, { ...CONTENT_TYPE, delaySeconds: REFUSED_REST_S })
      message.ack()
      return log('refused', { ...line, status, detail })
    }
    case 'later': {
      const delaySeconds = pause(attempts, outcome.retryAfterSeconds, settings.retrySeconds)
      message.retry({ delaySeconds })
      return log('waits', { ...line, reason: outcome.reason, delaySeconds })
    }
    default:
      return outcome satisfies never
  }
}

/** The dead letter queue has a consumer only while a person wants all of it sent again. */
async function sendAgain(_: Settings, { DELIVERIES }: Queues, message: Message) {
  const { refused, ...delivery } = message.body
  await DELIVERIES.send(delivery, CONTENT_TYPE)
  message.ack()
  log('sent again', { connection: delivery.connection, key: delivery.key, refused })
}

async function post({ serviceUrl, edgeToken }: Settings, { connection, headers, body }: Queued): Promise<Outcome> {
  try {
    const answer = await fetch(`${serviceUrl}/webhooks/${encodeURIComponent(connection)}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'x-pointsman-edge': edgeToken },
      body: (await gunzip(body)) as BodyInit,
      // The token is sent to the service only: redirects are not followed.
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    return judge(answer.status, answer.headers.get('retry-after'), await answer.text())
  } catch (error) {
    return { kind: 'later', reason: error instanceof Error ? error.message : String(error), retryAfterSeconds: 0 }
  }
}

/**
 * 400, 413, 415 and 422 are about the delivery itself, so waiting does not help. Everything else can be fixed without
 * it: the service starts again, the token is corrected (401, 403), the connection is added (404). Pure.
 */
export function judge(status: number, retryAfter: string | null, body: string): Outcome {
  if (status >= 200 && status < 300) return { kind: 'taken' }
  if (status === 400 || status === 413 || status === 415 || status === 422)
    return { kind: 'refused', status, detail: detailOf(body) }
  const detail = detailOf(body)
  const seconds = Number(retryAfter ?? 0)
  return {
    kind: 'later',
    reason: `the service answered ${status}${detail ? `: ${detail}` : ''}`,
    retryAfterSeconds: Number.isFinite(seconds) && seconds > 0 ? seconds : 0,
  }
}

/** Doubles each time, up to an hour; at least what the service asks for, at most what the queue allows. Pure. */
export function pause(attempts: number, retryAfterSeconds: number, first: number): number {
  const grown = Math.min(first * 2 ** Math.min(attempts - 1, 20), LONGEST_PAUSE_S)
  return Math.min(Math.ceil(Math.max(grown, retryAfterSeconds)), 86_400)
}

/** The `detail` of the service's answer; empty for anything else, such as a proxy's HTML page. */
function detailOf(body: string): string {
  try {
    const { detail } = JSON.parse(body) as { detail?: unknown }
    return typeof detail === 'string' ? detail.slice(0, 500) : ''
  } catch {
    return ''
  }
}

function log(event: string, line: Record<string, unknown>) {
  console.log(JSON.stringify({ event, ...line }))
}
