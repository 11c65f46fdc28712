import type { Said } from './ask.ts'

/** Over the answers for which the server counted tokens. */
export type Tokens = { n: number; prompt: number; completion: number; cached: number }

/** Null: no answer came with a count. */
export function tokensOf(asked: Pick<Said, 'answer'>[]): Tokens | null {
  const sum: Tokens = { n: 0, prompt: 0, completion: 0, cached: 0 }
  for (const { answer } of asked) {
    if (!answer?.tokens) continue
    sum.n++
    sum.prompt += answer.tokens.prompt
    sum.completion += answer.tokens.completion
    sum.cached += answer.tokens.cached
  }
  return sum.n > 0 ? sum : null
}
