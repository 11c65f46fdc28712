/** Triage: decides a created ticket, and previews how a text would be decided. */
export { runPipeline } from './pipeline.ts'
export { type PreviewNeeds, previewDecision } from './preview.ts'
export {
  checkRuleDraft,
  checkTargets,
  currentRules,
  followInRules,
  listRulesets,
  Rules,
  replaceRules,
  saveRules,
  seedRules,
  tryOnStored,
  tryRules,
} from './rules/index.ts'
export { type Decided, type TriageNeeds, triageTask } from './task.ts'
