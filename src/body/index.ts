/** The bodies of webhooks, as the service and the edge both take them. Neither a database nor Node is needed. */
export { identityOf } from './identity.ts'
export { mustBeJson, mustBePlain } from './must-be-json.ts'
export { joined, KEPT_BYTES, LONGEST_BYTES, readStream, refuseUnsigned, tooLarge } from './read-stream.ts'
export { openShortener } from './shorten.ts'
