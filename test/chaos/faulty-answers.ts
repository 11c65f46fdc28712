/** Answers as broken servers give them, whatever their API is. */
import type { HttpBindings } from '@hono/node-server'
import type { Chance } from './chance.ts'

/** Seconds since 1970, milliseconds since 1970, a date far away, and what is no time at all. */
const ODD_RETRY_AFTER = ['1900000000', '1900000000000', 'Fri, 31 Dec 2083 23:59:59 GMT', '-5', 'soon', '0', '1e9']
const HUGE_BYTES = 150_000_000
const HANGS_MS = 20_000
const CUT_AFTER_MS = 20

export const odd = {
  retryAfter: (chance: Chance) => ({ 'retry-after': chance.pick(ODD_RETRY_AFTER) }),
  page: () =>
    new Response('<!doctype html><title>Sign in</title><p>Please sign in.', {
      headers: { 'content-type': 'text/html' },
    }),
  json: (status: number, body: unknown, headers: Record<string, string> = {}) =>
    new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } }),
  /** No answer, until the client goes. */
  async hang({ signal }: Request) {
    await new Promise<void>((resolve) => {
      const late = setTimeout(resolve, HANGS_MS)
      signal.addEventListener('abort', () => {
        clearTimeout(late)
        resolve()
      })
    })
    return new Response(null, { status: 504 })
  },
  /** The connection ends in the middle of the body. */
  cut({ outgoing }: HttpBindings) {
    setTimeout(() => outgoing.destroy(), CUT_AFTER_MS)
    return streamed((n) => (n === 0 ? '{"id":"1' : new Promise<null>(() => {})))
  },
  /** 150 MB of JSON that never closes; its length may be declared. */
  huge(chance: Chance) {
    const chunk = ' '.repeat(64 * 1024)
    const chunks = Math.ceil(HUGE_BYTES / chunk.length)
    const headers: Record<string, string> = chance.happens(0.5)
      ? { 'content-length': String(chunks * chunk.length) }
      : {}
    return streamed((n) => (n < chunks ? chunk : null), headers)
  },
}

function streamed(
  chunkAt: (n: number) => string | null | Promise<null>,
  headers: Record<string, string> = {},
): Response {
  const utf8 = new TextEncoder()
  let n = 0
  const body = new ReadableStream({
    async pull(controller) {
      const chunk = await chunkAt(n++)
      if (chunk === null) controller.close()
      else controller.enqueue(utf8.encode(chunk))
    },
  })
  return new Response(body, { headers: { 'content-type': 'application/json', ...headers } })
}
