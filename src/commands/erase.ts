/** `pointsman erase`: what would go, or the receipt. */
import { type Erasable, erase, previewErasure } from '../privacy/index.ts'

export type EraseOptions = {
  requester?: string
  ticket?: string
  also?: string[]
  connection?: string
  dryRun?: boolean
  json?: boolean
}

/** Erases, or only counts with `dryRun`; returns what to print. */
export async function runErasure(needs: Erasable, options: EraseOptions): Promise<string> {
  const { dryRun, json, ...input } = options
  const done = dryRun ? await previewErasure(needs, input) : await erase(needs, input, { actor: 'cli' })
  if (json) return JSON.stringify(done, null, 2)
  const lines = Object.entries(done.counts).map(([what, rows]) => `${what.padEnd(12)}${rows}`)
  const tickets = 'tickets' in done ? done.tickets.map(({ connection, key }) => `  ${connection} ${key}`) : []
  return [
    'tickets' in done ? 'Would be erased:' : `Erased. The receipt is ${done.id}.`,
    ...tickets,
    ...lines,
    ...(done.exports.length > 0
      ? [`Exports that contain some of it, whose files are not ours to change: ${done.exports.join(', ')}`]
      : []),
    ...(done.waiting > 0
      ? [`${done.waiting} other deliveries name the person and wait for their job: erase again later.`]
      : []),
  ].join('\n')
}
