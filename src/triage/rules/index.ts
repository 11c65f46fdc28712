/** Deterministic decisions: rules that an admin writes, guards, and the junk rule. */
export { applyRules } from './apply.ts'
export { checkRules, checkTargets } from './check.ts'
export { defaultRules } from './default.ts'
export { followInRules } from './follow.ts'
export { junk } from './junk.ts'
export { type Ruled, Rules } from './rule.ts'
export {
  checkRuleDraft,
  currentRules,
  listRulesets,
  replaceRules,
  runRules,
  saveRules,
  seedRules,
} from './store.ts'
export { tryOnStored, tryRules } from './try.ts'
