import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { DatabaseError } from '../errors.ts'

/**
 * Makes this process the only one that uses the directory. Returns the function that gives it back. Throws
 * DatabaseError while another living process has it; the lock of a dead one is taken over.
 */
export function lockDirectory(directory: string): () => void {
  const lock = `${directory}/pointsman.lock`
  const mine = `${lock}.${process.pid}`
  writeFileSync(mine, String(process.pid))
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        linkSync(mine, lock) // atomic: fails when the lock exists
        return () => remove(lock)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
        takeAwayIfDead(lock, mine)
      }
    }
  } finally {
    remove(mine)
  }
  throw inUse(directory, readPid(lock))
}

function takeAwayIfDead(lock: string, mine: string) {
  const pid = readPid(lock)
  if (pid === null || pid === process.pid || !isAlive(pid)) {
    const aside = `${mine}.stale`
    try {
      renameSync(lock, aside)
    } catch {
      return // another process took it away first
    }
    // Between reading and renaming, a quicker process may have put its own lock there: give that one back.
    const taken = readPid(aside)
    if (taken !== pid) linkSync(aside, lock)
    remove(aside)
    return
  }
  throw inUse(lock.slice(0, lock.lastIndexOf('/')), pid)
}

function inUse(directory: string, pid: number | null) {
  return new DatabaseError(`The embedded database in ${directory} is in use by process ${pid ?? 'unknown'}`, {
    next: 'Stop that process, choose another DATA_DIR, or set DATABASE_URL: a PostgreSQL server can be shared.',
  })
}

function readPid(path: string): number | null {
  try {
    return Number(readFileSync(path, 'utf8')) || null
  } catch {
    return null
  }
}

function isAlive(pid: number) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function remove(path: string) {
  try {
    unlinkSync(path)
  } catch {
    // gone already
  }
}
