/** What only a Jira connection has: its kinds of credentials, its settings and its filters. */
import { z } from 'zod'
import {
  BasicCredentials,
  BearerCredentials,
  type Connection,
  type Filter,
  OAuthCredentials,
} from '../../src/contract/index.ts'

/** Cloud: e-mail and API token. Data Center: personal access token. Both: OAuth. */
export const credentials = z.discriminatedUnion('kind', [BasicCredentials, BearerCredentials, OAuthCredentials])

export const settings = z.object({
  /** Ask for no notification e-mails. Needs administrator rights in the project; without them Jira ignores it. */
  quiet: z.boolean().default(false),
  /** Data Center has REST v2 only and identifies people by `name`. */
  edition: z.enum(['cloud', 'datacenter']).default('cloud'),
  /** An issue that is moved into a project of the filters is triaged as if it were created there. */
  moved: z.boolean().default(true),
})

export type JiraSettings = z.output<typeof settings>

export const filters: Record<string, Filter> = {
  /** Project keys. */
  projects: { place: 'project', label: 'project' },
  /** Names or ids. */
  issueTypes: { place: 'issueType', label: 'issue type' },
  tags: { place: 'tags', label: 'tag', several: true },
  withoutTags: { place: 'tags', label: 'tag', exclude: true },
}

/** The Jira settings of a connection, with today's defaults for what an older release did not store. */
export function settingsOf(connection: Pick<Connection, 'settings'>): JiraSettings {
  return settings.parse(connection.settings)
}
