/**
 * Replays past tickets: what Pointsman would have decided, beside what people made of them. Nothing is stored or written.
 * The embedded classifier that answers has seen none of these tickets.
 */
import { asClassifier, type Classifiers, decode } from '../../classifiers/index.ts'
import { findConnection, listConnections, type Vault } from '../../connections/index.ts'
import { type Connection, isCarried, type LabelledTicket, MORE_LABELS } from '../../contract/index.ts'
import type { Database, Tx } from '../../db/index.ts'
import { ModelError, Rejected } from '../../errors.ts'
import { publishedMap, route } from '../../routing/index.ts'
import { currentTaxonomy } from '../../taxonomy/index.ts'
import { ENOUGH, readTraining, trainOn } from '../../training/index.ts'
import { runPipeline } from '../../triage/index.ts'
import { type PastTicket, pastTickets } from './past-tickets.ts'
import { type Replayed, type ReplayReport, summarize } from './summarize.ts'

export { describeReplay } from './describe.ts'
export type { ReplayReport } from './summarize.ts'

type Needs = { database: Pick<Database, 'db'>; vault: Vault; classifiers: Classifiers }

export type ReplayOptions = {
  since: Date
  connection?: string | undefined
  /** The newest so many. */
  limit: number
  precision: number
  /** Tickets at once: an endpoint answers several. */
  concurrency: number
  onProgress?: (done: number, all: number) => void
  signal?: AbortSignal
}

export async function replay(needs: Needs, options: ReplayOptions): Promise<ReplayReport> {
  const { db } = needs.database
  const { since, precision } = options
  const connections = options.connection
    ? [await findConnection({ db, vault: needs.vault }, options.connection)]
    : await listConnections({ db, vault: needs.vault })
  const tickets = await pastTickets(db, connections, since, options.limit)
  if (tickets.length === 0)
    throw new Rejected(409, `No ticket since ${since.toISOString().slice(0, 10)} has a label from a person`, {
      next: `There are too few labels: ${MORE_LABELS}.`,
    })
  const { classifiers, trainedOn } = await unseeing(db, needs.classifiers, tickets, options.signal)
  const replayed = await decideAll({ db, classifiers }, connections, tickets, options)
  const taxonomy = await currentTaxonomy(db)
  return {
    since: since.toISOString(),
    classifier: classifiers.choice,
    trainedOn,
    ...summarize(replayed, taxonomy, precision),
  }
}

/** The classifiers, the embedded one trained without these tickets and without copies of their texts. */
async function unseeing(
  db: Tx,
  current: Classifiers,
  tickets: PastTicket[],
  signal: AbortSignal | undefined,
): Promise<{ classifiers: Classifiers; trainedOn: number }> {
  const ids = new Set(tickets.map(({ id }) => id))
  const texts = new Set(tickets.map(textOf))
  const { tickets: all } = await readTraining(db)
  const others = all.filter((one) => !ids.has(one.id) && !texts.has(textOf(one)))
  if (others.length < ENOUGH) {
    if (!current.endpoint || current.choice === 'embedded')
      throw new Rejected(409, `${others.length} labelled tickets from before are too few to learn from`, {
        next: `At least ${ENOUGH} are needed from before the tickets that are replayed: ${MORE_LABELS}, or replay a shorter time with --since.`,
      })
    return { classifiers: { ...current, embedded: async () => null }, trainedOn: 0 }
  }
  const data = await trainOn(others, await currentTaxonomy(db), signal ? { signal } : {})
  const embedded = asClassifier('replay', await decode(data))
  return { classifiers: { ...current, embedded: async () => embedded }, trainedOn: others.length }
}

const textOf = ({ subject, text }: Pick<LabelledTicket, 'subject' | 'text'>) => `${subject}\n${text}`

async function decideAll(
  needs: { db: Tx; classifiers: Classifiers },
  connections: Connection[],
  tickets: PastTicket[],
  { concurrency, onProgress, signal = new AbortController().signal }: ReplayOptions,
): Promise<Replayed[]> {
  const map = await publishedMap(needs.db)
  const byId = new Map(connections.map((connection) => [connection.id, connection]))
  const replayed = new Array<Replayed>(tickets.length)
  let next = 0
  let done = 0
  const worker = async () => {
    for (let i = next++; i < tickets.length; i = next++) {
      signal.throwIfAborted()
      const ticket = tickets[i]!
      const { settings } = byId.get(ticket.connectionId)!
      const asked = { subject: ticket.subject, body: ticket.text, format: 'plain' as const, metadata: ticket.metadata }
      // In automate mode, whatever the connection's own: what would have been written is asked.
      const { decision } = await runPipeline(needs, asked, { mode: 'automate', settings }, signal).catch(inWords)
      const group = map && isCarried(decision.plan) ? route(map, decision.values).row.group : null
      replayed[i] = { ticket, plan: decision.plan, values: decision.values, answers: decision.answers, group }
      onProgress?.(++done, tickets.length)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  return replayed
}

function inWords(error: unknown): never {
  if (!(error instanceof ModelError)) throw error
  throw new Rejected(503, `The replay broke off: ${error.message}`, { next: error.next, cause: error })
}
