import type { CallResult } from './ticket-result.ts'

/** Summed over the `n` answers for which the server counted tokens. */
export type Tokens = { n: number; prompt: number; completion: number; cached: number }

/** Null when no answer has a token count. */
export function tokensOf(results: Pick<CallResult, 'answer'>[]): Tokens | null {
  const sum: Tokens = { n: 0, prompt: 0, completion: 0, cached: 0 }
  for (const { answer } of results) {
    if (!answer?.tokens) continue
    sum.n++
    sum.prompt += answer.tokens.prompt
    sum.completion += answer.tokens.completion
    sum.cached += answer.tokens.cached
  }
  return sum.n > 0 ? sum : null
}
