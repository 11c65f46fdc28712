/** Helpdesks that are set up as companies have them: what is proposed is where their agents really keep our fields. */
import { http } from 'msw'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { configurations, openDesks } from '../connectors/desks.ts'
import type { Proposal } from '../src/connections/index.ts'
import { AGENTS, GROUPS } from '../src/demo/desk.ts'
import { fillDesk } from '../src/demo/sandbox.ts'
import { namesOf } from '../src/routing/index.ts'
import { type Client, signIn } from './support/client.ts'
import { compare } from './support/proposals.ts'
import { openService, type Service } from './support/service.ts'

let service: Service
let admin: Client
beforeAll(async () => {
  service = await openService()
  admin = await signIn(service, 'admin')
})
afterAll(() => service.close())

async function propose(configuration: string) {
  const [desk] = openDesks({ groups: GROUPS, agents: AGENTS, configuration })
  const baseUrl = `https://${configuration}.test`
  desk!.listensAt(baseUrl)
  await fillDesk(desk!, 36)
  service.network.use(http.all(`${baseUrl}/*`, ({ request }) => desk!.fetch(request)))
  const { kind, credentials } = desk!
  const input = { kind, baseUrl, credentials, settings: { perMinute: 100_000 } }
  const { status, body } = await admin('POST', '/connections/propose', input)
  expect(status, JSON.stringify(body)).toBe(200)
  return { desk: desk!, body }
}

/** What is right, but for a person to say. */
const ASKED: Record<string, string[]> = {
  'jira-pickers': ['group', ...GROUPS.map((name) => `groups.${name}`)],
  'jira-labels-and-numbers': ['fields.service'],
  'zendesk-many-options': ['fields.service'],
}

test.each(Object.keys(configurations))('%s: nothing wrong, nothing missing', { timeout: 180_000 }, async (name) => {
  const { desk, body } = await propose(name)
  const names = await namesOf(service.deps.database.db)
  type Part = { filters: Record<string, string[]>; proposals: Proposal[] }
  const parts: Part[] = body.connections
  expect(parts).toHaveLength(desk.places.length)
  const findings =
    parts.length === 0
      ? compare(body.proposals, desk.mapping, names)
      : parts.flatMap(({ filters, proposals }) =>
          compare(proposals, desk.mappingAt(Object.values(filters).flat().at(-1) ?? null), names),
        )
  // Values that no solved ticket has cannot be known where the helpdesk lists none.
  const others = findings.filter(({ verdict }) => verdict !== 'right' && verdict !== 'gap')
  expect(others.map(({ path, verdict }) => `${path} ${verdict}`)).toEqual(
    (ASKED[name] ?? []).map((path) => `${path} asked`),
  )
  expect(findings.filter(({ verdict }) => verdict === 'right').length).toBeGreaterThan(2)
})

test('rights that are missing for writing are said, although nothing is saved', async () => {
  const { body } = await propose('jira-missing-rights')
  expect(body.missing.map(({ what }: { what: string }) => what).join()).toContain('EDIT_ISSUES')
  expect(body.proposals.find(({ path }: Proposal) => path === 'fields.service').reason).toContain('edit screen')
})
