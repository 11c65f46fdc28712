/**
 * The words of the field: what a ticket, an event, an answer and a decision are, and what an adapter must be able to
 * do. Everything in `src/` speaks these words; nothing outside `connectors/` knows a vendor's field names.
 */
export * from './answer.ts'
export * from './connection.ts'
export * from './connector.ts'
export * from './decision.ts'
export type { OpenDesks, PlayedDesk } from './desk.ts'
export * from './event.ts'
export { fold } from './fold.ts'
export * from './label.ts'
export * from './merge.ts'
export * from './names.ts'
export { parseBody } from './parse-body.ts'
export * from './role.ts'
export * from './taxonomy.ts'
export * from './ticket.ts'
