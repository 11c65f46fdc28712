/** Makes a document the configuration in force: all of it, with its audit rows, or nothing. */
import { isDeepStrictEqual } from 'node:util'
import {
  ConnectionInput,
  checkParts,
  forgetConnections,
  type Prepared,
  prepareChange,
  prepareNew,
  type SaveNeeds,
} from '../connections/index.ts'
import { type Connection, connectorOf, didYouMean, type Taxonomy } from '../contract/index.ts'
import { forgetRecalled, type Tx } from '../db/index.ts'
import { type Fault, Rejected } from '../errors.ts'
import { type Break, breaksOfTaxonomy, rulesKind } from '../policy/index.ts'
import { checkMap, findTargets, publishedMap, publishMap } from '../routing/index.ts'
import { checkTaxonomy, currentTaxonomy, saveTaxonomy } from '../taxonomy/index.ts'
import { checkRuleDraft, currentRules, saveRules } from '../triage/index.ts'
import { type Difference, differences } from './differences.ts'
import { type ConfigDocument, readDocument } from './document.ts'
import { currentConfig } from './export.ts'

export type ImportOptions = {
  /** Only say what would change, after all checks. */
  dryRun: boolean
  /** In spite of what it breaks, and of targets that cannot take tickets. */
  force: boolean
  /** Ask the helpdesks about connections and targets. */
  check: boolean
  comment: string
  actor: string
  /** May the actor change connections? */
  administers: boolean
}

export type Imported = {
  dryRun: boolean
  changes: Difference[]
  /** What does not fit the new taxonomy or rules any more. */
  breaks: Break[]
  /** The new versions. */
  versions: { taxonomy?: number; rules?: number; routingMap?: number }
}

/** Throws Rejected 422 with every fault, each with its place in the document. */
export async function importConfig(deps: SaveNeeds, yaml: string, options: ImportOptions): Promise<Imported> {
  const { db } = deps.database
  const [taxonomy, rules, map] = [await currentTaxonomy(db), await currentRules(db), await publishedMap(db)]
  const { all: now, connections } = await currentConfig({ db, vault: deps.vault, connectors: deps.connectors })
  const given = normal(deps, readDocument(yaml), connections)
  const changes = differences(now, given)
  const { dryRun, force, check, comment, actor, administers } = options
  if (changes.length === 0) return { dryRun, changes, breaks: [], versions: {} }
  if (!administers && changes.some(({ section }) => section === 'connections'))
    throw new Rejected(403, `${actor} may not change connections`, {
      next: 'Leave the section "connections" out, or let an admin import it.',
    })
  const wanted = only(given, changes)
  const next: Taxonomy = wanted.taxonomy ? { ...wanted.taxonomy, version: taxonomy.version } : taxonomy
  const prepared = await checkAll(deps, wanted, next, connections, options)
  const targets =
    wanted.routingMap && check
      ? await findTargets(deps, wanted.routingMap, { force, known: prepared.flatMap(asKnown) }).catch(
          within('routingMap'),
        )
      : null

  const save = async (tx: Tx): Promise<Pick<Imported, 'breaks' | 'versions'>> => {
    const versions: Imported['versions'] = {}
    const how = (of: string) => ({ action: `${of}.import`, comment })
    if (wanted.taxonomy)
      versions.taxonomy = (await saveTaxonomy(tx, wanted.taxonomy, taxonomy.version, actor, how('taxonomy'))).version
    for (const { commit } of prepared) await commit(tx)
    if (wanted.rules) versions.rules = await saveRules(tx, wanted.rules, next, rules.version, actor, how('rules'))
    if (wanted.routingMap) {
      const place = { expected: map?.version ?? null, ...how('routing-map') }
      versions.routingMap = await publishMap(tx, wanted.routingMap, next, actor, place)
      await targets?.record(tx)
    }
    // All else is as it will be: only what still does not fit is told.
    const breaks = [
      ...(wanted.taxonomy ? await breaksOfTaxonomy(tx, { from: taxonomy, to: next }) : []),
      ...(wanted.rules ? await rulesKind.breaks(tx, { from: rules.document, to: wanted.rules }) : []),
    ]
    return { breaks, versions }
  }
  const done = await (dryRun ? tryOut(db, save) : db.transaction(async (tx) => refuseBreaks(await save(tx), force)))
  forgetRecalled()
  forgetConnections()
  return { dryRun, changes, breaks: done.breaks, versions: dryRun ? {} : done.versions }
}

/** Runs the work and takes all of it back. */
async function tryOut<T>(db: Tx, work: (tx: Tx) => Promise<T>): Promise<T> {
  const undo = new Error('a dry run')
  let done: T | undefined
  await db
    .transaction(async (tx) => {
      done = await work(tx)
      throw undo
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error
    })
  return done!
}

function refuseBreaks<T extends { breaks: Break[] }>(saved: T, force: boolean): T {
  const { breaks } = saved
  if (breaks.length === 0 || force) return saved
  throw new Rejected(
    422,
    `The configuration breaks ${breaks.length} thing(s): ${breaks.map(({ message }) => message).join('; ')}`,
    {
      next: 'Change what is listed, or import with "force".',
      faults: breaks.map(({ path, message, next }) => ({ path, message, next })),
    },
  )
}

/** Settings complete with the defaults of their adapter; secrets only where they are new. */
function normal(deps: SaveNeeds, document: ConfigDocument, existing: Connection[]): ConfigDocument {
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
function only({ connections, ...document }: ConfigDocument, changes: Difference[]): Omit<ConfigDocument, 'pointsman'> {
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
async function checkAll(
  deps: SaveNeeds,
  { taxonomy, rules, routingMap, connections = {} }: Omit<ConfigDocument, 'pointsman'>,
  next: Taxonomy,
  existing: Connection[],
  { dryRun, check, actor }: ImportOptions,
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
      if (existing.some((each) => each.name === name))
        prepared.push(await prepareChange(deps, name, () => given, next, options))
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
  const message = `there is no connection ${name}${didYouMean(
    name,
    existing.map((each) => each.name),
  )}`
  const faults = parsed.error.issues.map(({ path, message }) => ({
    path: path.map(String).join('.'),
    message: String(path[0]) in given ? message : 'is needed to create it',
  }))
  throw new Rejected(422, message, {
    next: 'Correct the name, or fill in what is needed.',
    faults: [{ path: '', message }, ...faults],
  })
}

const asKnown = ({ connection, metadata }: Prepared) => (metadata ? [{ connection, metadata }] : [])

const inside = (place: string, faults: Fault[]): Fault[] =>
  faults.map((fault) => ({ ...fault, path: [place, fault.path].filter(Boolean).join('.') }))

/** The faults of a refused part; any other error goes on. */
function faultsOf(error: unknown, place: string): Fault[] {
  if (!(error instanceof Rejected)) throw error
  return inside(place, error.faults ?? [{ path: '', message: error.message, next: error.next }])
}

const within = (place: string) => (error: unknown) => {
  const faults = faultsOf(error, place)
  const { next } = error as Rejected
  throw new Rejected(422, (error as Rejected).message, { next, faults })
}

function refuse(faults: Fault[]): void {
  if (faults.length === 0) return
  const told = faults.map(({ path, message }) => `${path}: ${message}`).join('; ')
  throw new Rejected(422, `The configuration has ${faults.length} fault(s): ${told}`, {
    next: faults.find(({ next }) => next)?.next ?? 'Correct them and import again.',
    faults,
  })
}
