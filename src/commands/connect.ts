/** `pointsman connect`: asks for a helpdesk, shows what it proposes, and saves what the person accepts, in mode observe. */
import { readFile } from 'node:fs/promises'
import type { Readable, Writable } from 'node:stream'
import {
  ConnectionInput,
  listConnections,
  makeConnection,
  makeProposals,
  mappingOf,
  type Proposal,
  type Proposals,
  type ProposeInput,
} from '../connections/index.ts'
import { type Filters, oauthOf } from '../contract/index.ts'
import { ConfigError } from '../errors.ts'
import { wantedNames } from '../routing/index.ts'
import { askConnection, checkInput, faultOf } from './connect-questions.ts'
import { type ConnectNeeds as Needs, setWebhook } from './connect-webhook.ts'
import { type OnProgress, openProgress } from './progress.ts'
import { openPrompt, type Prompt } from './prompt.ts'

export type ConnectOptions = { name?: string; input?: string; json?: boolean }
type Terminal = {
  input: Readable & { isTTY?: boolean }
  output: Writable
  errors?: Writable
  readInput(): Promise<string>
}

export async function connect(deps: Needs, options: ConnectOptions, terminal: Terminal): Promise<void> {
  if (options.json && options.input !== undefined) {
    const input = checkInput(await readJson(options.input, terminal))
    terminal.output.write(`${JSON.stringify(await propose(deps, input), null, 2)}\n`)
    return
  }
  // A script reads what is printed: with --json the questions go elsewhere.
  const prompt = openPrompt(terminal.input, options.json ? (terminal.errors ?? process.stderr) : terminal.output)
  try {
    const input =
      options.input === undefined
        ? await askConnection(prompt, deps.connectors)
        : checkInput(await readJson(options.input, terminal))
    const output = options.json ? (terminal.errors ?? process.stderr) : terminal.output
    const progress = openProgress(output)
    const proposals = await propose(deps, input, progress.update).finally(progress.end)
    if (options.json) terminal.output.write(`${JSON.stringify(proposals, null, 2)}\n`)
    else await settle(deps, options, prompt, input, proposals)
  } finally {
    prompt.close()
  }
}

async function propose(deps: Needs, input: ProposeInput, onProgress?: OnProgress): Promise<Proposals> {
  return makeProposals(deps, input, await wantedNames(deps.database.db), onProgress)
}

async function readJson(file: string, { readInput }: Terminal): Promise<unknown> {
  const next = 'Give a file with {"kind", "baseUrl", "credentials"} as JSON; "-" reads it from stdin.'
  const text = await (file === '-' ? readInput() : readFile(file, 'utf8')).catch((cause: Error) => {
    throw new ConfigError(`${file} cannot be read: ${cause.message}`, { next, cause })
  })
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ConfigError(`${file} is not JSON`, { next, cause })
  }
}

type Draft = { name: string; filters: Filters; proposals: Proposal[] }

/** Asks about each proposal and saves the connection, or one for each project where they differ. */
async function settle(deps: Needs, options: ConnectOptions, prompt: Prompt, input: ProposeInput, found: Proposals) {
  const { kind, baseUrl, credentials, settings } = input
  if (kind === undefined || baseUrl === undefined || credentials === undefined)
    throw new ConfigError('A stored connection is changed by the API', {
      next: 'Give kind, baseUrl and credentials, or use --json to see the proposals.',
    })
  prompt.say(`\nSigned in as ${found.self.name}. ${found.samples} solved tickets were read.`)
  for (const { what, next } of found.missing) prompt.say(`  ! Missing: ${what}. ${next}`)
  for (const what of found.unread) prompt.say(`  ! Not read: ${what}`)
  const name = await askName(deps, options, prompt, kind)
  for (const { proposals, filters, name: called } of await draftsOf(prompt, name, input, found)) {
    prompt.say(`\nProposals for ${called}:`)
    const mapping = mappingOf(proposals, await accepted(prompt, proposals))
    const parts = { name: called, kind, baseUrl, credentials, filters, settings, mapping, mode: 'observe' as const }
    const saved = await makeConnection(deps, ConnectionInput.parse(parts), { check: true, actor: 'cli' })
    prompt.say(`\nSaved ${saved.connection.name}, in mode observe: it decides and writes nothing.`)
    await setWebhook(deps, prompt, saved.connection)
    sayNext(prompt, saved.connection.name, mapping.group !== undefined)
  }
}

