/** How agents labelled and routed the last solved tickets of a connection, in our words. Nothing is saved. */
import {
  type Labels,
  type Mapping,
  partsOf,
  readValues,
  type SingleTarget,
  type SolvedTicket,
} from '../contract/index.ts'
import { findConnection } from './find.ts'
import { readSolved } from './make-proposals.ts'
import type { SaveNeeds } from './save.ts'

export async function solvedLabels(deps: SaveNeeds, name: string): Promise<Labels[]> {
  const { id } = await findConnection({ db: deps.database.db, vault: deps.vault }, name)
  return deps.helpdesks.call(id, async (connector, connection) => {
    const { places } = await connector.inspect(connection)
    const { samples } = await readSolved(
      connector,
      connection,
      places.map((place) => place.id),
    )
    return samples.map((ticket) => labelsOf(ticket, connection.mapping))
  })
}

/** What the ticket has now, by the mapping; a value that it does not know is left out. Pure. */
function labelsOf({ fields }: Pick<SolvedTicket, 'fields'>, mapping: Mapping): Labels {
  const held = (part: SingleTarget) => fields[keyOf(part)]?.now ?? []
  const labels: Labels = {}
  for (const [field, target] of Object.entries(mapping.fields)) {
    const values = partsOf(target).map((part) =>
      readValues(part)
        .filter(({ raw }) => held(part).includes(raw))
        .map(({ value }) => value),
    )
    const value = values[0]?.find((one) => values.every((others) => others.includes(one)))
    if (value !== undefined) labels[field] = value
  }
  const { group } = mapping
  const inGroups = group?.to === 'native' ? (fields.group?.now ?? []) : group ? held(group) : []
  const found = Object.entries(mapping.groups).find(([, raw]) => inGroups.includes(raw))
  return found ? { ...labels, group: found[0] } : labels
}

/** Under which key a solved ticket has the place of a target. */
function keyOf(part: SingleTarget): string {
  if (part.to === 'field') return part.id
  return part.to === 'label' ? 'labels' : part.to
}
