/** The production bundle: it starts, serves the admin page, and an old Node is told so. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }

const TOKEN = 'the admin token of the bundle test'

let dist: string
let context: string
beforeAll(() => {
  dist = mkdtempSync(join(tmpdir(), 'pointsman-dist-'))
  context = mkdtempSync(join(tmpdir(), 'pointsman-context-'))
  // Only what the container's build has: a file that is missing there must be missing here.
  const root = fileURLToPath(new URL('..', import.meta.url))
  const carried = readFileSync(join(root, 'deploy/Dockerfile.dockerignore'), 'utf8').matchAll(/^!(.+)$/gm)
  const filter = (path: string) => !path.endsWith('.test.ts')
  for (const [, name] of carried) cpSync(join(root, name!), join(context, name!), { recursive: true, filter })
  symlinkSync(join(root, 'node_modules'), join(context, 'node_modules'))
  execFileSync(process.execPath, [join(context, 'deploy/build.ts'), dist])
})
afterAll(() => {
  for (const folder of [dist, context]) rmSync(folder, { recursive: true, force: true })
})

const SAYS = /^Pointsman needs Node 24 or newer, and this is Node (\d+)\.\S+\n→ .*Node 24.*\n$/

const version = (node: string, ...options: string[]) =>
  spawnSync(node, [...options, join(dist, 'pointsman.mjs'), '--version'], { encoding: 'utf8', env: {} })

test('the bundle tells its version', () => {
  expect(version(process.execPath)).toMatchObject({ status: 0, stdout: `${packageJson.version}\n`, stderr: '' })
})

describe('the service in it', () => {
  let url: string
  let stop: () => Promise<void>
  beforeAll(async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'pointsman-data-'))
    const env = { LOG_LEVEL: 'info', PORT: '0', HOST: '127.0.0.1', DATA_DIR: dataDir, ADMIN_TOKEN: TOKEN }
    const child = spawn(process.execPath, [join(dist, 'pointsman.mjs'), 'serve'], { cwd: dataDir, env })
    const ended = new Promise((resolve) => child.once('close', resolve))
    stop = async () => {
      child.kill()
      await ended
      rmSync(dataDir, { recursive: true, force: true })
    }
    url = await new Promise((resolve, reject) => {
      let said = ''
      const hear = (chunk: unknown) => {
        said += chunk
        const found = /"url":"(http[^"]+)".*"msg":"listening"/.exec(said)
        if (found) resolve(found[1]!)
      }
      child.stdout.on('data', hear)
      child.stderr.on('data', hear)
      void ended.then(() => reject(new Error(`it ended:\n${said}`)))
    })
  })
  afterAll(() => stop())

  test('serves the page and its files, compressed, and signs in', async () => {
    const accept = 'text/html,*/*;q=0.8'
    for (const path of ['/', '/tickets?outcome=held']) {
      const page = await fetch(url + path, { headers: { accept } })
      expect(page.status).toBe(200)
      expect(page.headers.get('content-security-policy')).toContain("script-src 'self'")
      const files = [...(await page.text()).matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, file]) => file!)
      expect(files.length).toBeGreaterThan(3)
      for (const file of files) expect((await fetch(url + file)).status, file).toBe(200)
      const script = files.find((file) => /-[\w-]{8}\.js$/.test(file))!
      expect(
        (await fetch(url + script, { headers: { 'accept-encoding': 'br' } })).headers.get('content-encoding'),
      ).toBe('br')
    }
    const signedIn = await fetch(`${url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
      body: JSON.stringify({ token: TOKEN }),
    })
    expect(signedIn.status).toBeLessThan(300)
    const cookie = signedIn.headers.get('set-cookie')!.split(';')[0]!
    const me = await fetch(`${url}/api/v1/me`, { headers: { cookie } })
    expect(await me.json()).toMatchObject({ role: 'admin' })
  })
})

test('a Node that says it is too old gets one sentence and the next step', () => {
  const older = `data:text/javascript,Object.defineProperty(process, 'versions', { value: { node: '18.20.1' } })`
  const { status, stderr, stdout } = version(process.execPath, '--import', older)
  expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: '', stderr: expect.stringMatching(SAYS) })
})

/** The first Node of this machine that is too old, if it has one. */
const old = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'node'))
  .filter((path) => existsSync(path) && !path.includes('node_modules'))
  .find((path) => Number(execFileSync(path, ['-p', 'process.versions.node.split(".")[0]'])) < 24)

test.skipIf(!old)('a Node that is too old gets the same', () => {
  const { status, stderr } = version(old!)
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(SAYS) })
})
