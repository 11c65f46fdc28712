/** The processes of the service: killed and started again, and watched for ending by themselves. */
import { readFileSync } from 'node:fs'
import { type Fleet, freePort, type Member, pause } from '../support/fleet.ts'
import type { Tally } from './chance.ts'

type Slot = { port: number; member: Member | null; starting: Promise<void> | null }

/** How often a process that does not start is started once more. */
const STARTS = 5

export type Processes = Awaited<ReturnType<typeof startProcesses>>

/** Starts so many. What ends without being killed, or logs a fault of ours, is added to `violations`. */
export async function startProcesses(fleet: Fleet, count: number, tally: Tally, violations: string[]) {
  const slots: Slot[] = []
  let over = false
  let peakMb = 0
  const watch = setInterval(() => {
    for (const { member } of slots) peakMb = Math.max(peakMb, member ? memoryOf(member) : 0)
  }, 500)

  async function start(slot: Slot): Promise<void> {
    for (let attempt = 0; !over; attempt++) {
      try {
        const member = await fleet.start(slot.port, (line) => judgeLine(line, violations))
        slot.member = member
        member.process.once('exit', (code, signal) => {
          if (slot.member !== member || over) return // killed by us
          slot.member = null
          violations.push(`a process ended by itself (${signal ?? code}):\n${tail(member.said())}`)
          slot.starting = start(slot)
        })
        return
      } catch (error) {
        if (attempt === STARTS) throw error
        violations.push(`a process did not start: ${tail((error as Error).message)}`)
        await pause(500)
      }
    }
  }

  for (let i = 0; i < count; i++) {
    const slot: Slot = { port: await freePort(), member: null, starting: null }
    slots.push(slot)
    await start(slot)
  }
  return {
    ports: () => slots.map(({ port }) => port),
    peakMb: () => peakMb,
    /** Kills this one of those that run, and starts it again after a while. */
    async kill(which: number, afterMs: number) {
      const up = slots.filter(({ member }) => member !== null)
      const slot = up[which % Math.max(1, up.length)]
      if (!slot) return
      const member = slot.member!
      slot.member = null
      tally.add('SIGKILL')
      await member.kill()
      slot.starting = pause(afterMs).then(() => start(slot))
    },
    /** Resolves when all of them are up. */
    async ready() {
      while (slots.some(({ member }) => member === null)) {
        await Promise.all(slots.map(({ starting }) => starting))
        await pause(20)
      }
    },
    async stop() {
      over = true
      clearInterval(watch)
      await Promise.allSettled(slots.map(({ starting }) => starting))
      for (const { member } of slots) await member?.kill()
    },
  }
}

/** What only a fault of ours says. */
const OUR_FAULT = /This is a fault in Pointsman|\[object Object\]|unhandledRejection|uncaughtException|"level":60/

function judgeLine(line: string, violations: string[]): void {
  if (OUR_FAULT.test(line)) violations.push(`a process logged a fault of ours: ${line.slice(0, 600)}`)
}

const tail = (text: string) => text.slice(-1_500)

function memoryOf({ process: { pid } }: Member): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)
  } catch {
    return 0 // it has just ended, or this is not Linux
  }
}
