/** Changes of the rules. Pure: each is applied again to what somebody else has saved meanwhile. */
import type { Edit } from '../../parts/draft/use-draft.ts'
import type { Rule } from './use-draft.ts'

type RulesEdit = Edit<Rule[]>

/** Puts the rule in the place of the one called `was`, or first: a new rule is there to win. */
export const setRule =
  (rule: Rule, was?: string): RulesEdit =>
  (rules) =>
    was !== undefined && rules.some(({ id }) => id === was)
      ? rules.map((each) => (each.id === was ? rule : each))
      : [rule, ...rules]

export const removeRule =
  (id: string): RulesEdit =>
  (rules) =>
    rules.filter((rule) => rule.id !== id)

export const moveRule =
  (id: string, by: 1 | -1): RulesEdit =>
  (rules) => {
    const from = rules.findIndex((rule) => rule.id === id)
    const to = from + by
    if (from < 0 || to < 0 || to >= rules.length) return rules
    return rules.with(from, rules[to]!).with(to, rules[from]!)
  }
