/** The routing map: its versions, its checks, and the group and person that a ticket is routed to. */
export { type Assigned, assign, keepRoute, previewRoute, type Route } from './assign.ts'
export { planGoal } from './choose.ts'
export { findDead, inspectTargets, listDead, recordDead, type TargetNeeds } from './dead-targets.ts'
export { examine } from './examine.ts'
export { followInMap, followInRows } from './follow.ts'
export { checkMap, goalsOf, MapDocument, type RoutingMap } from './map.ts'
export { proposeRows } from './propose-rows.ts'
export { findTargets, publishChecked } from './publish.ts'
export { listTargets, wantedNames } from './targets.ts'
export {
  discardDraft,
  draftMap,
  listMaps,
  namesOf,
  publishDraft,
  publishedMap,
  publishMap,
  readMap,
  restoreMap,
  saveDraft,
  tagOf,
} from './versions.ts'
export { route } from './win.ts'
