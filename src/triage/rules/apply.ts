import { accepts, type Prepared, rankOf, type Taxonomy, type TaxonomyField } from '../../contract/index.ts'
import { type JunkOptions, junk } from './junk.ts'
import { holds, subjectOf } from './match.ts'
import type { Rule, Ruled } from './rule.ts'

/** What rules are checked against. `metadata` replaces that of the prepared ticket where more is known. */
export type RuledTicket = { prepared: Prepared; metadata?: Record<string, string>; outOfScope?: boolean }

export type RulesOptions = {
  /** False: the built-in junk rule is off. */
  junk?: JunkOptions | false
}

/**
 * Applies the rules in order: the first rule that decides a field wins, every guard and flag counts, and the first skip ends it.
 * A rule with a field or value that the taxonomy no longer has is ignored; `checkRules` reports it to the admin.
 */
export function applyRules(
  rules: Rule[],
  ticket: RuledTicket,
  taxonomy: Pick<Taxonomy, 'fields'>,
  options: RulesOptions = {},
): Ruled {
  const metadata = ticket.metadata ?? ticket.prepared.metadata
  const ruled: Ruled = { decided: {}, guards: [], skip: null, flags: [] }
  if (options.junk !== false) {
    const reason = junk({ ...ticket.prepared, metadata }, options.junk)
    if (reason) return { ...ruled, skip: { reason, rule: 'junk' } }
  }
  const subject = subjectOf(ticket.prepared, metadata, ticket.outOfScope)
  for (const rule of rules) {
    if (!rule.enabled || !holds(rule.when, subject)) continue
    applyRule(rule, ruled, taxonomy)
    if (ruled.skip) break
  }
  return ruled
}

function applyRule(rule: Rule, ruled: Ruled, taxonomy: Pick<Taxonomy, 'fields'>): void {
  if ('decide' in rule.then) {
    for (const [id, value] of Object.entries(rule.then.decide)) {
      const field = find(taxonomy, id)
      if (Object.hasOwn(ruled.decided, id) || !field || !accepts(field, value)) continue
      ruled.decided[id] = { value, rule: rule.id }
    }
  } else if ('guard' in rule.then) {
    const { field, atLeast } = rule.then.guard
    const known = find(taxonomy, field)
    if (known && rankOf(known, atLeast) !== null) ruled.guards.push({ field, atLeast, rule: rule.id })
  } else if ('skip' in rule.then) ruled.skip = { reason: rule.then.skip, rule: rule.id }
  else if (!ruled.flags.includes(rule.then.flag)) ruled.flags.push(rule.then.flag)
}

function find(taxonomy: Pick<Taxonomy, 'fields'>, id: string): TaxonomyField | undefined {
  return taxonomy.fields.find((field) => field.id === id)
}
