/** Intake: verify, store and enqueue in one transaction, then answer. Only a stored delivery is acknowledged. */
export {
  endDeliveries,
  eventOf,
  findDelivery,
  isCreationWaiting,
  isSettled,
  type StoredDelivery,
  settleDelivery,
  takeAsCreated,
  waitingFor,
} from './deliveries.ts'
export {
  deliveriesOf,
  deliveriesThatName,
  dropDeliveries,
  dropDeliveriesOf,
  emptyBodies,
  emptyDeliveries,
  eraseDeliveries,
} from './erase.ts'
export { outsideFilters } from './filters.ts'
export { listArrivals } from './list-arrivals.ts'
export { knownEvents, storeMissed } from './missed.ts'
export { readDelivery } from './read-delivery.ts'
export { FEEDBACK, receive, storeRefused, TRIAGE } from './receive.ts'
