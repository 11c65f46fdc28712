/**
 * Name -> what intake at the edge needs of the adapter. Not the adapters themselves: the vendors' client libraries would
 * make the Worker several times as large.
 */
import type { EdgeConnector } from '../src/contract/index.ts'
import { jiraEdge } from './jira/edge.ts'
import { zendeskEdge } from './zendesk/edge.ts'

export const edgeConnectors: Record<string, EdgeConnector> = { jira: jiraEdge, zendesk: zendeskEdge }
