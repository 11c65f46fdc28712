import { rmSync } from 'node:fs'
import postgres from 'postgres'

/** A new database for one benchmark: on the server of DATABASE_URL, else embedded. */
export async function ownDatabase(): Promise<{ url: string | null; dataDir: string; drop(): Promise<void> }> {
  const admin = process.env.DATABASE_URL
  const dataDir = `${process.env.DATA_DIR ?? './data'}/bench-${process.pid}`
  if (!admin)
    return {
      url: null,
      dataDir,
      drop: async () => rmSync(dataDir, { recursive: true, force: true }),
    }
  const name = `pointsman_bench_${process.pid}`
  const sql = postgres(admin, { max: 1, onnotice: () => {} })
  await sql.unsafe(`create database ${name}`)
  const url = new URL(admin)
  url.pathname = `/${name}`
  return {
    url: url.href,
    dataDir,
    async drop() {
      await sql.unsafe(`drop database if exists ${name} with (force)`)
      await sql.end()
    },
  }
}
