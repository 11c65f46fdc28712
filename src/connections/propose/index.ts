/**
 * Proposes a mapping from what the helpdesk offers, our taxonomy, the names in the routing map, and solved tickets. Pure:
 * nothing is asked and nothing is saved.
 */
import { Mapping } from '../../contract/index.ts'
import { differ, inPlace } from './by-place.ts'
import { proposeFields } from './field.ts'
import { proposeGroup } from './group.ts'
import { proposeBlankAssignee, proposePeople } from './people.ts'
import type { Evidence, Part, Proposal } from './types.ts'

export { withNamesThere } from './names-there.ts'
export type { Evidence, Proposal } from './types.ts'

export type ProposedMapping = {
  proposals: Proposal[]
  /** All proposals of confidence `propose` together. */
  mapping: Mapping
}

/** `byPlace`: the proposals of each project or form, when they differ; empty: one mapping serves all. */
export function proposeMapping(evidence: Evidence): ProposedMapping & {
  byPlace: (ProposedMapping & { place: { id: string; name: string } })[]
} {
  const whole = together(evidence)
  const { places } = evidence.metadata
  if (places.length < 2) return { ...whole, byPlace: [] }
  const byPlace = places.map((place) => ({ place, ...together(inPlace(evidence, place.id)) }))
  return { ...whole, byPlace: differ(byPlace.map(({ mapping }) => mapping)) ? byPlace : [] }
}

function together(evidence: Evidence): ProposedMapping {
  const { proposals: fields, used } = proposeFields(evidence)
  const proposals = [
    ...fields,
    proposeGroup(evidence, used),
    ...proposePeople(evidence),
    ...proposeBlankAssignee(evidence),
  ]
  return { proposals, mapping: mappingOf(proposals, ({ confidence }) => confidence === 'propose') }
}

/** The mapping that the accepted proposals make together. */
export function mappingOf(proposals: Proposal[], accepts: (proposal: Proposal) => boolean): Mapping {
  const parts = proposals.flatMap((one) => (one.adds && accepts(one) ? [one.adds] : []))
  const all = <Key extends 'fields' | 'groups' | 'people'>(key: Key): NonNullable<Part[Key]> =>
    Object.assign({}, ...parts.map((part) => part[key] ?? {}))
  const group = parts.find((part) => part.group)?.group
  const assignee = parts.find((part) => part.assignee)?.assignee
  return Mapping.parse({
    fields: all('fields'),
    groups: all('groups'),
    people: all('people'),
    ...(group && { group }),
    ...(assignee && { assignee }),
  })
}
