/** The ratio between the tokens that a model server counts and our estimate. Only masked text is sent. */
import { z } from 'zod'
import type { Prepared } from '../../contract/index.ts'
import { estimateTokens, scriptsOf } from '../../text/index.ts'
import type { Client } from './client.ts'

export type Tokeniser = {
  /** Never throws; null when no server has a tokeniser, or none answers now. */
  scale(prepared: Prepared): Promise<number | null>
}

/** Counting takes a millisecond even when all slots are busy; a ticket must not wait long for it. */
const PATIENCE_MS = 2_000
/** After a failure no server is asked for this long. */
const UNAVAILABLE_MS = 5 * 60_000
const MAX_CHARACTERS = 8_000

/**
 * Asks the first server that can count, once for each mix of scripts: the ratio depends on the vocabulary of the model and
 * the scripts of the text, hardly on its words.
 */
export function openTokeniser(clients: Client[], now: () => number = () => performance.now()): Tokeniser {
  const asked = new Map<string, Promise<number | null>>()
  let unavailableUntil = Number.NEGATIVE_INFINITY

  async function measure(text: string): Promise<number | null> {
    for (const client of clients) {
      const counted = await count(client, text)
      // rounded, so that processes that measured on different tickets still cut at the same length
      if (counted) return Math.min(20, Math.max(0.1, Math.round((10 * counted) / estimateTokens(text)) / 10))
    }
    unavailableUntil = now() + UNAVAILABLE_MS
    return null
  }

  return {
    async scale({ text }) {
      const scripts = scriptsOf(text)
      const known = asked.get(scripts)
      if (known) return known
      if (now() < unavailableUntil) return null
      const measured = measure(text.slice(0, MAX_CHARACTERS).toWellFormed())
      asked.set(scripts, measured)
      if ((await measured) === null) asked.delete(scripts)
      return measured
    },
  }
}

async function count(client: Client, text: string): Promise<number | null> {
  const { kind, model } = client.settings
  // other servers that implement the OpenAI protocol have no known path for this
  if (kind === 'openai') return null
  // llama-server reads `content`, vLLM reads `prompt`; each ignores the other's names
  const body = { model, content: text, prompt: text, add_special: false, add_special_tokens: false }
  const reply = await client.fetchPath('/tokenize', AbortSignal.timeout(PATIENCE_MS), body)
  return Counted.safeParse(reply).data ?? null
}

const Counted = z
  .object({ count: z.number().int().positive().optional(), tokens: z.array(z.unknown()).optional() })
  .transform(({ count, tokens }) => count ?? tokens?.length ?? 0)
