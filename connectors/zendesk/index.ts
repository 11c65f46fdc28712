/** The Zendesk adapter. */
import type { Connector } from '../../src/contract/index.ts'
import { apply } from './apply.ts'
import { checkMapping } from './check-mapping.ts'
import { credentials, filters, settings } from './connection.ts'
import { countOpen } from './count-open.ts'
import { zendeskEdge } from './edge.ts'
import { fetchTicket } from './fetch.ts'
import { inspect } from './inspect/index.ts'
import { fieldTypes } from './kinds.ts'
import { past } from './past.ts'
import { refresh } from './refresh.ts'
import { solved } from './solved.ts'
import { signedHead } from './verify.ts'
import { webhook } from './webhook.ts'

export const zendesk: Connector = {
  kind: 'zendesk',
  credentials,
  settings,
  filters,
  ...zendeskEdge,
  signedHead,
  fetch: fetchTicket,
  apply,
  fieldTypes,
  inspect,
  checkMapping,
  countOpen,
  refresh,
  solved,
  past,
  webhook,
}
