/** What reading an issue keeps for a later write, and what a write leaves on the issue. */
import type { FieldKind } from './field-kinds.ts'
import type { Raw } from './mapping.ts'

/** The name of the issue property, and the prefix of the history metadata, that our edits carry. */
export const MARK = 'pointsman'

/** What the marker keeps of a write, so that an interrupted one can be completed: see `settle.ts`. */
export type Attempt = { decision: string; lastChange: string | null; before: Raw; wrote: Raw }

/** How a custom field wants its value (`document`, `list`); the mapping does not know. */
export type Shape = 'document' | 'list' | 'plain'

export type Stamp = {
  lastChange: string | null
  raws: Raw
  /** All values of the fields that hold several, by the vendor's field: others than ours stay. */
  lists: Record<string, string[]>
  shapes: Record<string, Shape>
  /** Of the custom fields, as far as Jira shows it: a mapping may have been saved without a check. */
  kinds: Record<string, FieldKind>
  /** Null when Jira does not say. A comment that Jira then reports as public is treated as public. */
  serviceDesk: boolean | null
  attempt: Attempt | null
}
