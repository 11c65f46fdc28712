import { Rejected } from '../errors.ts'
import { type Review, type ReviewNeeds, settleByPerson } from './settle.ts'

/** What became of one of them: a new decision, or why not. */
export type SettledOne = { id: string; decision: string | null; refused: Rejected | null }

/** Settles one decision after the other. Each is a transaction of its own: what one is refused for does not stop the others. */
export async function settleMany(
  needs: ReviewNeeds,
  reviews: (Review & { id: string })[],
  actor: string,
): Promise<SettledOne[]> {
  const settled: SettledOne[] = []
  for (const { id, ...review } of reviews)
    try {
      const { decision } = await settleByPerson(needs, id, review, actor)
      settled.push({ id, decision, refused: null })
    } catch (error) {
      if (!(error instanceof Rejected)) throw error
      settled.push({ id, decision: null, refused: error })
    }
  return settled
}
