/** Tells the open pages of all processes that something changed. Carries no data: a page reads again what it shows. */
import type { Logger } from 'pino'
import type { Database } from './db/index.ts'
import { causeOf } from './errors.ts'
import type { Events } from './events.ts'

export type Live = {
  /** Calls `hear` with what changed, at most once a second. Returns the way to stop it. */
  watch(hear: (kinds: string[]) => void): () => void
  /** Something changed in this process: `decided`, `written`, `overridden`, or a resource such as `routing-map`. */
  tell(kind: string): void
  /** Calls `end` when the service stops, or at once when it has stopped already. */
  onClose(end: () => void): () => void
  close(): Promise<void>
}

const CHANNEL = 'pointsman_changes'
/** Changes are collected for so long: a burst of tickets is one notification, and NOTIFY makes commits wait for each other. */
const COLLECT_MS = 1_000
/** Where nothing can be heard from other processes, watchers are told to look again this often. */
const LOOK_AGAIN_MS = 3_000
/** The kind of that. */
const UNKNOWN = 'unknown'

export function openLive(
  database: Pick<Database, 'listen' | 'notify'>,
  events: Pick<Events, 'watch'>,
  log: Logger,
): Live {
  const self = crypto.randomUUID()
  const watchers = new Set<(kinds: string[]) => void>()
  const streams = new Set<() => void>()
  const changed = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let closed = false
  const hearing = openHearing(database, self, (kinds) => pass(kinds), log)
  const pass = (kinds: string[]) => watchers.forEach((hear) => void hear(kinds))

  function flush() {
    timer = undefined
    const kinds = [...changed].sort()
    changed.clear()
    pass(kinds)
    database.notify?.(CHANNEL, JSON.stringify({ from: self, kinds })).catch(() => {
      // Other processes learn it with their next change; the database is known to be unavailable elsewhere.
    })
  }

  function tell(kind: string) {
    changed.add(kind)
    timer ??= setTimeout(flush, COLLECT_MS).unref()
  }

  const unwatch = events.watch(({ kind }) => tell(kind))
  return {
    tell,
    watch(hear) {
      watchers.add(hear)
      hearing.want(!closed)
      return () => {
        watchers.delete(hear)
        if (watchers.size === 0) hearing.want(false)
      }
    },
    onClose(end) {
      if (closed) end()
      streams.add(end)
      return () => void streams.delete(end)
    },
    async close() {
      closed = true
      unwatch()
      clearTimeout(timer)
      for (const end of streams) end()
      watchers.clear()
      await hearing.close()
    },
  }
}

/** Hears the other processes, while somebody watches: it takes a connection to the database. */
function openHearing(
  database: Pick<Database, 'listen' | 'notify'>,
  self: string,
  pass: (kinds: string[]) => void,
  log: Logger,
) {
  // The embedded database has one process only.
  if (!database.notify) return { want() {}, async close() {} }
  let stop: (() => Promise<void>) | null = null
  let turn = Promise.resolve()
  let wanted = false

  function hear(text: string) {
    const { from, kinds } = JSON.parse(text) as { from: string; kinds: string[] }
    if (from !== self) pass(kinds)
  }

  async function start(): Promise<() => Promise<void>> {
    const again = setInterval(() => pass([UNKNOWN]), LOOK_AGAIN_MS).unref()
    const polling = async () => clearInterval(again)
    if (!database.listen) return polling
    try {
      const unlisten = await database.listen(CHANNEL, hear)
      clearInterval(again)
      return unlisten
    } catch (error) {
      log.warn({ error: causeOf(error) }, 'changes of other processes cannot be heard; pages look every few seconds')
      return polling
    }
  }

  // One step after the other: a page that is reloaded leaves and comes in the same moment.
  const settle = () =>
    (turn = turn.then(async () => {
      if (wanted && !stop) stop = await start()
      else if (!wanted && stop) {
        const ended = stop
        stop = null
        await ended()
      }
    }))
  return {
    want(value: boolean) {
      wanted = value
      void settle()
    },
    async close() {
      wanted = false
      await settle()
    },
  }
}
