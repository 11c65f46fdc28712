/** `npm run check:imports`: which file may import which. Types count, `import()` counts. */
import { globSync, readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { IConfiguration } from 'dependency-cruiser'

/** The parts of src/, folders and files. A part imports only parts that stand above it. */
const order = [
  'errors',
  'secrets',
  'contract',
  'db',
  'queue',
  'text',
  'taxonomy',
  'classifiers',
  'config',
  'models',
  'connections',
  'routing',
  'decisions',
  'labels',
  'intake',
  'triage',
  'writeback',
  'feedback',
  'review',
  'training',
  'events',
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

/** Only these files of src/ import connectors/. */
const entries = ['cli', 'node', 'worker']

/** A folder that has an index.ts is entered by it, and by these beside it. */
const sideDoors: Record<string, string[]> = {
  // Each for one entry, which loads nothing else: the demo's helpdesks and the edge.
  connectors: ['desks', 'edge', 'sandbox', 'verify'],
  'connectors/jira': ['edge', 'sandbox'],
  'connectors/zendesk': ['edge', 'sandbox'],
  // Only a command and a benchmark measure a classifier: the service does without.
  'src/training': ['evaluate/index'],
}

for (const name of readdirSync('src').map((file) => file.replace(/(\.test)?\.ts$/, '')))
  if (!order.includes(name)) throw new Error(`src/${name} has no place in the order of imports.config.ts`)

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
  // What is not found is held to no rule.
  { name: 'found', from: {}, to: { couldNotResolve: true } },
  ...arrows,
  ...doors,
]

export default {
  forbidden: rules.map((rule) => ({ severity: 'error', ...rule })),
  options: {
    // With the imports that compiling erases: types.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
} satisfies IConfiguration
