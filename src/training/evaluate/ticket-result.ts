import type { Answer, Labels } from '../../contract/index.ts'
import type { ModelError } from '../../errors.ts'

/** A ticket without its text: no text may reach a report. */
export type JudgedTicket = { id: string; language: string; labels: Labels }

/** The entities of an answer with masked parts restored: only compared, never reported. */
export type Entities = Record<string, { value: string; quoted: boolean }>

/** What came back from one classifier for one ticket; `error` where there is no answer. */
export type CallResult = { answer: Answer | null; error: ModelError | null; ms: number; entities?: Entities }

/** A ticket and what came back for it. */
export type TicketResult = { ticket: JudgedTicket } & CallResult
