/** Makes a document the configuration in force: all of it, with its audit rows, or nothing. */
import { forgetConnections, type Prepared, type SaveNeeds } from '../connections/index.ts'
import type { Taxonomy } from '../contract/index.ts'
import { forgetRecalled, type Tx } from '../db/index.ts'
import { Rejected } from '../errors.ts'
import { type Break, breaksOfTaxonomy, rulesKind } from '../policy/index.ts'
import { findTargets, publishedMap, publishMap } from '../routing/index.ts'
import { currentTaxonomy, saveTaxonomy } from '../taxonomy/index.ts'
import { currentRules, saveRules } from '../triage/index.ts'
import { type Difference, differences } from './differences.ts'
import { readDocument } from './document.ts'
import { currentConfig } from './export.ts'
import { checkAll, faultsOf, normal, only } from './prepare.ts'

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

const asKnown = ({ connection, metadata }: Prepared) => (metadata ? [{ connection, metadata }] : [])

/** Names the section in the faults of a refusal. */
const within = (section: string) => (error: unknown) => {
  const faults = faultsOf(error, section)
  const { message, next } = error as Rejected
  throw new Rejected(422, message, { next, faults })
}
