/** Connections: one account at a helpdesk each, with credentials and webhook secrets encrypted. */
export { checkConnectionNames, namesOfConnections, unknownNames } from './check-names.ts'
export { findConnection, forgetConnections, knownConnection, listConnections } from './find.ts'
export { followInConnection, followInConnections } from './follow.ts'
export { type AdapterForm, formOf } from './form.ts'
export { type Helpdesks, maskedError, openHelpdesks } from './helpdesks.ts'
export { ConnectionChange, ConnectionInput, ConnectionPatch } from './input.ts'
export { inspectConnection, type MetadataOf, openMetadataCache } from './inspect.ts'
export { joinKeyRing, type KeyRing, type KeyUse, readKeyUse } from './key-ring.ts'
export { openKeys } from './keys.ts'
export { makeProposals, type Proposals, ProposeInput } from './make-proposals.ts'
export { listPauses, resumeConnection } from './pauses.ts'
export { mappingOf, type Proposal } from './propose/index.ts'
export { redact } from './redact.ts'
export { retireConnection } from './retire.ts'
export {
  alterConnection,
  makeConnection,
  type Prepared,
  patchConnection,
  prepareChange,
  prepareNew,
  type SaveNeeds,
} from './save.ts'
export { solvedLabels } from './solved-labels.ts'
export { changeConnection, keepSelf, reseal, saveConnection } from './store.ts'
export { tagOfConnection } from './tag.ts'
export { openVault, type Vault } from './vault.ts'
export { adapterView, checkParts, credentialKinds, describeAdapter } from './vendor-parts.ts'
export { makeWebhook, newWebhookSecret, webhookUrl } from './webhook.ts'
