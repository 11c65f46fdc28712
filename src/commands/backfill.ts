/** `pointsman backfill`: starts or goes on with a backfill, works on it in this process too, and shows how far it is. */
import { setTimeout as pause } from 'node:timers/promises'
import { findConnection } from '../connections/index.ts'
import {
  BACKFILL,
  type BackfillNeeds,
  type BackfillRow,
  backfillTask,
  findBackfill,
  nameOutside,
  type Outside,
  sinceOf,
  startBackfill,
} from '../history/index.ts'
import type { Queue, Task } from '../queue/index.ts'
import { currentTaxonomy } from '../taxonomy/index.ts'
import { ENOUGH, trainEmbedded } from '../training/index.ts'
import { openProgress } from './progress.ts'

export type BackfillOptions = { connection: string; since: string; json?: boolean }

type Needs = BackfillNeeds & { queue: Queue }

const LOOK_EVERY_MS = 300
const GRACE_MS = 10_000

/** Runs until the backfill ends or the process is told to stop; `done` false: it did not come to its end. */
export async function runBackfill(needs: Needs, options: BackfillOptions): Promise<{ text: string; done: boolean }> {
  const { queue, database } = needs
  const since = sinceOf(options.since, new Date())
  const { backfill, resumed } = await startBackfill(needs, { connection: options.connection, since }, 'cli')
  const from = backfill.since.toISOString().slice(0, 10)
  if (resumed)
    process.stderr.write(`Going on with the backfill since ${from}, after ${backfill.counts.read} tickets.\n`)
  // The service may run or not: either of them takes the next page.
  const workers = queue.work({ [BACKFILL]: backfillTask(needs) as Task }, 1)
  const stop = new AbortController()
  const onSignal = () => stop.abort()
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal)
  try {
    const ended = await follow(needs, backfill.id, stop.signal)
    if (ended.state === 'running')
      return { text: `Stopped after ${ended.counts.read} tickets. The same command goes on from there.`, done: false }
    if (ended.state === 'done') await trainEmbedded(database.db)
    return { text: await report(needs, ended, options), done: ended.state === 'done' }
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
    await workers.stop(GRACE_MS)
  }
}

async function follow({ database: { db } }: Needs, id: string, signal: AbortSignal): Promise<BackfillRow> {
  const progress = openProgress(process.stderr)
  try {
    for (;;) {
      const row = (await findBackfill(db, id))!
      const { read } = row.counts
      progress.update('past tickets', read, Math.max(read, row.total ?? read))
      if (row.state !== 'running' || signal.aborted) return row
      await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => {})
    }
  } finally {
    progress.end()
  }
}

async function report(needs: Needs, row: BackfillRow, { json }: BackfillOptions): Promise<string> {
  const { db } = needs.database
  const connection = await findConnection({ db, vault: needs.vault }, row.connection)
  const isAny = Object.keys(row.outside).length > 0
  const metadata = isAny ? await needs.helpdesks.call(connection.id, (connector, c) => connector.inspect(c)) : null
  const outside = nameOutside(row.outside, await currentTaxonomy(db), connection.mapping.fields, metadata)
  const { state, reason, counts, labels } = row
  if (json) return JSON.stringify({ id: row.id, state, reason, counts, labels, outside }, null, 2)
  return [
    state === 'done' ? `${counts.read} tickets read, ${counts.labelled} with labels.` : `The backfill is ${state}.`,
    ...(reason ? [reason] : []),
    ...Object.entries(EXPLAINED).flatMap(([name, why]) => {
      const n = counts[name as keyof typeof counts]
      return n > 0 ? [`  ${String(n).padStart(6)}  ${why}`] : []
    }),
    'Labels:',
    ...Object.entries(labels).map(([field, n]) => `  ${field.padEnd(14)}${n}`),
    ...describeOutside(outside),
    counts.labelled < ENOUGH
      ? `${ENOUGH} labelled tickets are needed to train. Read further back with --since, or check the mapping.`
      : 'Next: pointsman replay --since 30d shows what Pointsman would have decided.',
  ].join('\n')
}

const EXPLAINED = {
  labelled: 'solved, with at least one value that a person chose',
  unlabelled: 'solved, and no person chose a value of ours',
  open: 'not solved yet',
  decided: 'decided by Pointsman: feedback labels them',
  filtered: 'outside the filters of the connection',
}

/** Never dropped in silence: each value with its count, and where it may belong. */
function describeOutside(outside: Outside[]): string[] {
  if (outside.length === 0) return []
  const rows = outside.map(({ field, value, name, n, alias }) => {
    const what = `${field}: ${name === null ? value : `${name} (${value})`}`
    return `  ${String(n).padStart(6)}  ${what}${alias === null ? '' : `  -> perhaps ${alias}`}`
  })
  return [
    'Values that stand for none of ours, so that they gave no label. Add them to the mapping or the taxonomy, and run this again:',
    ...rows,
  ]
}
