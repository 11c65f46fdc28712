/** Intake: verify, store and enqueue in one transaction, then answer. Only a stored delivery is acknowledged. */
export {
  endDeliveries,
  findDelivery,
  isCreationWaiting,
  isSettled,
  type StoredDelivery,
  settleDelivery,
  takeAsCreated,
  waitingFor,
} from './deliveries.ts'
export { outsideFilters } from './filters.ts'
export { readDelivery } from './read-delivery.ts'
export { FEEDBACK, receive, storeTooLarge, TRIAGE } from './receive.ts'
