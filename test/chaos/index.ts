/**
 * `npm run chaos -- [--seed N] [--seconds N] [--processes N]`: real processes on a real PostgreSQL under a stream of signed
 * webhooks, while processes are killed, connections cut, the database restarted, and helpdesks and model server fail in
 * every way. Then all must have come to a good end. Without --processes: one, then two, then three.
 */
import { parseArgs } from 'node:util'
import { storm } from './storm.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    seconds: { type: 'string', default: '60' },
    processes: { type: 'string' },
  },
})
const [seed, seconds] = [Number(values.seed), Number(values.seconds)]
const counts = values.processes === undefined ? [1, 2, 3] : [Number(values.processes)]
if (![seed, seconds, ...counts].every((n) => Number.isInteger(n) && n > 0)) {
  console.error('Usage: npm run chaos -- [--seed N] [--seconds N] [--processes N]')
  process.exit(2)
}
let wrong = 0
for (const processes of counts) {
  const { figures, violations } = await storm({ seed, seconds, processes })
  console.log(`\n${processes} process${processes === 1 ? '' : 'es'}, ${seconds} s, seed ${seed}`)
  for (const [what, said] of Object.entries(figures)) console.log(`  ${what}: ${said}`)
  for (const violation of violations) console.log(`  VIOLATION ${violation}`)
  if (violations.length === 0) console.log('  everything came to a good end')
  wrong += violations.length
}
if (wrong > 0) console.log(`\n${wrong} violations; again with: npm run chaos -- --seed ${seed} --seconds ${seconds}`)
process.exit(wrong > 0 ? 1 : 0)
