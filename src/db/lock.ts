import { readFileSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { DatabaseError } from '../errors.ts'

/**
 * Makes this process the only one that uses the directory. Returns the function that releases it. Throws DatabaseError
 * while another running process holds it.
 */
export function lockDirectory(directory: string): () => void {
  // The operating system holds the lock of an open SQLite file and releases it when the process ends, however it ends. A
  // file with a process id would remain after a kill, and could name an unrelated process after a restart.
  const lock = openLock(directory)
  const owner = `${directory}/pointsman.pid`
  try {
    lock.exec('begin exclusive')
    writeFileSync(owner, String(process.pid)) // for the message, not for the lock
  } catch (error) {
    lock.close()
    if (!/locked/.test((error as Error).message)) throw unusable(directory, error)
    throw new DatabaseError(`The embedded database in ${directory} is in use by process ${readOwner(owner)}`, {
      next: 'Stop that process, choose another DATA_DIR, or set DATABASE_URL: a PostgreSQL server can be shared.',
    })
  }
  return () => lock.close()
}

function openLock(directory: string): DatabaseSync {
  try {
    return new DatabaseSync(`${directory}/lock.sqlite`, { timeout: 0 })
  } catch (error) {
    throw unusable(directory, error)
  }
}

function unusable(directory: string, cause: unknown): DatabaseError {
  return new DatabaseError(`The directory ${directory} cannot be locked: ${(cause as Error).message}`, {
    next: 'Choose another DATA_DIR: a local directory that this user may write to.',
    cause,
  })
}

function readOwner(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return 'unknown'
  }
}
