/** Intake: verify, store and enqueue in one transaction, then answer. Only a stored delivery is acknowledged. */
export {
  findDelivery,
  isCreationWaiting,
  isSettled,
  type StoredDelivery,
  settleDelivery,
  waitingFor,
} from './deliveries.ts'
export { outsideFilters } from './filters.ts'
export { FEEDBACK, receive, TRIAGE } from './receive.ts'
