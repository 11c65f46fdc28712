import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import postgres from 'postgres'
import { inject } from 'vitest'
import { withDatabase } from './template.ts'

/** A new, migrated database; `drop` removes it. */
export type Fresh = { url: string | null; dataDir: string; drop(): Promise<void> }

let made = 0

export async function freshDatabase(): Promise<Fresh> {
  const template = inject('template')
  const dataDir = mkdtempSync(`${tmpdir()}/pointsman-test-`)
  const remove = () => rmSync(dataDir, { recursive: true, force: true })
  if (template.kind === 'embedded') {
    cpSync(template.directory, dataDir, { recursive: true })
    return { url: null, dataDir, drop: async () => remove() }
  }
  const name = `${template.name}_${process.pid}_${++made}`
  const sql = postgres(template.admin, { max: 1, onnotice: () => {} })
  // Two test files may clone at the same time, but Postgres copies a template for one at a time.
  for (let attempt = 1; ; attempt++) {
    try {
      await sql.unsafe(`create database ${name} template ${template.name}`)
      break
    } catch (error) {
      if ((error as { code?: string }).code !== '55006' || attempt === 100) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  return {
    url: withDatabase(template.admin, name),
    dataDir,
    async drop() {
      remove()
      await sql.unsafe(`drop database if exists ${name} with (force)`)
      await sql.end()
    },
  }
}
