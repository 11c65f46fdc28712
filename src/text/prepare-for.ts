/** Prepares a ticket for one classifier: the budget of a long text is in tokens, as this classifier counts them. */
import type { Classifier, Prepared, Ticket } from '../contract/index.ts'
import { DEFAULT_BUDGET, estimateTokens, type PrepareOptions, prepare } from './prepare/index.ts'

/** A prepared ticket, with its tokens when the text is long. */
export type PreparedFor = {
  prepared: Prepared
  /** Set when the text is near the budget or over it; kept in the trace. */
  tokens?: TokenCount
}

/**
 * Tokens as the model server counted them or as we estimated them. `scale`: the factor that the text was prepared with, so that
 * write-back can prepare it again to get the masked originals.
 */
type TokenCount = { measured: number; scale?: number } | { estimated: number }

/** Below this share of the budget hardly any tokeniser makes a text too long, so the server is not asked. */
const NEAR = 0.25

/**
 * Prepares a ticket, and once more if the server's own count shows that our estimate kept too much or too little. The server
 * only gets text that is already masked.
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
  // The text fits by the server's count too, and a longer one would not.
  if (scale >= 1 && measured <= budget) return { prepared, tokens: { measured } }
  const again = prepare(ticket, { ...options, tokenScale: scale })
  return { prepared: again, tokens: { measured: Math.round(scale * estimateTokens(again.text)), scale } }
}
