/** What happens to processes and database while webhooks arrive. */
import type { Sql } from 'postgres'
import { pause } from '../support/fleet.ts'
import type { Chance, Tally } from './chance.ts'
import type { Processes } from './processes.ts'

export type Arena = {
  url: string
  /** Null: the server is not ours, so it is not restarted. */
  restart: ((how: 'fast' | 'immediate', downMs: number) => Promise<void>) | null
}

const KINDS = ['kill', 'kill', 'kill', 'cut all', 'cut all', 'cut some', 'cut some', 'restart'] as const

/** One harm after the other until `until` is over; resolves when the last one is done. */
export async function harm(
  { processes, admin, arena }: { processes: Processes; admin: Sql; arena: Arena },
  until: AbortSignal,
  chance: Chance,
  tally: Tally,
): Promise<void> {
  const draw = chance.bag(KINDS)
  const how = chance.bag(['fast', 'immediate'] as const)
  const cut = async (share: number) => {
    const cuts = await admin`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'pointsman' and random() < ${share}`
    tally.add('connection cut', cuts.length)
  }
  while (!until.aborted) {
    await pause(chance.between(500, 3_000))
    const kind = draw()
    switch (kind) {
      case 'kill':
        // at work for a moment at least: else one that starts slowly would never do anything
        await processes.ready()
        await pause(chance.between(500, 3_000))
        await processes.kill(Math.floor(chance.between(0, 100)), chance.between(0, 1_000))
        break
      case 'cut all':
        await cut(1)
        break
      case 'cut some':
        await cut(0.4)
        break
      case 'restart':
        if (!arena.restart) break
        tally.add('database restart')
        await arena.restart(how(), chance.between(0, 2_000))
        break
      default:
        kind satisfies never
    }
  }
}
