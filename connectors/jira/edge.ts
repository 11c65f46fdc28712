/** What intake needs of the Jira adapter; no client library is loaded. */
import type { EdgeConnector } from '../../src/contract/index.ts'
import { identify } from './identify.ts'
import { read } from './read.ts'
import { thin } from './thin.ts'
import { verify } from './verify.ts'

export const jiraEdge: EdgeConnector = {
  verify,
  identify,
  read,
  thin,
}
