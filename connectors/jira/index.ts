/** The Jira adapter: Cloud through jira.js, Data Center by plain REST v2. */
import type { Connector } from '../../src/contract/index.ts'
import { apply } from './apply.ts'
import { checkMapping } from './check-mapping.ts'
import { credentials, filters, settings } from './connection.ts'
import { countOpen } from './count.ts'
import { jiraEdge } from './edge.ts'
import { fetchTicket } from './fetch.ts'
import { inspect } from './inspect.ts'
import { fieldTypes } from './kinds.ts'
import { past } from './past.ts'
import { refresh } from './refresh.ts'
import { solved } from './solved.ts'
import { webhook } from './webhook.ts'

export const jira: Connector = {
  kind: 'jira',
  credentials,
  settings,
  filters,
  fieldTypes,
  ...jiraEdge,
  signedHead: () => '',
  fetch: fetchTicket,
  apply,
  inspect,
  checkMapping,
  countOpen,
  refresh,
  solved,
  past,
  webhook,
}
