import { v7 } from 'uuid'

/** A new id that sorts by time of making. */
export const uuidv7 = (): string => v7()
