/**
 * Name -> what the edge needs of an adapter: proof, identity, meaning. Not the adapters themselves: the vendors' client
 * libraries would make the Worker several times as large.
 */
import { identify as identifyJira } from './jira/identify.ts'
import { read as readJira } from './jira/read.ts'
import { thin as thinJira } from './jira/thin.ts'
import { verify as verifyJira } from './jira/verify.ts'
import { identify as identifyZendesk } from './zendesk/identify.ts'
import { read as readZendesk } from './zendesk/read.ts'
import { thin as thinZendesk } from './zendesk/thin.ts'
import { verify as verifyZendesk } from './zendesk/verify.ts'

export const edgeConnectors = {
  jira: {
    verify: verifyJira,
    identify: identifyJira,
    read: readJira,
    thin: thinJira,
    identifiers: ['x-atlassian-webhook-identifier'],
  },
  zendesk: {
    verify: verifyZendesk,
    identify: identifyZendesk,
    read: readZendesk,
    thin: thinZendesk,
    identifiers: ['x-zendesk-webhook-invocation-id'],
  },
}
