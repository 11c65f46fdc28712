import type { Prepared, Taxonomy } from '../../ticket.ts'
import { type JunkOptions, junk } from './junk.ts'
import { holds, subjectOf } from './match.ts'
import type { Rule, Ruled } from './rule.ts'

/** What rules look at. `metadata` stands in for the prepared ticket's own where more is known. */
export type RuledTicket = { prepared: Prepared; metadata?: Record<string, string> }

export type RulesOptions = {
  /** False: no built-in junk rule. */
  junk?: JunkOptions | false
}

/**
 * Runs the rules in order: the first to decide a field wins, every guard and flag counts, the first skip ends it. A rule that
 * names a field or value the taxonomy no longer has is passed over; `checkRules` tells the admin.
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
  const subject = subjectOf(ticket.prepared, metadata)
  for (const rule of rules) {
    if (!rule.enabled || !holds(rule.when, subject)) continue
    carryOut(rule, ruled, taxonomy)
    if (ruled.skip) break
  }
  return ruled
}

function carryOut(rule: Rule, ruled: Ruled, taxonomy: Pick<Taxonomy, 'fields'>): void {
  if ('decide' in rule.then) {
    for (const [field, value] of Object.entries(rule.then.decide)) {
      if (Object.hasOwn(ruled.decided, field) || rankOf(taxonomy, field, value) < 0) continue
      ruled.decided[field] = { value, rule: rule.id }
    }
  } else if ('guard' in rule.then) {
    const { field, atLeast } = rule.then.guard
    if (rankOf(taxonomy, field, atLeast) >= 0) ruled.guards.push({ field, atLeast, rule: rule.id })
  } else if ('skip' in rule.then) ruled.skip = { reason: rule.then.skip, rule: rule.id }
  else if (!ruled.flags.includes(rule.then.flag)) ruled.flags.push(rule.then.flag)
}

/** Place of a value among its field's values; -1 where the taxonomy has no such field or value. */
function rankOf(taxonomy: Pick<Taxonomy, 'fields'>, field: string, value: string): number {
  return taxonomy.fields.find((each) => each.id === field)?.values.findIndex((each) => each.id === value) ?? -1
}
