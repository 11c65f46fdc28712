/** What Jira shows of its people, and how a large site is read. */
import { http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { jira } from '../connectors/jira/index.ts'
import { createJiraSandbox, jiraSandboxConnection } from '../connectors/jira/sandbox.ts'
import { checkJira, type Open, SUP } from './support/jira-check.ts'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const check = (mapping: unknown, options?: Open) => checkJira(server, mapping, options)

describe('people', () => {
  const people = { Asta: '712020:00000000-0000-4000-8000-000000000001' }

  test('beyond the thousandth user are asked for one by one', async () => {
    const { metadata, paths, sandbox } = await check({ people }, { crowd: 20_000 })
    expect(metadata.peopleComplete).toBe(false)
    expect(metadata.people).toMatchObject([{ id: people.Asta, name: 'Asta Berg', active: true }])
    expect(paths).toEqual([])
    expect(sandbox.requests.filter(({ query }) => query.accountId === people.Asta)).toHaveLength(1)
  })

  test('beyond it are asked for by user name on Data Center', async () => {
    const more = { people: { Asta: 'asta.berg' } }
    const { metadata, paths } = await check(more, { crowd: 20_000, edition: 'datacenter' })
    expect(metadata.people).toMatchObject([{ id: 'asta.berg' }])
    expect(paths).toEqual([])
  })

  test('who cannot be assigned are refused, with the cause', async () => {
    const named = { Robot: '712020:00000000-0000-4000-8000-000000000091', Gone: '712020:gone' }
    const { faults } = await check({ people: named }, { crowd: 2000 })
    expect(faults).toMatchObject([
      { path: 'people.Robot', message: expect.stringContaining('cannot be assigned issues in SUP') },
      { path: 'people.Gone', message: expect.stringContaining('no account 712020:gone') },
    ])
  })

  test('of the portal have the name of an agent and cannot take tickets', async () => {
    const twin = '712020:00000000-0000-4000-8000-000000000092'
    const { faults, metadata } = await check(
      { people: { 'Asta Berg': twin } },
      {
        before: ({ site }) => Object.assign(site.people.others[1]!, { name: 'Asta Berg', portal: true }),
      },
    )
    expect(metadata.peopleComplete).toBe(true)
    expect(faults).toMatchObject([
      {
        path: 'people.Asta Berg',
        message: expect.stringContaining('customer portal'),
        next: expect.stringContaining(people.Asta),
      },
    ])
  })

  test('in a list that ignores the question are not called dead', async () => {
    const { metadata, faults } = await check(
      { people: { Gone: '712020:gone' } },
      {
        crowd: 40,
        before: (sandbox) =>
          server.use(
            http.get('https://jira.test/rest/api/3/user/assignable/search', ({ request }) => {
              const url = new URL(request.url)
              url.searchParams.delete('accountId')
              return sandbox.app.fetch(new Request(url, request))
            }),
            http.get('https://jira.test/rest/api/3/users/search', () => new Response('{}', { status: 403 })),
          ),
      },
    )
    expect(faults).toEqual([])
    expect(metadata.unread).toContainEqual(expect.stringContaining('712020:gone'))
  })

  test('whom new tickets get by themselves are named', async () => {
    const [, lead, owner] = ['1', '2', '3'].map((n) => `712020:00000000-0000-4000-8000-00000000000${n}`)
    const { metadata, paths } = await check(
      { people },
      {
        projects: [{ ...SUP, lead: lead! }],
        components: [{ id: '10300', name: 'Network', lead: owner! }],
      },
    )
    expect(metadata.givenTo).toMatchObject([
      { kind: 'assignee', id: lead, every: true, why: 'the lead of SUP, whom its new tickets get' },
      { kind: 'assignee', id: owner, why: expect.stringContaining('the component Network in SUP') },
    ])
    expect(metadata.components).toMatchObject([{ id: '10300', active: true, assignee: owner }])
    expect(paths).toEqual(['assignee.blank'])
  })
})

describe('a large site', () => {
  const projects = Array.from({ length: 30 }, (_, n) => ({ ...SUP, key: `P${String(n).padStart(2, '0')}` }))

  test('is read with at most eight calls at once, and says how far it is', async () => {
    const sandbox = createJiraSandbox({ baseUrl: 'https://jira.test', projects, crowd: 20_000 })
    let now = 0
    let most = 0
    server.use(
      http.all('https://jira.test/*', async ({ request }) => {
        now += 1
        most = Math.max(most, now)
        await new Promise((resolve) => setImmediate(resolve))
        const answer = await sandbox.app.fetch(request)
        now -= 1
        return answer
      }),
    )
    const connection = { ...jiraSandboxConnection(sandbox), filters: { projects: [] } }
    const heard: [number, number][] = []
    const metadata = await jira.inspect(connection, (done, all) => heard.push([done, all]))
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(8)
    expect(heard.at(-1)![0]).toBe(sandbox.requests.length)
    expect(heard.at(-1)![0]).toBe(heard.at(-1)![1])
    expect(metadata.places).toHaveLength(20)
    expect(metadata.unread).toContainEqual(expect.stringContaining('Only 20 of 30 projects were read: P00, P01'))
  })

  test('a screen of many fields is read page by page', async () => {
    const fields = Array.from({ length: 450 }, (_, n) => ({
      id: `customfield_${20_000 + n}`,
      name: `Field ${n}`,
      kind: 'textfield' as const,
      options: [],
    }))
    const { metadata } = await check({}, { fields, before: ({ site }) => site.issues.clear() })
    expect(metadata.fields.find(({ id }) => id === 'customfield_20449')?.where).toEqual(['SUP'])
  })
})
