// biome-ignore-all lint/suspicious/noThenProperty: `then` is part of the rule format; rules are data and nobody awaits them
import { follow, followAll, type Merge } from '../../contract/index.ts'
import type { Rule } from './rule.ts'

/** The rules with the names of the values that took the place of merged ones, and which of them changed. Pure. */
export function followInRules(rules: Rule[], merges: Merge[]): { rules: Rule[]; followed: string[] } {
  const changed = rules.map((rule) => followInRule(rule, merges))
  return {
    rules: changed,
    followed: changed.filter((rule, i) => JSON.stringify(rule) !== JSON.stringify(rules[i])).map(({ id }) => id),
  }
}

function followInRule(rule: Rule, merges: Merge[]): Rule {
  const { then } = rule
  if ('decide' in then) return { ...rule, then: { decide: followAll(merges, then.decide) } }
  if (!('guard' in then)) return rule
  const { field, atLeast } = then.guard
  return { ...rule, then: { guard: { field, atLeast: follow(merges, field, atLeast) } } }
}
