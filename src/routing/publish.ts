import type { Tx } from '../db/index.ts'
import { Rejected } from '../errors.ts'
import { currentTaxonomy } from '../taxonomy/index.ts'
import { type DeadTarget, inspectTargets, type Known, recordDead, type TargetNeeds } from './dead-targets.ts'
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
  const targets = await findTargets(needs, document, { force })
  const published = await publishDraft(db, taxonomy, actor, { comment, expected })
  await targets.record(db)
  return { ...published, dead: targets.dead, unchecked: targets.unchecked }
}

/**
 * Looks up every group and person of the map in every helpdesk. Throws for dead ones, and for helpdesks that do not answer,
 * unless `force`. `record` stores what was found. `known`: connections that were just asked, as they will be.
 */
export async function findTargets(
  needs: TargetNeeds,
  document: MapDocument,
  { force, known = [] }: { force: boolean; known?: Known[] },
) {
  const { checked, unchecked } = await inspectTargets(needs, document, 0, known)
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
  return {
    dead,
    unchecked: unchecked.map(({ connection, error }) => ({ connection: connection.name, reason: error.message })),
    async record(db: Tx) {
      for (const { connection, found } of checked) await recordDead(db, connection.id, found)
    },
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
