import type { AuditSearch } from '../../search.ts'

/** The filter of the API that the address means: whole days, where the reader is. */
export function queryOf({ actor, action, subject, since, until }: Omit<AuditSearch, 'id'>) {
  return {
    actor,
    action,
    subject,
    since: since && new Date(`${since}T00:00`).toISOString(),
    until: until && nextDay(until).toISOString(),
  }
}

function nextDay(day: string): Date {
  const start = new Date(`${day}T00:00`)
  return new Date(start.setDate(start.getDate() + 1))
}
