/** Builds the production bundle, then measures the time until it is ready and its memory while idle. */
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { ownDatabase } from './database.ts'

/** `--runs N` (default 5), `--json`. */
export async function run(args: string[]): Promise<void> {
  const runs = Number(args[args.indexOf('--runs') + 1] ?? 5) || 5
  const bundle = fileURLToPath(new URL('../../dist/pointsman.mjs', import.meta.url))
  execFileSync(process.execPath, [fileURLToPath(new URL('../../deploy/build.ts', import.meta.url))], {
    stdio: 'inherit',
  })
  const database = await ownDatabase()
  const found: { readyMs: number; rssMb: number }[] = []
  try {
    await once(bundle, database, 0) // the first start migrates
    for (let i = 0; i < runs; i++) found.push(await once(bundle, database, 5_000))
  } finally {
    await database.drop()
  }
  const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!
  const row = {
    runs,
    readyMs: median(found.map((f) => f.readyMs)),
    rssMb: median(found.map((f) => f.rssMb)),
    database: database.url ? 'PostgreSQL' : 'embedded',
  }
  if (args.includes('--json')) console.log(JSON.stringify(row))
  else
    console.log(
      `start to ready ${row.readyMs} ms, resident ${row.rssMb} MB after 5 s idle; bundle on ${row.database}, median of ${runs}`,
    )
}

async function once(bundle: string, database: { url: string | null; dataDir: string }, idleMs: number) {
  const port = await freePort()
  const cwd = mkdtempSync(`${tmpdir()}/pointsman-start-`)
  const env = {
    PATH: process.env.PATH ?? '',
    LOG_LEVEL: 'warn',
    PORT: String(port),
    ADMIN_TOKEN: 'the admin token of the benchmark',
    ENCRYPTION_KEY: btoa('b'.repeat(32)),
    ...(database.url ? { DATABASE_URL: database.url } : { DATA_DIR: cwd }),
  }
  const began = performance.now()
  const service = spawn(process.execPath, [bundle, 'serve'], { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] })
  const exited = new Promise((resolve) => service.once('exit', resolve))
  try {
    while ((await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null))?.status !== 200) {
      if (service.exitCode !== null) throw new Error('the service exited before it was ready')
      await pause(10)
    }
    const readyMs = Math.round(performance.now() - began)
    await pause(idleMs)
    const rssMb = Math.round(
      Number(execFileSync('ps', ['-o', 'rss=', '-p', String(service.pid)], { encoding: 'utf8' })) / 1000,
    )
    return { readyMs, rssMb }
  } finally {
    service.kill()
    await exited
    rmSync(cwd, { recursive: true, force: true })
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
