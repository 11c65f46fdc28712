import { Rejected } from '../errors.ts'
import { currentTaxonomy } from '../taxonomy/index.ts'
import { type DeadTarget, inspectTargets, recordDead, type TargetNeeds } from './dead-targets.ts'
import { checkMap, type Goal, goalsOf, MapDocument, peopleOf } from './map.ts'
import { draftMap, publishDraft, refuseFaults } from './versions.ts'

/** Publishes the draft if every target can take a ticket in every helpdesk. `force` publishes it and stores the dead targets. */
export async function publishChecked(
  needs: TargetNeeds,
  { force, comment, expected }: { force: boolean; comment?: string; expected?: string },
  actor: string,
) {
  const { db } = needs.database
  const draft = await draftMap(db)
  if (!draft)
    throw new Rejected(409, 'There is no draft to publish', { next: 'Save one with PUT /api/v1/routing-map/draft.' })
  const document = MapDocument.parse(draft.document)
  const taxonomy = await currentTaxonomy(db)
  refuseFaults(checkMap(document, taxonomy))
  const { checked, unchecked } = await inspectTargets(needs, document)
  const [unanswered] = unchecked
  if (unanswered && !force) throw unanswered.error
  const dead = checked.flatMap(({ connection, found }) =>
    found.map((target) => ({ connection: connection.name, ...target })),
  )
  if (dead.length > 0 && !force)
    throw new Rejected(
      422,
      `${dead.length} target(s) cannot take a ticket: ${dead.map((d) => `${d.kind} ${d.name} ${d.reason} (${d.connection})`).join('; ')}`,
      {
        next: 'Fix the map or the mapping of the connection. Or publish with "force": true: tickets for these targets are held.',
        faults: dead.map(({ connection, kind, name, reason }) => ({
          path: pathOf(document, kind, name),
          message: `${kind} ${name} ${reason} (${connection})`,
        })),
      },
    )
  const published = await publishDraft(db, taxonomy, actor, { comment, expected })
  for (const { connection, found } of checked) await recordDead(db, connection.id, found)
  return {
    ...published,
    dead,
    unchecked: unchecked.map(({ connection, error }) => ({ connection: connection.name, reason: error.message })),
  }
}

function pathOf({ rows }: MapDocument, kind: DeadTarget['kind'], name: string): string {
  const names = ({ group, strategy }: Goal) => (kind === 'group' ? group === name : peopleOf(strategy).includes(name))
  for (const [index, row] of rows.entries()) {
    if (names(row)) return `rows.${index}.${kind === 'group' ? 'group' : 'strategy'}`
    if (goalsOf(row).some(names)) return `rows.${index}.otherwise`
  }
  return 'rows'
}
