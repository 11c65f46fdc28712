/** The production bundle: it starts, and an old Node is told so. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }

let dist: string
beforeAll(() => {
  dist = mkdtempSync(join(tmpdir(), 'pointsman-dist-'))
  execFileSync(process.execPath, [fileURLToPath(new URL('../deploy/build.ts', import.meta.url)), dist])
})
afterAll(() => rmSync(dist, { recursive: true, force: true }))

const SAYS = /^Pointsman needs Node 24 or newer, and this is Node (\d+)\.\S+\n→ .*Node 24.*\n$/

const version = (node: string, ...options: string[]) =>
  spawnSync(node, [...options, join(dist, 'pointsman.mjs'), '--version'], { encoding: 'utf8', env: {} })

test('the bundle tells its version', () => {
  expect(version(process.execPath)).toMatchObject({ status: 0, stdout: `${packageJson.version}\n`, stderr: '' })
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
