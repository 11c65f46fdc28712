/** Writes the configuration as YAML. */
import { Document, isMap, isScalar, type Pair } from 'yaml'
import { adapterView, credentialKinds, listConnections, type Vault } from '../connections/index.ts'
import { type Connection, type Connectors, TaxonomyDocument } from '../contract/index.ts'
import type { Tx } from '../db/index.ts'
import { type MapDocument, publishedMap } from '../routing/index.ts'
import { currentTaxonomy } from '../taxonomy/index.ts'
import { currentRules, Rules } from '../triage/index.ts'
import type { ConfigDocument } from './document.ts'

export const SECTIONS = ['taxonomy', 'rules', 'routingMap', 'connections'] as const
export type Section = (typeof SECTIONS)[number]

type Needs = { db: Tx; vault: Vault; connectors: Connectors }

/** The configuration in force, without secrets. */
export async function exportConfig(needs: Needs, sections: readonly Section[] = SECTIONS): Promise<string> {
  const { all, connections } = await currentConfig(needs)
  const chosen = Object.fromEntries(sections.map((section) => [section, all[section]]))
  return write(
    chosen,
    connections.map((connection) => commentOn(needs.connectors, connection)),
  )
}

/** One routing map as a document that holds nothing else. */
export const exportMap = (map: MapDocument): string => write({ routingMap: documentOf(map) }, [])

/** What is in force, in the form of the document. */
export async function currentConfig({ db, vault, connectors }: Needs) {
  const [{ fields }, { document: rules }, map] = await Promise.all([
    currentTaxonomy(db),
    currentRules(db),
    publishedMap(db),
  ])
  const connections = await listConnections({ db, vault })
  const all: Omit<ConfigDocument, 'pointsman'> = {
    // What an older release stored gets the defaults of today, as what is imported does.
    taxonomy: TaxonomyDocument.parse({ fields }),
    rules: Rules.parse(rules),
    ...(map ? { routingMap: documentOf(map) } : {}),
    connections: Object.fromEntries(
      connections.map((connection) => {
        const { name, kind, baseUrl, mode, mapping, filters, settings } = adapterView(connectors, connection)
        return [name, { kind, baseUrl, mode, mapping, filters, settings }]
      }),
    ),
  }
  return { all, connections }
}

function documentOf({ rows, hours, people }: MapDocument): MapDocument {
  return { rows, ...(hours ? { hours } : {}), ...(people ? { people } : {}) }
}

const HEAD = ` Configuration of Pointsman.
 Import it with: pointsman config import FILE --dry-run
 A section that is left out stays as it is, and so does a connection that is not named.
 What is named is replaced; a connection is never deleted.`

function write(sections: Partial<ConfigDocument>, comments: string[]): string {
  const document = new Document({ pointsman: 1, ...sections })
  document.commentBefore = HEAD
  const map = document.get('connections')
  if (isMap(map))
    for (const [i, pair] of (map.items as Pair[]).entries())
      if (isScalar(pair.key)) pair.key.commentBefore = comments[i]
  return document.toString({ lineWidth: 110, indentSeq: false })
}

/** What somebody has to fill in where this connection does not exist yet. */
function commentOn(connectors: Connectors, { kind, credentials, secrets }: Connection): string {
  const connector = connectors[kind]
  const { needed = [] } = connector
    ? (credentialKinds(connector).find((each) => each.kind === credentials.kind) ?? {})
    : {}
  const parts = [`kind: ${credentials.kind}`, ...needed.map((name) => `${name}: FILL IN`)]
  const given = secrets.map((secret) => `{kind: ${secret.kind}, secret: FILL IN}`)
  return ` Credentials and secrets are not exported; a connection that exists keeps its own. To create it, fill in:
   credentials: {${parts.join(', ')}}
   secrets: [${given.join(', ')}]  (left out: one is made)`
}
