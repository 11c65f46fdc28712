/** Calls to other servers: which addresses, no redirects, and no more of an answer than a limit. */
export { isAllowable, isNetwork, readAllowed } from './addresses.ts'
export { openFetch, outboundIn } from './fetch.ts'
export { checkUrl, type OutboundSettings, setOutbound } from './policy.ts'
