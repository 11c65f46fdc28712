/** `npm run bench -- NAME [options]`: each benchmark is a file that exports `run(args)`. */
import { readdir } from 'node:fs/promises'

const folder = new URL('.', import.meta.url)
const [name, ...args] = process.argv.slice(2)
const names = (await readdir(folder))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -3))
  .filter((file) => !['index', 'database'].includes(file) && !file.endsWith('-server'))

if (!name || !names.includes(name)) {
  console.error(`Usage: npm run bench -- NAME [options]\nNames: ${names.join(', ')}`)
  process.exit(2)
}
const { run } = (await import(`./${name}.ts`)) as { run(args: string[]): Promise<void> }
await run(args)
