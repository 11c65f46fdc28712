/** `npm run check:imports`: which file may import which. Imports of types and `import()` count too. */
import { globSync, readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DependencyType, IConfiguration } from 'dependency-cruiser'

/** The modules of src/, folders and files. A module imports only modules above it in this list. */
const order = [
  'errors',
  'secrets',
  'outbound',
  'contract',
  'body',
  'db',
  'queue',
  'text',
  'taxonomy',
  'classifiers',
  'config',
  'models',
  'connections',
  'pauses',
  'routing',
  'decisions',
  'labels',
  'trust',
  'intake',
  'triage',
  'policy',
  'config-file',
  'writeback',
  'feedback',
  'review',
  'training',
  'history',
  'privacy',
  'events',
  'live',
  'commands',
  'http',
  'admin',
  'app',
  'jobs',
  'deps',
  'edge',
  'node',
  'demo',
  'worker',
  'cli',
]

/** The only files of src/ that import connectors/. */
const entries = ['cli', 'node', 'worker']

/** Other modules import a folder only through its index.ts, and through the files listed here. */
const sideDoors: Record<string, string[]> = {
  // The demo's helpdesks and the edge need no adapter, so they do not load one.
  connectors: ['desks', 'edge'],
  'connectors/jira': ['edge', 'sandbox'],
  'connectors/zendesk': ['edge', 'sandbox'],
  // The sandbox helpdesks alone need no service.
  'src/demo': ['sandbox'],
  // The admin page runs these in the browser.
  'src/routing': ['win'],
  'src/policy': ['diff', 'parts'],
  // Only a command and a benchmark evaluate a classifier: the service does not load that code.
  'src/training': ['evaluate/index'],
  // Only a command replays: the service does not load that code.
  'src/history': ['replay/index'],
}

for (const name of readdirSync('src').map((file) => file.replace(/(\.test)?\.ts$/, '')))
  if (!order.includes(name))
    throw new Error(`src/${name} is missing in the order of imports.config.ts: add it below all that it imports`)

const anyOf = (names: string[]) => `(${names.join('|')})`
const parts = (names: string[]) => `^src/${anyOf(names)}(/|\\.ts$)`
const tests = '\\.test\\.ts$'

const arrows = order.slice(0, -1).map((name, place) => ({
  name: `order: ${name}`,
  from: { path: parts([name]), pathNot: tests },
  to: { path: parts(order.slice(place + 1)) },
}))

const doors = globSync('{src,connectors}/**/index.ts').map((index) => {
  const folder = dirname(index)
  return {
    name: `door: ${folder}`,
    from: { path: '^(src|connectors)/', pathNot: `(^${folder}/|${tests})` },
    to: { path: `^${folder}/`, pathNot: `^${folder}/${anyOf(['index', ...(sideDoors[folder] ?? [])])}\\.ts$` },
  }
})

const rules = [
  { name: 'no cycle', from: {}, to: { circular: true } },
  {
    name: 'src knows no connector',
    from: { path: '^src/', pathNot: [tests, `^src/${anyOf(entries)}\\.ts$`] },
    to: { path: '^connectors/' },
  },
  // The page is a client of the API: what it takes from the server is types, the row of the map that wins, and what differs.
  {
    name: 'the page knows only the API',
    from: { path: '^src/admin/ui/' },
    to: {
      path: '^(src|connectors)/',
      pathNot: '^src/(admin/ui/|admin/api/index\\.ts$|routing/win\\.ts$|policy/(diff|parts)\\.ts$)',
    },
  },
  {
    name: 'the page takes only types of the API',
    from: { path: '^src/admin/ui/' },
    to: { path: '^src/admin/api/', dependencyTypesNot: ['type-only'] as DependencyType[] },
  },
  {
    name: 'the server knows no page',
    from: { path: '^(src|connectors)/', pathNot: '^src/admin/ui/' },
    to: { path: '^src/admin/ui/' },
  },
  // The rules do not apply to an import that is not found.
  { name: 'found', from: {}, to: { couldNotResolve: true } },
  ...arrows,
  ...doors,
]

export default {
  forbidden: rules.map((rule) => ({ severity: 'error', ...rule })),
  options: {
    // Includes imports of types, which compiling removes.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
} satisfies IConfiguration
