/** Intake: verify, store and enqueue in one transaction, answer. Nothing is acknowledged that is not stored. */
export {
  findDelivery,
  isCreationWaiting,
  isSettled,
  type StoredDelivery,
  settleDelivery,
  waitingFor,
} from './deliveries.ts'
export { outsideFilters } from './filters.ts'
export { FEEDBACK, type Receipt, receive, TRIAGE } from './receive.ts'
