/** What intake needs of the Zendesk adapter; no client library is loaded. */
import type { EdgeConnector } from '../../src/contract/index.ts'
import { identify } from './identify.ts'
import { read } from './read.ts'
import { thin } from './thin.ts'
import { verify } from './verify.ts'

export const zendeskEdge: EdgeConnector = {
  verify,
  identify,
  read,
  thin,
}
