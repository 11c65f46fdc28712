/** The Zendesk adapter. */
import type { Connector } from '../../src/contract/index.ts'
import { apply } from './apply.ts'
import { checkMapping } from './check-mapping.ts'
import { countOpen } from './count-open.ts'
import { fetchTicket } from './fetch.ts'
import { identify } from './identify.ts'
import { inspect } from './inspect.ts'
import { read } from './read.ts'
import { refresh } from './refresh.ts'
import { verify } from './verify.ts'

export const zendesk: Connector = {
  kind: 'zendesk',
  verify,
  identify,
  read,
  fetch: fetchTicket,
  apply,
  inspect,
  checkMapping,
  countOpen,
  refresh,
}
