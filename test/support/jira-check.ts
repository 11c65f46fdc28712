/** Inspects a sandbox Jira and checks a mapping against it. */
import { http } from 'msw'
import type { SetupServer } from 'msw/node'
import { jira } from '../../connectors/jira/index.ts'
import {
  createJiraSandbox,
  type JiraSandbox,
  type JiraSandboxOptions,
  jiraSandboxConnection,
} from '../../connectors/jira/sandbox.ts'
import { type Connection, Mapping, TaxonomyDocument } from '../../src/contract/index.ts'

const ids = (...values: string[]) => values.map((id) => ({ id }))
const taxonomy = {
  version: 1,
  ...TaxonomyDocument.parse({
    fields: [
      { id: 'service', values: ids('internet', 'mobile') },
      { id: 'priority', values: ids('normal', 'high') },
    ],
  }),
}

export const SUP = { key: 'SUP', name: 'Support', type: 'service_desk' as const }

export type Open = JiraSandboxOptions & { before?: (sandbox: JiraSandbox) => unknown; more?: Partial<Connection> }

/** Inspects a site in which each project has an issue of each type, and checks the mapping against it. */
export async function checkJira(server: SetupServer, mapping: unknown, { before, more, ...options }: Open = {}) {
  const sandbox = createJiraSandbox({ baseUrl: 'https://jira.test', ...options })
  server.use(http.all('https://jira.test/*', ({ request }) => sandbox.app.fetch(request)))
  const headers = { authorization: `Basic ${btoa('pointsman@example.com:sandbox-api-token')}` }
  for (const { key } of sandbox.site.projects) {
    for (const type of ['10010', '10011']) {
      const fields = { project: { key }, issuetype: { id: type }, summary: 'Old' }
      const request = { method: 'POST', headers, body: JSON.stringify({ fields }) }
      if (sandbox.site.edition === 'cloud') await sandbox.app.request('https://jira.test/rest/api/3/issue', request)
    }
  }
  before?.(sandbox)
  sandbox.requests.length = 0
  const connection = { ...jiraSandboxConnection(sandbox), ...more, mapping: Mapping.parse(mapping) }
  const metadata = await jira.inspect(connection)
  const faults = jira.checkMapping(connection.mapping, metadata, taxonomy)
  return { sandbox, connection, metadata, faults, paths: faults.map(({ path }) => path) }
}
