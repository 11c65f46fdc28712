/** Name -> adapter. */
import type { Connectors } from '../src/contract/index.ts'
import { jira } from './jira/index.ts'
import { zendesk } from './zendesk/index.ts'

export const connectors: Connectors = { jira, zendesk }
