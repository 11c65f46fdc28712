import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import { isSource, pageFolder } from './place.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const STAMP = '.stamp'
/** All that the built page depends on. */
const SOURCES = ['src/admin/ui/**/*.{ts,tsx,css,html,svg,js,json}', 'src/routing/win.ts', 'package-lock.json']

/**
 * Builds the page when the service runs from source and the sources have changed since the last build. A service that
 * cannot build it runs without: the API needs no page.
 */
export async function buildPage(log: Pick<Logger, 'info' | 'warn'>): Promise<void> {
  if (!isSource) return
  const stamp = stampOf()
  if (readStamp() === stamp) return
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  if (!existsSync(vite)) {
    log.warn('the admin page is not built: its packages are not installed; run npm ci, or npm run build elsewhere')
    return
  }
  const began = performance.now()
  const failure = await runVite(vite, stamp)
  if (failure) log.warn({ reason: failure }, 'the admin page could not be built; run npm run build:page to see why')
  else log.info({ ms: Math.round(performance.now() - began) }, 'admin page built')
}

/** Builds into a folder of this process, and puts it in its place when it is complete: another process may build too. */
async function runVite(vite: string, stamp: string): Promise<string | null> {
  const folder = `${pageFolder.replace(/\/$/, '')}-${process.pid}`
  const args = [vite, 'build', 'src/admin/ui', '--outDir', folder, '--logLevel', 'warn']
  try {
    // Another process: the database of the service opens meanwhile.
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (chunk) => (said += chunk))
    const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve))
    if (code !== 0) return said.trim().slice(-1000) || `vite ended with ${code}`
    writeFileSync(join(folder, STAMP), stamp)
    rmSync(pageFolder, { recursive: true, force: true })
    renameSync(folder, pageFolder)
    return null
  } catch (error) {
    // Where another process was faster, its page is in place already.
    return readStamp() === stamp ? null : String(error)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function stampOf(): string {
  const hash = createHash('sha256')
  for (const name of globSync(SOURCES, { cwd: root }).sort()) hash.update(name).update(readFileSync(join(root, name)))
  return hash.digest('hex')
}

function readStamp(): string | null {
  const file = join(pageFolder, STAMP)
  return existsSync(file) ? readFileSync(file, 'utf8') : null
}
