/**
 * `npm run bench -- proposals`: how right the proposed mappings are for sandbox helpdesks that are set up as companies have
 * them. `--configuration NAME` for one of them, `--seed N` solved tickets, `--json` for one object.
 */
import { parseArgs } from 'node:util'
import { serve } from '@hono/node-server'
import { configurations, openDesks } from '../../connectors/desks.ts'
import { connectors } from '../../connectors/index.ts'
import { proposeMapping } from '../../src/connections/propose/index.ts'
import {
  type Connection,
  ConnectionSettings,
  connectorOf,
  Mapping,
  type PlayedDesk,
  TaxonomyDocument,
} from '../../src/contract/index.ts'
import { AGENTS, GROUPS } from '../../src/demo/desk.ts'
import { fillDesk } from '../../src/demo/sandbox.ts'
import { defaultTaxonomy } from '../../src/taxonomy/index.ts'
import { compare, type Finding, type Verdict } from '../support/proposals.ts'

const VERDICTS: Verdict[] = ['right', 'asked', 'wrong', 'missing', 'gap']
const names = { groups: GROUPS, people: AGENTS.map(({ name }) => name) }

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      configuration: { type: 'string' },
      seed: { type: 'string', default: '60' },
      json: { type: 'boolean', default: false },
    },
  })
  const wanted = Object.keys(configurations).filter((name) => (values.configuration ?? name) === name)
  const rows: { configuration: string; findings: Finding[] }[] = []
  for (const name of wanted) rows.push({ configuration: name, findings: await measure(name, Number(values.seed)) })
  if (values.json) return console.log(JSON.stringify(rows))
  const width = Math.max(...wanted.map(({ length }) => length))
  const line = (name: string, findings: Finding[]) =>
    console.log(
      `${name.padEnd(width)}  ${VERDICTS.map((one) => String(findings.filter(({ verdict }) => verdict === one).length).padStart(7)).join('  ')}`,
    )
  console.log(`${'configuration'.padEnd(width)}  ${VERDICTS.map((one) => one.padStart(7)).join('  ')}`)
  for (const { configuration, findings } of rows) line(configuration, findings)
  line(
    'together',
    rows.flatMap(({ findings }) => findings),
  )
  for (const { configuration, findings } of rows)
    for (const { path, verdict, proposed, wanted: want } of findings)
      if (verdict !== 'right' && verdict !== 'asked')
        console.log(`\n${configuration}: ${path} ${verdict}\n  proposed ${shown(proposed)}\n  kept     ${shown(want)}`)
}

const shown = (value: unknown) => (value === undefined ? 'nowhere' : JSON.stringify(value).slice(0, 300))

async function measure(configuration: string, seed: number): Promise<Finding[]> {
  const [desk] = openDesks({ groups: GROUPS, agents: AGENTS, configuration })
  const server = await new Promise<{ close(): void; port: number }>((resolve) => {
    const opened = serve({ fetch: desk!.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
      resolve({ close: () => opened.close(), port }),
    )
  })
  try {
    const baseUrl = `http://127.0.0.1:${server.port}`
    desk!.listensAt(baseUrl)
    await fillDesk(desk!, seed)
    return await findingsOf(desk!, baseUrl)
  } finally {
    server.close()
  }
}

async function findingsOf(desk: PlayedDesk, baseUrl: string): Promise<Finding[]> {
  const connector = connectorOf(connectors, desk.kind)
  const connection: Connection = {
    id: '01900000-0000-7000-8000-000000000003',
    name: desk.kind,
    kind: desk.kind,
    baseUrl,
    mode: 'observe',
    credentials: desk.credentials,
    secrets: [],
    mapping: Mapping.parse({}),
    filters: {},
    settings: ConnectionSettings.parse({}),
    selfId: null,
  }
  const metadata = await connector.inspect(connection)
  const read = await connector.solved?.(
    { ...connection, selfId: metadata.self.id },
    { places: metadata.places.map(({ id }) => id), perPlace: 300 },
  )
  const samples = read?.tickets ?? []
  const taxonomy = { ...TaxonomyDocument.parse(defaultTaxonomy), version: 1 }
  const { byPlace, proposals } = proposeMapping({ metadata, taxonomy, names, samples })
  if (byPlace.length === 0) return compare(proposals, desk.mapping, names)
  return byPlace.flatMap(({ place, proposals: own }) =>
    compare(own, desk.mappingAt(place.id), names).map((one) => ({ ...one, path: `${place.name}: ${one.path}` })),
  )
}
