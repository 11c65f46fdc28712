/** `pointsman sandbox` as a process: two helpdesks that answer over HTTP, with solved tickets, and that stop when told. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

function sandbox(...args: string[]) {
  const child = spawn(process.execPath, ['src/cli.ts', 'sandbox', ...args], { cwd: root })
  started.push(child)
  let errors = ''
  child.stderr.on('data', (chunk) => (errors += chunk))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return { child, ended, errors: () => errors }
}

test('both answer with their credentials, have solved tickets, and end with Ctrl-C', async () => {
  const { child, ended } = sandbox('--jira-port', '0', '--zendesk-port', '0', '--seed', '4', '--json')
  const [line] = await once(child.stdout!, 'data')
  const [jira, zendesk] = JSON.parse(String(line)) as {
    baseUrl: string
    credentials: { email: string; apiToken: string }
  }[]
  const signIn = ({ email, apiToken }: { email: string; apiToken: string }, suffix = '') => ({
    Authorization: `Basic ${btoa(`${email}${suffix}:${apiToken}`)}`,
    'Content-Type': 'application/json',
  })
  const found = await fetch(`${jira!.baseUrl}/rest/api/3/search/jql`, {
    method: 'POST',
    headers: signIn(jira!.credentials),
    body: JSON.stringify({ jql: 'statusCategory = Done ORDER BY updated DESC' }),
  })
  expect((await found.json()).issues).toHaveLength(4)
  const headers = signIn(zendesk!.credentials, '/token')
  const solved = await fetch(`${zendesk!.baseUrl}/api/v2/search?query=type:ticket+status:solved`, { headers })
  expect(await solved.json()).toMatchObject({ count: 4 })
  expect((await fetch(`${zendesk!.baseUrl}/api/v2/tickets/5001`)).status).toBe(401)
  child.kill('SIGINT')
  expect(await ended).toBe(0)
})

test('one helpdesk as a company has it: the priority is on no screen, and follows Impact and Urgency', async () => {
  const { child, ended } = sandbox(
    '--configuration',
    'jira-impact-urgency',
    '--jira-port',
    '0',
    '--seed',
    '4',
    '--json',
  )
  const [line] = await once(child.stdout!, 'data')
  const desks = JSON.parse(String(line)) as { baseUrl: string; credentials: { email: string; apiToken: string } }[]
  expect(desks).toHaveLength(1)
  const { baseUrl, credentials } = desks[0]!
  const headers = { Authorization: `Basic ${btoa(`${credentials.email}:${credentials.apiToken}`)}` }
  const get = async (path: string) => (await fetch(`${baseUrl}/rest/api/3${path}`, { headers })).json()
  const { fields } = await get('/issue/SUP-2/editmeta')
  expect(Object.values(fields as Record<string, { name: string }>).map(({ name }) => name)).toEqual(
    expect.arrayContaining(['Impact', 'Urgency']),
  )
  expect(fields).not.toHaveProperty('priority')
  const issue = await get('/issue/SUP-2?expand=changelog')
  const priorities: Record<string, string> = { Critical: 'Highest', High: 'High', Medium: 'Medium', Low: 'Low' }
  expect(issue.fields.priority.name).toBe(priorities[issue.fields.customfield_10151.value])
  child.kill('SIGINT')
  expect(await ended).toBe(0)
})

test('the configurations are listed, with what each is about', async () => {
  const { child, ended } = sandbox('--list')
  let printed = ''
  child.stdout!.on('data', (chunk) => (printed += chunk))
  expect(await ended).toBe(0)
  expect(printed).toMatch(/^jira-cascading +the service is a cascading field/m)
  expect(printed).toMatch(/^zendesk-trigger-group +a trigger/m)
})

test.each([
  [['--configuration', 'nowhere'], 'no configuration nowhere'],
  [['--jira-port', 'x'], '--jira-port x is not a whole number'],
  [['--webhooks', 'nowhere'], 'nowhere is not an address'],
])('%j is refused with the next step', async (args, fault) => {
  const { ended, errors } = sandbox(...args)
  expect(await ended).toBe(1)
  expect(errors()).toContain(fault)
  expect(errors()).toContain('→')
})

test('a port in use is named, with the option that changes it', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const address = other.address()
  const port = typeof address === 'object' && address ? String(address.port) : ''
  const { ended, errors } = sandbox('--jira-port', port, '--zendesk-port', '0', '--seed', '0')
  expect(await ended).toBe(1)
  expect(errors()).toContain(`cannot listen on port ${port}`)
  expect(errors()).toContain('--jira-port')
  other.close()
})
