/** `pointsman replay`: what Pointsman would have decided on past tickets. */
import { z } from 'zod'
import { Rejected } from '../errors.ts'
import { sinceOf } from '../history/index.ts'
import { describeReplay, replay } from '../history/replay/index.ts'
import { openProgress } from './progress.ts'

const Flags = z.strictObject({
  since: z.string(),
  connection: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(100_000),
  precision: z.coerce.number().min(0.5).max(0.999),
  concurrency: z.coerce.number().int().min(1).max(256),
  json: z.boolean().optional(),
})

export async function runReplay(needs: Parameters<typeof replay>[0], options: unknown): Promise<string> {
  const flags = Flags.safeParse(options)
  if (!flags.success)
    throw new Rejected(422, flags.error.issues.map((i) => `--${i.path.join('.')}: ${i.message}`).join('; '), {
      next: 'See: pointsman replay --help',
    })
  const { since, json, ...rest } = flags.data
  const progress = openProgress(process.stderr)
  const onProgress = (done: number, all: number) => progress.update('past tickets, to decide them', done, all)
  const report = await replay(needs, { ...rest, since: sinceOf(since, new Date()), onProgress }).finally(progress.end)
  return json ? JSON.stringify(report, null, 2) : describeReplay(report)
}
