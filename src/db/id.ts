import { v7 } from 'uuid'

/** A new id that sorts by time of making. */
export const uuidv7 = (): string => v7()

/** An id below every id that is made from then on, to find the older rows of a table by its primary key. */
export function firstIdOf(moment: Date): string {
  const hex = Math.max(0, moment.getTime()).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}
