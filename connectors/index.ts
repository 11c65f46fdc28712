/** Name -> adapter: the one list of vendors. */
import type { Connectors } from '../src/contract/index.ts'
import { jira } from './jira/index.ts'
import { zendesk } from './zendesk/index.ts'

export const connectors = { jira, zendesk } satisfies Connectors
