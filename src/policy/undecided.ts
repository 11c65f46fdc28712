import type { TaxonomyDocument } from '../contract/index.ts'
import type { Rules } from '../triage/index.ts'
import type { Break } from './break.ts'

type State = TaxonomyDocument & { rules: Rules }

/** Fields that only rules decide, and that no rule decides any more. Pure. */
export function undecided(from: State, to: State): Break[] {
  const before = orphans(from)
  return orphans(to)
    .filter((id) => !before.includes(id))
    .map((id) => {
      const { required } = to.fields.find((field) => field.id === id)!
      return {
        kind: 'field' as const,
        path: id,
        message: `only rules decide ${id}, and no rule does: ${required ? 'every ticket will be held' : 'it will stay empty'}`,
        next: 'Publish a rule that decides it first, or let the model decide it, or make it optional.',
      }
    })
}

function orphans({ fields, rules }: State): string[] {
  const decided = new Set(
    rules.flatMap(({ enabled, then }) => (enabled && 'decide' in then ? Object.keys(then.decide) : [])),
  )
  // The pattern of an entity decides it without a rule.
  return fields
    .filter((field) => field.source === 'rule' && !(field.kind === 'entity' && field.pattern !== undefined))
    .map(({ id }) => id)
    .filter((id) => !decided.has(id))
}