async function askName(
  { database, vault }: Needs,
  { name }: ConnectOptions,
  prompt: Prompt,
  kind: string,
): Promise<string> {
  const taken = (await listConnections({ db: database.db, vault })).map((one) => one.name)
  const check = (answer: string) =>
    taken.includes(answer) ? `There is a connection ${answer} already.` : faultOf(ConnectionInput.shape.name)(answer)
  const fault = name === undefined ? null : check(name)
  if (fault !== null) throw new ConfigError(`${name}: ${fault}`, { next: 'Choose another --name.' })
  const free = [kind, ...Array.from({ length: 100 }, (_, i) => `${kind}-${i + 2}`)].find((one) => !taken.includes(one))
  return (
    name ??
    (await prompt.ask('Name of the connection, which is part of the webhook address', { fallback: free, check }))
  )
}

async function draftsOf(
  prompt: Prompt,
  name: string,
  { filters, credentials }: ProposeInput,
  found: Proposals,
): Promise<Draft[]> {
  const one = { name, filters, proposals: found.proposals }
  if (found.connections.length === 0) return [one]
  prompt.say('\nThe projects differ: the same field has other options, or the priorities are others.')
  // One refresh token serves one connection.
  const canSplit = credentials === undefined || oauthOf(credentials) === null
  const split =
    canSplit && (await prompt.confirm(`Make one connection for each of the ${found.connections.length} projects`, true))
  if (!split) return [one]
  return found.connections.map((part) => {
    const place = Object.values(part.filters).flat().at(-1) ?? ''
    return {
      ...part,
      name: `${name}-${place}`
        .toLowerCase()
        .replace(/[^a-z0-9-]+/g, '-')
        .slice(0, 63),
    }
  })
}

/** People are asked about together: there can be hundreds. */
async function accepted(prompt: Prompt, proposals: Proposal[]): Promise<(proposal: Proposal) => boolean> {
  const yes = new Set<Proposal>()
  const people = proposals.filter(({ of }) => of === 'person')
  for (const proposal of proposals.filter(({ of }) => of !== 'person')) {
    show(prompt, proposal)
    if (proposal.adds && (await prompt.confirm('  Accept', proposal.confidence === 'propose'))) yes.add(proposal)
  }
  for (const proposal of people) show(prompt, proposal)
  const sure = people.filter(({ confidence }) => confidence === 'propose')
  if (sure.length > 0 && (await prompt.confirm(`  Accept the ${sure.length} people that were found`, true)))
    for (const proposal of sure) yes.add(proposal)
  return (proposal) => yes.has(proposal)
}

const MARKS = { propose: '✓', ask: '?', no: '-' }

function show(prompt: Prompt, { path, target, confidence, reason, gaps, warnings, tickets }: Proposal) {
  prompt.say(`\n${MARKS[confidence]} ${path} → ${target ?? 'nowhere'}`)
  prompt.say(`    ${reason}`)
  for (const { value, because } of gaps) prompt.say(`    no match for ${value}: ${because}`)
  for (const warning of warnings) prompt.say(`    ! ${warning}`)
  for (const ticket of tickets)
    prompt.say(
      `    ${ticket.key}: has ${ticket.has ?? 'nothing'}, would write ${ticket.wouldWrite ?? 'nothing'} (${ticket.because})`,
    )
}

function sayNext(prompt: Prompt, name: string, hasGroup: boolean) {
  prompt.say('What is left to do:')
  if (!hasGroup)
    prompt.say('  - Publish a routing map, then run "pointsman connect --json" again for groups and people.')
  prompt.say(`  - Watch its decisions, then PATCH /api/v1/connections/${name} {"mode": "suggest"}, later "automate".`)
}
