/** The parts of Cloudflare Queues that we use. https://developers.cloudflare.com/queues/configuration/javascript-apis/ */

/** A delivery in the queue. `body` is the raw body, gzipped, so that every byte stays the same. */
export type Queued = {
  connection: string
  headers: Record<string, string>
  body: Uint8Array
  /** The key by which the service finds duplicates; used in the log only. */
  key: string
  /** Only in the dead letter queue: why the service refused it. */
  refused?: { status: number; detail: string }
}

export type Outbox = {
  send(body: Queued, options: { contentType: 'v8'; delaySeconds?: number }): Promise<unknown>
}

export type Message = {
  body: Queued
  /** Starts at 1. */
  attempts: number
  ack(): void
  retry(options: { delaySeconds: number }): void
}

export type Batch = { queue: string; messages: readonly Message[] }

/** `v8` carries bytes unchanged; JSON would need base64, which takes a third more space. */
export const CONTENT_TYPE = { contentType: 'v8' } as const

/** The limit of a message is 128,000 bytes, including our headers and about 100 bytes of Cloudflare's own. */
export const ROOM = 120_000
