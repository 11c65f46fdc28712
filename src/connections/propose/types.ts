/** What a proposal is, and what it is made from. */
import type { Mapping, Metadata, SolvedTicket, Target, Taxonomy } from '../../contract/index.ts'

/** `propose`: it is in the mapping. `ask`: a person must say yes. `no`: there is nothing to propose. */
export type Confidence = 'propose' | 'ask' | 'no'

/** A part of a mapping, which `mappingOf` puts together. */
export type Part = {
  fields?: Mapping['fields']
  group?: Mapping['group']
  groups?: Mapping['groups']
  people?: Mapping['people']
  assignee?: Mapping['assignee']
}

/** One of our values, groups or people that has no match, with why. */
export type Gap = { value: string; because: string }

/** A real ticket: what it has, and what we would write if we decided as your agents did. */
export type Shown = {
  key: string
  url: string
  subject: string
  has: string | null
  wouldWrite: string | null
  because: string
}

export type Proposal = {
  /** `field`: one of the taxonomy. `blank`: accounts that tickets have as assignee without anybody's choice. */
  of: 'field' | 'group' | 'person' | 'blank'
  /** The path in the mapping: `fields.service`, `group`, `people.Asta Berg`, `assignee.blank`. */
  path: string
  /** Where it would be written, in words; null: nowhere. */
  target: string | null
  /** What it adds to the mapping; null: nothing. */
  adds: Part | null
  confidence: Confidence
  reason: string
  gaps: Gap[]
  warnings: string[]
  tickets: Shown[]
}

export type Evidence = {
  metadata: Metadata
  taxonomy: Taxonomy
  /** The names in the routing map. */
  names: { groups: string[]; people: string[] }
  /** Solved tickets, newest first; empty: nothing is known about their use. */
  samples: SolvedTicket[]
}

/** One way to write one of our fields, before it is compared with the others. */
export type Candidate = {
  target: Target
  /** For people: the title and id of the vendor's field. */
  name: string
  /** The keys of `SolvedTicket.fields`: several, where one of ours goes into several fields. */
  keys: string[]
  /** The share of our values with exactly one match. */
  coverage: number
  named: boolean
  /** Hardly any solved ticket has a value: others go before it. */
  rare: boolean
  gaps: Gap[]
  warnings: string[]
  /** Why it needs a person; empty: it does not. */
  doubts: string[]
  reasons: string[]
  /** Vendor value -> its name. */
  labels: Record<string, string>
}
