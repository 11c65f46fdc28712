/** Prepares a ticket for one classifier: the budget of a long text is in tokens, and they are its own to count. */
import type { Classifier, Prepared, Ticket } from '../contract/index.ts'
import { DEFAULT_BUDGET, estimateTokens, type PrepareOptions, prepare } from './prepare/index.ts'

export type PreparedFor = {
  prepared: Prepared
  /** Of a text near the budget or over it, and by whom they were counted; kept in the trace. */
  tokens?: TokenCount
}

/** `scale`: what the text was prepared with, so that it can be made again where what was masked in it is put back. */
export type TokenCount = { measured: number; scale?: number } | { estimated: number }

/** Below this part of the budget no vocabulary makes a text too long, or nearly none. */
const NEAR = 0.25

/**
 * The server is told only what is prepared, so masked, already. Where its count says that the estimate kept too much or too
 * little, the ticket is prepared once more.
 */
export async function prepareFor(
  classifier: Pick<Classifier, 'tokenScale'> | null,
  ticket: Pick<Ticket, 'subject' | 'body' | 'format' | 'metadata'>,
  options: PrepareOptions = {},
): Promise<PreparedFor> {
  const prepared = prepare(ticket, options)
  const budget = options.budgetTokens ?? DEFAULT_BUDGET
  const estimated = estimateTokens(prepared.text)
  if (!classifier?.tokenScale || estimated < NEAR * budget) return { prepared }
  const scale = await classifier.tokenScale(prepared)
  if (scale === null) return { prepared, tokens: { estimated } }
  const measured = Math.round(scale * estimated)
  // fits by its count too, and no more would have fitted
  if (scale >= 1 && measured <= budget) return { prepared, tokens: { measured } }
  const again = prepare(ticket, { ...options, tokenScale: scale })
  return { prepared: again, tokens: { measured: Math.round(scale * estimateTokens(again.text)), scale } }
}
