/** Creates one migrated database that every test file clones: in TEST_DATABASE_URL, or embedded. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import postgres from 'postgres'
import type { TestProject } from 'vitest/node'
import { openDatabase } from '../../src/db/index.ts'
import { KINDS } from '../../src/jobs.ts'
import { openQueue } from '../../src/queue/index.ts'
import { seedTaxonomy } from '../../src/taxonomy/index.ts'
import { seedRules } from '../../src/triage/index.ts'

declare module 'vitest' {
  interface ProvidedContext {
    template: { kind: 'postgres'; admin: string; name: string } | { kind: 'embedded'; directory: string }
  }
}

export default async function setup(project: TestProject) {
  const admin = process.env.TEST_DATABASE_URL
  if (!admin) {
    const directory = mkdtempSync(`${tmpdir()}/pointsman-template-`)
    await fill(null, directory)
    project.provide('template', { kind: 'embedded', directory })
    return () => rmSync(directory, { recursive: true, force: true })
  }
  const name = `pointsman_template_${process.pid}`
  const sql = postgres(admin, { max: 1, onnotice: () => {} })
  await sql.unsafe(`drop database if exists ${name}`)
  await sql.unsafe(`create database ${name}`)
  await fill(withDatabase(admin, name), '')
  project.provide('template', { kind: 'postgres', admin, name })
  return async () => {
    const clones = await sql<{ datname: string }[]>`select datname from pg_database where datname like ${`${name}%`}`
    for (const { datname } of clones) await sql.unsafe(`drop database if exists ${datname} with (force)`)
    await sql.end()
  }
}

async function fill(url: string | null, dataDir: string) {
  const migrations = new URL('../../migrations', import.meta.url).pathname
  const database = await openDatabase({ url, dataDir, pool: 4, migrations })
  await database.migrate()
  await seedTaxonomy(database.db)
  await seedRules(database.db)
  const queue = await openQueue(database, KINDS, () => {})
  await queue.close()
  await database.close()
}

export function withDatabase(url: string, name: string) {
  const parsed = new URL(url)
  parsed.pathname = `/${name}`
  return parsed.href
}
