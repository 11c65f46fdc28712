/** A PostgreSQL server of our own, to stop and start: from the binaries of Debian's packages, where they are. */
import { execFile } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import { freePort } from './fleet.ts'

const run = promisify(execFile)
const packages = '/usr/lib/postgresql'

/** Where initdb and pg_ctl are; null: not on this machine. */
export const postgresBinaries = newestBinaries()

/** Who may run a server: it refuses root. Null: root without the user postgres. */
export const serverUser: User | null = process.getuid?.() === 0 ? userOf('postgres') : {}

type User = { uid?: number; gid?: number }
export type Cluster = {
  url: string
  port: number
  start(): Promise<void>
  stop(how: 'fast' | 'immediate'): Promise<void>
  remove(): Promise<void>
}

/** A started server with one empty database. */
export async function openCluster(settings: Record<string, string | number> = {}): Promise<Cluster> {
  const user = serverUser ?? {}
  const directory = mkdtempSync(`${tmpdir()}/pointsman-cluster-`)
  if (user.uid !== undefined) chownSync(directory, user.uid, user.gid!)
  const port = await freePort()
  const given = Object.entries({
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: directory,
    fsync: 'off',
    ...settings,
  })
  const options = given.map(([name, value]) => `-c ${name}=${value}`).join(' ')
  const data = `${directory}/data`
  const binary = (name: string, ...args: string[]) =>
    run(`${postgresBinaries}/${name}`, args, { ...user, cwd: directory, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' } })
  // `-l`: else the server keeps our pipes open, and pg_ctl never seems to end.
  const start = async () =>
    void (await binary('pg_ctl', '-D', data, '-l', `${directory}/log`, '-o', options, '-w', 'start'))
  const stop = async (how: string) => void (await binary('pg_ctl', '-D', data, '-m', how, '-w', 'stop'))
  await binary('initdb', '-D', data, '-U', 'pointsman', '--auth=trust', '-E', 'UTF8', '--no-sync')
  await start()
  return {
    url: `postgres://pointsman@127.0.0.1:${port}/postgres`,
    port,
    start,
    stop,
    async remove() {
      await stop('immediate').catch(() => {}) // it may be stopped already
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function newestBinaries(): string | null {
  const versions = existsSync(packages) ? readdirSync(packages).sort((a, b) => Number(b) - Number(a)) : []
  const found = versions.find((version) => existsSync(`${packages}/${version}/bin/initdb`))
  return found ? `${packages}/${found}/bin` : null
}

function userOf(name: string): User | null {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${name}:`))
  const [, , uid, gid] = line?.split(':') ?? []
  return line ? { uid: Number(uid), gid: Number(gid) } : null
}
