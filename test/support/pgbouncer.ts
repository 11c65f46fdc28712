/** A PgBouncer in front of a server, where its package is installed. */
import { spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { serverUser } from './cluster.ts'
import { freePort, pause } from './fleet.ts'
import { addressOf } from './proxy.ts'

const binary = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer'].find((path) => existsSync(path))

/** It refuses root, as PostgreSQL does. */
export const canPool = binary !== undefined && serverUser !== null

/** Returns the URL of the same database behind it. */
export async function openPooler(url: string, settings: Record<string, string | number> = {}) {
  const user = serverUser ?? {}
  const directory = mkdtempSync(`${tmpdir()}/pointsman-pooler-`)
  const port = await freePort()
  const { host, port: serverPort } = addressOf(url)
  const { username, password } = new URL(url)
  const secret = password === '' ? '' : ` password=${decodeURIComponent(password)}`
  const lines = Object.entries({
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'any',
    pool_mode: 'transaction',
    default_pool_size: 8,
    ...settings,
  }).map(([name, value]) => `${name} = ${value}`)
  const file = `${directory}/pgbouncer.ini`
  const database = `* = host=${host} port=${serverPort} user=${decodeURIComponent(username)}${secret}`
  writeFileSync(file, ['[databases]', database, '[pgbouncer]', ...lines, ''].join('\n'))
  if (user.uid !== undefined) for (const path of [directory, file]) chownSync(path, user.uid, user.gid!)
  const child = spawn(binary!, [file], { ...user, cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk) => (said += chunk))
  const ended = new Promise((resolve) => child.once('exit', resolve))
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`pgbouncer ended:\n${said}`)
    await pause(50)
  }
  const pooled = new URL(url)
  pooled.host = `127.0.0.1:${port}`
  return {
    url: pooled.href,
    async close() {
      child.kill('SIGKILL')
      await ended
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
