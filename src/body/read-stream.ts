import type { Connection, Delivery, EdgeConnector } from '../contract/index.ts'
import { Rejected } from '../errors.ts'

const MIB = 1024 * 1024
/** A body up to this is kept as it came. */
export const KEPT_BYTES = MIB
/** A larger one is read up to here, which is what Jira sends at most, and shortened. */
export const LONGEST_BYTES = 25 * MIB

/**
 * Reads a body. When it is larger than KEPT_BYTES, `openLarge` is asked for a place where all of it goes, and null is
 * returned. Throws Rejected 413 above LONGEST_BYTES, without reading on.
 */
export async function readStream(
  stream: ReadableStream<Uint8Array> | null,
  openLarge: () => Promise<(chunk: Uint8Array) => void>,
): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  let large: ((chunk: Uint8Array) => void) | undefined
  const reader = stream?.getReader()
  try {
    for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
      size += read.value.length
      if (size > LONGEST_BYTES) throw tooLarge(LONGEST_BYTES)
      chunks.push(read.value)
      if (size <= KEPT_BYTES) continue
      large ??= await openLarge()
      for (const chunk of chunks.splice(0)) large(chunk)
    }
  } catch (error) {
    reader?.cancel().catch(() => {}) // the sender may be gone already
    throw error
  }
  return large ? null : joined(chunks, size)
}

/**
 * Throws Rejected 413 for a large body whose headers carry neither a signature nor a token: nobody else's body is read
 * further than the small ones.
 */
export async function refuseUnsigned(
  { verify }: Pick<EdgeConnector, 'verify'>,
  headers: Delivery['headers'],
  connection: Connection,
  now: Date,
): Promise<void> {
  try {
    await verify({ headers, body: new Uint8Array() }, connection, now)
  } catch (error) {
    if (error instanceof Rejected && (error.reason === 'no-signature' || error.reason === 'no-secret'))
      throw new Rejected(413, `The body is larger than ${KEPT_BYTES / MIB} MiB. ${error.message}`, {
        next: error.next,
        reason: error.reason,
      })
  }
}

export function tooLarge(bytes: number, why = ''): Rejected {
  return new Rejected(413, `The body is larger than ${bytes / MIB} MiB.${why && ` ${why}`}`, {
    next: 'Send less: ids are enough, the ticket is read back.',
    reason: 'too-large',
  })
}

export function joined(chunks: Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}
