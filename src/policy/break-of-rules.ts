import { rankOf, type TaxonomyDocument, type TaxonomyField } from '../contract/index.ts'
import type { Rules } from '../triage/index.ts'
import type { Break } from './break.ts'
import { undecided } from './undecided.ts'

/** What new rules break: fields that nothing decides any more, and guards that go away. Pure. */
export function breaksOfRules({ fields }: TaxonomyDocument, { from, to }: { from: Rules; to: Rules }): Break[] {
  return [
    ...undecided({ fields, rules: from }, { fields, rules: to }),
    ...guardsOf(from)
      .filter((guard) => !guardsOf(to).some((other) => isAsStrict(fields, other, guard)))
      .map(({ rule, field, atLeast }) => ({
        kind: 'guard' as const,
        path: `${rule}.then.guard`,
        message: `rule ${rule} does not keep ${field} at ${atLeast} or above any more`,
        next: 'Keep the rule enabled, or publish with "force": true if that is meant.',
      })),
  ]
}

type Guard = { rule: string; field: string; atLeast: string }

function guardsOf(rules: Rules): Guard[] {
  return rules.flatMap(({ id, enabled, then }) => (enabled && 'guard' in then ? [{ rule: id, ...then.guard }] : []))
}

function isAsStrict(fields: TaxonomyField[], guard: Guard, than: Guard): boolean {
  const field = fields.find(({ id }) => id === than.field)
  if (guard.rule !== than.rule || guard.field !== than.field || !field) return false
  return (rankOf(field, guard.atLeast) ?? -1) >= (rankOf(field, than.atLeast) ?? 0)
}
