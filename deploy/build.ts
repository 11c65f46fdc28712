/**
 * `npm run build`: makes dist/, which is all that production needs besides Node 24: `node dist/pointsman.mjs serve`.
 * An argument names another folder.
 */
import { cpSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import postgres from 'postgres'
import { build as buildPage } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = process.argv[2] ?? join(root, 'dist')
const NODE = 24
const folderOf = (module: string) => dirname(createRequire(import.meta.url).resolve(module))

if (!('survivesCuts' in postgres)) throw new Error('The database driver lacks our patch. Run: npx patch-package')

rmSync(dist, { recursive: true, force: true })
mkdirSync(dist)

await build({
  entryPoints: {
    cli: join(root, 'src/cli.ts'),
    'train-worker': join(root, 'src/classifiers/embedded/train-worker.ts'),
  },
  outdir: dist,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  // A command loads only what it uses: the service on PostgreSQL loads neither the demo nor the embedded database.
  splitting: true,
  // In the same folder as the entries: modules find their files relative to their own URL.
  chunkNames: '[name]-[hash]',
  format: 'esm',
  platform: 'node',
  target: `node${NODE}`,
  minifySyntax: true,
  // Some packages are CommonJS and call `require`, which an ES module does not have.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  logLevel: 'warning',
})

// Imports nothing before it knows the version, and uses only what an old Node can read.
writeFileSync(
  join(dist, 'pointsman.mjs'),
  `#!/usr/bin/env node
if (Number(process.versions.node.split('.')[0]) >= ${NODE}) import('./cli.mjs')
else {
  process.stderr.write('Pointsman needs Node ${NODE} or newer, and this is Node ' + process.versions.node + '\\n\u2192 Install Node ${NODE} from https://nodejs.org, or use the container image.\\n')
  process.exitCode = 1
}
`,
)

const pglite = folderOf('@electric-sql/pglite')
for (const file of ['pglite.wasm', 'initdb.wasm', 'pglite.data']) cpSync(join(pglite, file), join(dist, file))

const swagger = folderOf('swagger-ui-dist/package.json')
for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'])
  cpSync(join(swagger, file), join(dist, 'docs', file))

await buildPage({
  configFile: join(root, 'src/admin/ui/vite.config.ts'),
  logLevel: 'warn',
  build: { outDir: join(dist, 'ui') },
})

cpSync(join(root, 'migrations'), join(dist, 'migrations'), { recursive: true })
cpSync(join(root, 'src/demo/tickets'), join(dist, 'tickets'), { recursive: true })

const sizes = readdirSync(dist, { recursive: true, encoding: 'utf8' })
  .map((name) => statSync(join(dist, name)))
  .filter((stat) => stat.isFile())
const megabytes = sizes.reduce((sum, { size }) => sum + size, 0) / 1e6
process.stdout.write(`dist/: ${sizes.length} files, ${megabytes.toFixed(1)} MB. Run: node dist/pointsman.mjs serve\n`)
