/** The routing map: its versions, its checks, and the group and person that a ticket is routed to. */
export { type Assigned, assign, keepRoute, previewRoute, type Route } from './assign.ts'
export { findDead, inspectTargets, listDead, recordDead, type TargetNeeds } from './dead-targets.ts'
export { checkMap, MapDocument, type RoutingMap } from './map.ts'
export { publishChecked } from './publish.ts'
export { draftMap, listMaps, namesOf, publishDraft, publishedMap, restoreMap, saveDraft } from './versions.ts'
export { route } from './win.ts'
