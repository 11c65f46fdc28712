/** Commands as processes: a pause that other processes obey, and what an export that cannot be made says. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { examine } from '../src/commands/doctor.ts'
import { connections } from '../src/db/schema.ts'
import { ModelError } from '../src/errors.ts'
import { classifier, edits } from './support/acts.ts'
import { signIn } from './support/client.ts'
import { freshDatabase } from './support/database.ts'
import { openService, type Service } from './support/service.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const isServer = Boolean(process.env.TEST_DATABASE_URL)

let service: Service
let fresh: Awaited<ReturnType<typeof freshDatabase>>
beforeAll(async () => {
  // The embedded database belongs to one process.
  if (!isServer) return
  fresh = await freshDatabase()
  service = await openService({ classifier, fresh })
})
afterAll(async () => {
  if (!isServer) return
  await service.close()
  await fresh.drop()
})

const environment = () => ({
  DATABASE_URL: fresh.url!,
  DATA_DIR: fresh.dataDir,
  ENCRYPTION_KEY: btoa('k'.repeat(32)),
  ADMIN_TOKEN: 'the admin token of the tests, long',
})

function pointsman(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { PATH: process.env.PATH, ...environment() }
  return new Promise((resolve) =>
    execFile(process.execPath, ['src/cli.ts', ...args], { cwd: root, env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    ),
  )
}

/** What `pointsman doctor` says of pauses. */
async function saysOfPauses(): Promise<string | undefined> {
  const findings = await examine(environment(), {}, `${root}migrations`)
  return findings.find(({ what }) => what === 'pauses')?.says
}

const CABLE = { subject: 'The cable is dead', body: 'Since this morning the cable modem shows a red light.' }

test.skipIf(!isServer)(
  'a pause by the command holds in the process that serves, until resume',
  async () => {
    const paused = await pointsman('pause', '--connection', 'jira', '--field', 'service', '--why', 'odd model')
    expect({ ...paused, stdout: JSON.parse(paused.stdout) }).toMatchObject({
      code: 0,
      stderr: '',
      stdout: { connection: 'jira', field: 'service', value: null, why: 'odd model', who: 'cli' },
    })
    await service.jira.create(CABLE)
    await service.zendesk.create(CABLE)
    await service.drainEarly()
    expect([edits(service, 'jira').length, edits(service, 'zendesk').length]).toEqual([0, 1])
    expect(JSON.parse((await pointsman('pause', '--list')).stdout)).toMatchObject([{ connection: 'jira', who: 'cli' }])

    expect(await saysOfPauses()).toMatch(/^connection jira, service by cli since .*pointsman resume/)
    expect(await (await service.app.request('/metrics')).text()).toMatch(/^pointsman_pauses 1$/m)

    const [none, wrong] = await Promise.all([
      pointsman('resume', '--connection', 'jira'),
      pointsman('pause', '--connection', 'jirra'),
    ])
    expect(none).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('There is no such pause\n→ ') })
    expect(none.stderr).toContain('connection jira, service')
    expect(wrong).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('did you mean jira?') })
    for (const { stderr } of [none, wrong]) expect(stderr).not.toMatch(/^\s+at /m)

    const resumed = await pointsman('resume', '--connection', 'jira', '--field', 'service')
    expect({ code: resumed.code, ended: JSON.parse(resumed.stdout) }).toMatchObject({
      code: 0,
      ended: [{ connection: 'jira', endedBy: 'cli' }],
    })
    await service.drain()
    expect(edits(service, 'jira')).toHaveLength(1)
  },
  240_000,
)

test.skipIf(!isServer)(
  'GET /pauses names connections whose helpdesk asked for a pause, and models that fail',
  async () => {
    const { db } = service.deps.database
    const until = new Date(Date.now() + 3_600_000)
    await db.update(connections).set({ pausedUntil: until }).where(eq(connections.name, 'zendesk'))
    await service.deps.modelPauses.begin(
      'triage@chat',
      new ModelError('auth', 'It refuses the key', { next: 'Set it.' }),
    )
    const viewer = await signIn(service, 'viewer')
    expect((await viewer('GET', '/pauses')).body).toMatchObject({
      items: [],
      helpdesks: [{ connection: 'zendesk', until: until.toISOString() }],
      models: [{ model: 'triage@chat', reason: 'It refuses the key', next: 'Set it.', since: expect.any(String) }],
    })
    expect(await saysOfPauses()).toMatch(/^model triage@chat since .*: It refuses the key/)
  },
)

test.skipIf(!isServer)(
  'an export that cannot be made ends with 1, the reason and the next step',
  async () => {
    const made = (...args: string[]) => pointsman('export', '--format', 'completion', ...args)
    const unknown = await made('--out', `${fresh.dataDir}/x.jsonl`, '--connection', 'jirra')
    expect(unknown).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/did you mean jira\?\n→ /) })
    const nowhere = await made('--out', `${fresh.dataDir}/no/such/x.jsonl`)
    expect(nowhere).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/no\/such\/x\.jsonl.*\n→ /) })
    const odd = await pointsman('requeue', 'abc')
    expect(odd).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('abc\n→ ') })
    for (const { stderr } of [unknown, nowhere, odd]) expect(stderr).not.toMatch(/^\s+at /m)
    const empty = await made('--out', `${fresh.dataDir}/x.jsonl`)
    expect(empty).toMatchObject({ code: 0, stdout: expect.stringContaining('The export is empty') })
  },
  240_000,
)
