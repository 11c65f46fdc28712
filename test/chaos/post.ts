/**
 * Between the helpdesks and the processes: takes each signed webhook and sends it until a process acknowledges it. Some
 * senders lose patience and send again, and some send what was taken once more.
 */
import PQueue from 'p-queue'
import { pause, type Serve } from '../support/fleet.ts'
import type { Chance, Tally } from './chance.ts'

type Letter = { path: string; headers: Headers; body: string }

/** No process is away for so long. */
const LONGEST_MS = 240_000

export type Post = Awaited<ReturnType<typeof openPost>>

/** `ports`: the processes that there are now. What goes wrong is added to `violations`. */
export function openPost(ports: () => number[], chance: Chance, tally: Tally, violations: string[]) {
  /** Delivery id -> the path that it was sent to. */
  const acknowledged = new Map<string, string>()
  const running = new PQueue({ concurrency: 16 })

  async function sendUntilTaken(letter: Letter): Promise<string | null> {
    for (const end = Date.now() + LONGEST_MS; Date.now() < end; ) {
      const answer = await sendOnce(chance.pick(ports()), letter, patience())
      if (answer && answer.status >= 400 && answer.status < 500) {
        violations.push(`a genuine webhook was refused with ${answer.status}: ${answer.text.slice(0, 300)}`)
        return null
      }
      if (answer?.status === 202) return (JSON.parse(answer.text) as { delivery: string }).delivery
      tally.add(answer ? `webhook answered ${answer.status}` : 'webhook without an answer')
      await pause(chance.between(50, 300))
    }
    violations.push(`a webhook to ${letter.path} was not taken for ${LONGEST_MS / 1000} s`)
    return null
  }

  const patience = () => (chance.happens(0.05) ? chance.between(1, 40) : 10_000)

  async function deliver(letter: Letter): Promise<void> {
    const delivery = await sendUntilTaken(letter)
    if (delivery === null) return
    acknowledged.set(delivery, letter.path)
    if (!chance.happens(0.1)) return
    tally.add('webhook sent again')
    await pause(chance.between(0, 500))
    const again = await sendUntilTaken(letter)
    if (again !== null && again !== delivery) violations.push(`delivery ${delivery} was taken again as ${again}`)
  }

  const handle: Serve = async (request) => {
    const { pathname: path } = new URL(request.url)
    const letter = { path, headers: request.headers, body: await request.text() }
    tally.add('webhook')
    void running.add(() => deliver(letter))
    return new Response(null, { status: 200 })
  }
  return { handle, acknowledged, open: () => running.size + running.pending, onIdle: () => running.onIdle() }
}

/** Null: there was no answer. */
async function sendOnce(port: number, { path, headers, body }: Letter, ms: number) {
  const url = `http://127.0.0.1:${port}${path}`
  const kept = [...headers].filter(([name]) => /^(x-|content-type)/.test(name))
  try {
    const answer = await fetch(url, { method: 'POST', headers: kept, body, signal: AbortSignal.timeout(Math.ceil(ms)) })
    return { status: answer.status, text: await answer.text() }
  } catch {
    return null
  }
}
