/** Many questions to Jira at once, but not too many. */
import PQueue from 'p-queue'
import { HelpdeskError } from '../../src/errors.ts'

export type Ask = {
  /** Waits for a free place. */
  now<Answer>(call: () => Promise<Answer>): Promise<Answer>
  /** Null when our account may not see it, or when Jira does not have it. Every other failure counts. */
  orNull<Answer>(call: () => Promise<Answer>): Promise<Answer | null>
}

const AT_ONCE = 8

/** `onProgress` hears how many calls are done, of those that are known so far. */
export function openAsk(onProgress?: (done: number, all: number) => void): Ask {
  const queue = new PQueue({ concurrency: AT_ONCE })
  let done = 0
  let all = 0
  const now = async <Answer>(call: () => Promise<Answer>): Promise<Answer> => {
    all += 1
    const answer = await queue.add(call).finally(() => {
      done += 1
      onProgress?.(done, all)
    })
    return answer as Answer // `add` has no `undefined` without a timeout of its own
  }
  return {
    now,
    async orNull(call) {
      try {
        return await now(call)
      } catch (error) {
        if (error instanceof HelpdeskError && ['gone', 'forbidden', 'invalid'].includes(error.fault)) return null
        throw error
      }
    },
  }
}
