/**
 * The fetch for all calls to helpdesks and model servers. It calls no refused address, also not one that the name has only at
 * the moment of connecting; follows no redirect, so that neither credentials nor a ticket go where a server points; and stops
 * reading an answer at the limit.
 */
import { type LookupAddress, type LookupOptions, lookup } from 'node:dns'
import { isIP } from 'node:net'
import { Agent } from 'undici'
import { OutboundError } from '../errors.ts'
import { answerLimit, hostOf, refusal } from './policy.ts'

/** Each call has a deadline of its own; these must only be longer than the longest. */
const LONGEST_MS = 660_000

/** A fetch with its own connections. Hosts that an operator set in the environment are `trusted`: they may be internal. */
export function openFetch(trusted: readonly string[] = []): typeof fetch {
  const dispatcher = new Agent({
    headersTimeout: LONGEST_MS,
    bodyTimeout: LONGEST_MS,
    connect: { lookup: guardedLookup(trusted) },
  })
  return async (input, init) => {
    const url = input instanceof Request ? input.url : input
    const host = hostOf(url)
    // a lookup happens for names only
    const refused = isIP(host) ? refusal(host, host, trusted) : null
    if (refused) throw refused
    const guarded: RequestInit & { dispatcher: Agent } = { ...init, redirect: 'manual', dispatcher }
    try {
      const answer = await fetch(input, guarded)
      return await readWithin(answer, answerLimit(), host)
    } catch (error) {
      throw outboundIn(error) ?? error
    }
  }
}

/** The refusal under an error: fetch and client libraries wrap what they are thrown. */
export function outboundIn(thrown: unknown): OutboundError | null {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 6; error = error.cause, depth++)
    if (error instanceof OutboundError) return error
  return null
}

type Answered = (error: Error | null, address: string | LookupAddress[], family?: number) => void

function guardedLookup(trusted: readonly string[]) {
  return (name: string, options: LookupOptions, answer: Answered) => {
    const host = name.toLowerCase().replace(/\.$/, '')
    lookup(name, { ...options, all: true }, (error, found) => {
      if (error) return answer(error, [])
      const judged = found.map((entry) => ({ ...entry, refused: refusal(host, entry.address, trusted) }))
      const allowed = judged.filter(({ refused }) => refused === null)
      const [first] = allowed
      if (!first) return answer(judged[0]?.refused ?? new Error(`${host} has no address`), [])
      if (options.all) return answer(null, allowed)
      answer(null, first.address, first.family)
    })
  }
}

/** The answer with its body read; throws at the limit, and reads no more. Its size on the wire says little: it may be packed. */
async function readWithin(answer: Response, limit: number, host: string): Promise<Response> {
  const { body, status, statusText, headers } = answer
  if (!body) return answer
  const chunks: Uint8Array[] = []
  let size = Number(headers.get('content-length') ?? 0) // as declared, until it is counted
  if (size <= limit) {
    size = 0
    for await (const chunk of body) {
      size += chunk.byteLength
      if (size > limit) break // ends the stream, and with it the connection
      chunks.push(chunk)
    }
  } else await body.cancel()
  if (size > limit)
    throw new OutboundError(`${host} answered with more than ${Math.floor(limit / 1024 / 1024)} MiB`, {
      next: 'Check what answers there; ANSWER_LIMIT_MB is the limit.',
    })
  return new Response(Buffer.concat(chunks), { status, statusText, headers })
}
