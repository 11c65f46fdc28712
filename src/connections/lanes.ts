import PQueue from 'p-queue'
import type { Connection } from '../contract/index.ts'

/** One lane for each connection: so many calls at once and so many a minute. Other limits make another lane. */
export function openLanes(): (connection: Connection) => PQueue {
  const lanes = new Map<string, PQueue>()
  return ({ id, settings: { concurrency, perMinute } }) => {
    const key = `${id}:${concurrency}:${perMinute}`
    let lane = lanes.get(key)
    if (!lane) {
      lane = new PQueue({ concurrency, interval: 60_000, intervalCap: perMinute, strict: true })
      lanes.set(key, lane)
    }
    return lane
  }
}

/** Must the next call wait in this lane? */
export function mustWait(lane: PQueue): boolean {
  return lane.size > 0 || lane.isRateLimited || lane.pending >= lane.concurrency
}
