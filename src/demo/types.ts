import type { Ledger } from '../decisions/index.ts'

/** What the demo ends with: the ledger of its run, and how often its decisions were right. */
export type Summary = Omit<Ledger, 'ignored' | 'duplicates'> & {
  accuracy: Record<string, { n: number; accuracy: number }>
  classifier: string
  seconds: number
}
