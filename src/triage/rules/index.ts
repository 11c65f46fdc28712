/** Deterministic answers: rules of the admin, guards under the model's answer, and junk. */
export { applyRules, type RuledTicket, type RulesOptions } from './apply.ts'
export { checkRules, type RuleFault } from './check.ts'
export { defaultRules } from './default.ts'
export { type JunkOptions, junk } from './junk.ts'
export { type Guard, Rule, type Ruled, type RuleInput, Rules } from './rule.ts'
