/** What an import checks before it saves anything: the checks of the API, with every fault told at once. */
import { isDeepStrictEqual } from 'node:util'
import {
  ConnectionInput,
  checkParts,
  type Prepared,
  prepareChange,
  prepareNew,
  type SaveNeeds,
  tagOfConnection,
} from '../connections/index.ts'
import { type Connection, connectorOf, didYouMean, type Taxonomy } from '../contract/index.ts'
import { type Fault, Rejected } from '../errors.ts'
import { checkMap } from '../routing/index.ts'
import { checkTaxonomy } from '../taxonomy/index.ts'
import { checkRuleDraft } from '../triage/index.ts'
import type { Difference } from './differences.ts'
import type { ConfigDocument } from './document.ts'

/** Settings complete with the defaults of their adapter; secrets only where they are new. */
export function normal(deps: SaveNeeds, document: ConfigDocument, existing: Connection[]): ConfigDocument {
  if (!document.connections) return document
  const faults: Fault[] = []
  const connections = Object.entries(document.connections).map(([name, given]) => {
    const current = existing.find((each) => each.name === name)
    const { kind, ...parts } = given
    try {
      if (current && current.kind !== kind)
        throw new Rejected(422, `${name} is a ${current.kind} connection`, {
          next: 'The kind of a connection cannot change.',
        })
      const checked = checkParts(connectorOf(deps.connectors, kind), parts)
      for (const secret of ['credentials', 'secrets'] as const)
        if (current && isDeepStrictEqual(checked[secret], current[secret])) delete checked[secret]
      return [name, { kind, ...checked }]
    } catch (error) {
      faults.push(...faultsOf(error, `connections.${name}`))
      return [name, given]
    }
  })
  refuse(faults)
  return { ...document, connections: Object.fromEntries(connections) }
}

/** What of the document changes something. */
export function only(
  { connections, ...document }: ConfigDocument,
  changes: Difference[],
): Omit<ConfigDocument, 'pointsman'> {
  const changed = (section: Difference['section']) => changes.some((change) => change.section === section)
  const isOf = (name: string) => (change: Difference) =>
    change.section === 'connections' && (change.path === name || change.path.startsWith(`${name}.`))
  const named = Object.entries(connections ?? {}).filter(([name]) => changes.some(isOf(name)))
  return {
    ...(changed('taxonomy') ? { taxonomy: document.taxonomy } : {}),
    ...(changed('rules') ? { rules: document.rules } : {}),
    ...(changed('routingMap') ? { routingMap: document.routingMap } : {}),
    connections: Object.fromEntries(named),
  }
}

/** The checks of the API, all of them before anything is saved. */
export async function checkAll(
  deps: SaveNeeds,
  { taxonomy, rules, routingMap, connections = {} }: Omit<ConfigDocument, 'pointsman'>,
  next: Taxonomy,
  existing: Connection[],
  { dryRun, check, actor }: { dryRun: boolean; check: boolean; actor: string },
): Promise<Prepared[]> {
  const faults: Fault[] = [
    ...(taxonomy ? inside('taxonomy', checkTaxonomy(taxonomy)) : []),
    ...(rules ? inside('rules', await checkRuleDraft(rules, next)) : []),
    ...(routingMap ? inside('routingMap', checkMap(routingMap, next)) : []),
  ]
  const prepared: Prepared[] = []
  for (const [name, { kind, ...given }] of Object.entries(connections)) {
    // Signing in may use up a refresh token: a dry run does not.
    const options = { actor, check: check && !(dryRun && given.credentials) }
    try {
      const current = existing.find((each) => each.name === name)
      // What somebody changes from now on is not overwritten.
      const expected = current && (await tagOfConnection(current))
      if (current) prepared.push(await prepareChange(deps, name, () => given, next, { ...options, expected }))
      else prepared.push(await prepareNew(deps, newConnection(name, { kind, ...given }, existing), next, options))
    } catch (error) {
      faults.push(...faultsOf(error, `connections.${name}`))
    }
  }
  refuse(faults)
  return prepared
}

function newConnection(name: string, given: object, existing: Connection[]): ConnectionInput {
  const parsed = ConnectionInput.safeParse({ name, ...given })
  if (parsed.success) return parsed.data
  const names = existing.map((each) => each.name)
  const message = `there is no connection ${name}${didYouMean(name, names)}`
  const faults = parsed.error.issues.map(({ path, message }) => ({
    path: path.map(String).join('.'),
    message: String(path[0]) in given ? message : 'is needed to create it',
  }))
  throw new Rejected(422, message, {
    next: 'Correct the name, or fill in what is needed.',
    faults: [{ path: '', message }, ...faults],
  })
}

const inside = (place: string, faults: Fault[]): Fault[] =>
  faults.map((fault) => ({ ...fault, path: [place, fault.path].filter(Boolean).join('.') }))

/** The faults of a refused part; any other error goes on. */
export function faultsOf(error: unknown, place: string): Fault[] {
  if (!(error instanceof Rejected)) throw error
  return inside(place, error.faults ?? [{ path: '', message: error.message, next: error.next }])
}

function refuse(faults: Fault[]): void {
  if (faults.length === 0) return
  const told = faults.map(({ path, message }) => `${path}: ${message}`).join('; ')
  throw new Rejected(422, `The configuration has ${faults.length} fault(s): ${told}`, {
    next: faults.find(({ next }) => next)?.next ?? 'Correct them and import again.',
    faults,
  })
}
