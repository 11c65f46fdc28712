/** How far our estimate of tokens is from what the model server counts. Only masked text is ever sent. */
import { z } from 'zod'
import type { Prepared } from '../../contract/index.ts'
import { estimateTokens, scriptsOf } from '../../text/index.ts'
import type { Client } from './client.ts'

export type Tokeniser = {
  /** Never throws; null: no server has a tokeniser, or none answers now. */
  scale(prepared: Prepared): Promise<number | null>
}

/** A count takes a millisecond, also on a server whose slots are all busy; a ticket must not wait long for it. */
const PATIENCE_MS = 2_000
/** A server without a tokeniser will not have one a moment later. */
const AWAY_MS = 5 * 60_000
const MOST_CHARACTERS = 8_000

/**
 * Asks the first server that can tell, once for each mix of scripts: the ratio hangs on the vocabulary of the model and the
 * scripts of the text, hardly on its words.
 */
export function openTokeniser(clients: Client[], now: () => number = () => performance.now()): Tokeniser {
  const asked = new Map<string, Promise<number | null>>()
  let awayUntil = Number.NEGATIVE_INFINITY

  async function measure(text: string): Promise<number | null> {
    for (const client of clients) {
      const counted = await count(client, text)
      // Rounded, so that processes that measured on different tickets still cut alike.
      if (counted) return Math.min(20, Math.max(0.1, Math.round((10 * counted) / estimateTokens(text)) / 10))
    }
    awayUntil = now() + AWAY_MS
    return null
  }

  return {
    async scale({ text }) {
      const scripts = scriptsOf(text)
      const known = asked.get(scripts)
      if (known) return known
      if (now() < awayUntil) return null
      const measured = measure(text.slice(0, MOST_CHARACTERS).toWellFormed())
      asked.set(scripts, measured)
      if ((await measured) === null) asked.delete(scripts)
      return measured
    },
  }
}

async function count(client: Client, text: string): Promise<number | null> {
  const { kind, model } = client.settings
  // of what merely speaks the protocol we do not know that path
  if (kind === 'openai') return null
  // llama-server reads `content`, vLLM `prompt`; neither minds the other's names
  const body = { model, content: text, prompt: text, add_special: false, add_special_tokens: false }
  const reply = await client.look('/tokenize', AbortSignal.timeout(PATIENCE_MS), body)
  return Counted.safeParse(reply).data ?? null
}

const Counted = z
  .object({ count: z.number().int().positive().optional(), tokens: z.array(z.unknown()).optional() })
  .transform(({ count, tokens }) => count ?? tokens?.length ?? 0)
