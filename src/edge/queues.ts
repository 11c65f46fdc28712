/** The few parts of Cloudflare Queues that we use. https://developers.cloudflare.com/queues/configuration/javascript-apis/ */

/** A delivery on its way. `body` is the raw body, gzipped: what is signed and read stays byte for byte the same. */
export type Queued = {
  connection: string
  headers: Record<string, string>
  body: Uint8Array
  /** By what the service knows the delivery again; here for the log only. */
  key: string
  /** Only in the dead letter queue: why the service will never take it as it is. */
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

/** `v8` carries bytes as they are; JSON would need base64 and with it a third of the room. */
export const CONTENT_TYPE = { contentType: 'v8' } as const

/** A message may have 128,000 bytes with its headers and some 100 of the vendor's own. */
export const ROOM = 120_000
