/** Decisions with their tickets and write-backs: recording them, listing them, and the ledger that counts them. */
export { countDecisions, readTimeline } from './count.ts'
export {
  countTickets,
  decisionsToErase,
  dropTickets,
  emptyExplanations,
  expiredTickets,
  type NamedTicket,
  ticketsToErase,
} from './erase.ts'
export type { DecisionFilter } from './filter.ts'
export { firstRouted } from './first-routed.ts'
export { type Ledger, OUTCOMES, type Outcome, readLedger } from './ledger.ts'
export {
  type DecisionRow,
  decisionsOf,
  lastDecisions,
  lastTickets,
  listDecisions,
  readDecision,
} from './list.ts'
export { countQueue, listQueue } from './queue.ts'
export { decidedAmong, lastWritten, type NewDecision, newestDecision, recordDecision, WRITEBACK } from './record.ts'
export { showAnswers } from './show-answers.ts'
export { followKey, markTicket, saveTicket } from './tickets.ts'
export { frequentChanges, oldestHeld, readLatency, readTraffic } from './today.ts'
export {
  type Attempts,
  attemptsAt,
  countUndecided,
  listUndecided,
  type Undecided,
  undecidedFilter,
} from './waiting.ts'
export { endWritebacks, markSending, settleWriteback, type WritebackResult } from './writebacks.ts'
