/** Reads solved tickets one by one, several at once, for every adapter. */
import type { SolvedRead, SolvedTicket } from '../src/contract/index.ts'
import { HelpdeskError } from '../src/errors.ts'

/** Ends early, with a line that says so, when the helpdesk wants fewer requests. `read`: null for one that is filtered out. */
export async function readSolved<Found>(
  found: Found[],
  concurrency: number,
  read: (one: Found) => Promise<SolvedTicket | null>,
  onProgress?: (done: number, all: number) => void,
): Promise<SolvedRead> {
  const tickets: SolvedTicket[] = []
  for (let done = 0; done < found.length; done += concurrency) {
    try {
      const some = await Promise.all(found.slice(done, done + concurrency).map(read))
      tickets.push(...some.filter((ticket) => ticket !== null))
    } catch (error) {
      if (!(error instanceof HelpdeskError) || error.fault !== 'busy') throw error
      return { tickets, unread: [`Solved tickets after the first ${tickets.length}: ${error.message}`] }
    }
    onProgress?.(Math.min(done + concurrency, found.length), found.length)
  }
  return { tickets, unread: [] }
}
